"""Problems at their addresses, for staff and machines (SLA 12). Contractants read the advice in the portal."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contractants.models import Service
from desk.case_api import CaseApi, CaseList, CaseRow, Transitions
from desk.idempotency import idempotent
from desk.models import User
from desk.permissions import STAFF
from desk.shapes import ByKey, Moment, Shape, Text
from incidents.models import Melding
from problems import actions, queries
from problems.doors import PROBLEM
from problems.forms import MOST
from problems.models import (
    Impact,
    Likelihood,
    Origin,
    Problem,
    ProblemAction,
    ProblemMoment,
    ProblemState,
    Risk,
    SolutionKind,
)
from problems.trends.api import urlpatterns as trends


def services(user: User) -> Any:
    return Service.objects.filter(is_active=True)


def colleagues(user: User) -> Any:
    return User.objects.filter(role__in=STAFF, is_active=True)


def meldingen(user: User) -> Any:
    return Melding.objects.visible_to(user)


class Nothing(Shape):
    """An empty body, or {}."""


class Because(Shape):
    reason = Text()


class Note(Shape):
    body = Text()


class Cause(Shape):
    cause = Text()
    factors = Text(required=False, allow_blank=True)


class Workaround(Shape):
    workaround = Text(help_text="read by whoever reports a Melding that it solves")


class KnownError(Shape):
    cause = Text()
    workaround = Text(required=False, allow_blank=True)


class Plan(Shape):
    solution_kind = serializers.ChoiceField(SolutionKind.choices)
    solution_reference = serializers.CharField(max_length=120)


class Solution(Shape):
    solution = Text()


class Publish(Shape):
    public_title = serializers.CharField(max_length=200, help_text="read by contractants")
    advice = Text(help_text="read by contractants")


class OneMelding(Shape):
    melding = ByKey("number", meldingen, help_text="number of a Melding")


def numbers(**options: Any) -> serializers.ListField:
    child = ByKey("number", meldingen)
    return serializers.ListField(child=child, max_length=MOST, help_text="numbers of Meldingen", **options)


class SomeMeldingen(Shape):
    meldingen = numbers()


class Assess(Shape):
    likelihood = serializers.ChoiceField(Likelihood.choices)
    impact = serializers.ChoiceField(Impact.choices)
    reason = Text()


class ProblemOwner(Shape):
    owner = ByKey("email", colleagues, allow_null=True, help_text="e-mail address, or null")


class Revise(Shape):
    title = serializers.CharField(max_length=200)
    description = Text()
    service = ByKey("slug", services, allow_null=True, help_text="slug of the Dienst, or null")
    workaround = Text(required=False, allow_blank=True)


class NewMoment(Shape):
    moment = Moment()
    what = serializers.CharField(max_length=500)


class NewAction(Shape):
    what = serializers.CharField(max_length=500)
    who = ByKey("email", colleagues, help_text="e-mail address")
    due = serializers.DateField(required=False, allow_null=True)


class OneAction(Shape):
    action = serializers.PrimaryKeyRelatedField(
        queryset=ProblemAction.objects.filter(done_at=None), help_text="id of an open action"
    )


class NewProblem(Shape):
    title = serializers.CharField(max_length=200)
    description = Text()
    likelihood = serializers.ChoiceField(Likelihood.choices)
    impact = serializers.ChoiceField(Impact.choices)
    service = ByKey("slug", services, required=False, allow_null=True, help_text="slug of the Dienst")
    workaround = Text(required=False, allow_blank=True)
    origin = serializers.ChoiceField(Origin.choices, default=Origin.HAND)
    meldingen = numbers(required=False)


BODIES: dict[str, type[Shape]] = {
    "analyse": Cause, "record_cause": Cause, "find_workaround": Workaround, "confirm": KnownError,
    "plan_solution": Plan, "solve": Solution, "close": Nothing, "abandon": Because, "reopen": Because,
    "publish": Publish, "withdraw": Because, "link": SomeMeldingen, "unlink": OneMelding, "assign": ProblemOwner,
    "assess": Assess, "revise": Revise, "add_moment": NewMoment, "add_action": NewAction, "finish_action": OneAction, "note": Note,
    "apply": OneMelding,
}  # fmt: skip


class ProblemRow(CaseRow):
    address = "api:problem"
    service = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    owner = serializers.CharField(source="owner.name", allow_null=True, default=None)

    class Meta:
        model = Problem
        fields: tuple[str, ...] = (
            *CaseRow.FIRST, "title", "service", "origin", "likelihood", "impact", "risk", "owner", "is_known_error",
            "use_count", "identified_at", "published_at", "solved_at", *CaseRow.LAST,
        )  # fmt: skip


class MomentShape(serializers.ModelSerializer[ProblemMoment]):
    class Meta:
        model = ProblemMoment
        fields = ("at", "what")


class ActionShape(serializers.ModelSerializer[ProblemAction]):
    who = serializers.CharField(source="who.name")

    class Meta:
        model = ProblemAction
        fields = ("id", "what", "who", "due", "done_at")


class ProblemDetail(Transitions, ProblemRow):
    doors = PROBLEM
    meldingen = serializers.SlugRelatedField("number", many=True, read_only=True)  # type: ignore[var-annotated]
    moments = MomentShape(many=True)
    actions = ActionShape(many=True)

    class Meta(ProblemRow.Meta):
        fields = (
            *ProblemRow.Meta.fields, "description", "evidence", "cause", "factors", "workaround", "public_title", "advice",
            "solution_kind", "solution_reference", "solution", "meldingen", "moments", "actions", "transitions",
        )  # fmt: skip


class ProblemFilters(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=ProblemState.choices)
    risk = filters.MultipleChoiceFilter(choices=Risk.choices)
    origin = filters.MultipleChoiceFilter(choices=Origin.choices)
    is_known_error = filters.BooleanFilter()
    service = filters.CharFilter(field_name="service__slug", help_text="slug of the Dienst")
    melding = filters.CharFilter(
        field_name="meldingen__number", help_text="number of a Melding that it is behind"
    )

    class Meta:
        model = Problem
        fields: tuple[str, ...] = ()


class Problems(CaseList):
    """Those there are, and a new one."""

    @extend_schema(
        operation_id="open_problem",
        summary="Open problem",
        request=NewProblem,
        responses={201: ProblemDetail},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        made = actions.open_problem(by=self.user, at=timezone.now(), **self.given(NewProblem))
        return self.show(made, 201)


API: CaseApi[Problem] = CaseApi(
    doors=PROBLEM, name="problem", plural="problems", letter="P", row=ProblemRow, detail=ProblemDetail,
    filters=ProblemFilters, orderings={"risk": queries.BY_RISK, "-identified_at": queries.NEWEST}, bodies=BODIES,
)  # fmt: skip
urlpatterns = [*API.urls(Problems), *trends]
