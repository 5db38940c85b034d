"""Changes in the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters as filters
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response

from changes import doors, queries
from changes.actions.request import Request, register
from changes.approvals import Risk
from changes.models import Change, ChangeApproval, ChangeKind, ChangeState, Release
from contractants.models import Contact, Service
from desk.case_api import CaseApi, CaseList, CaseRow, Transitions
from desk.etags import etag
from desk.idempotency import idempotent
from desk.models import AbstractMessage, User
from desk.permissions import Role
from desk.shapes import ByKey, Shape, Text
from incidents.api.bodies import Nothing
from incidents.models import Melding
from problems.models import Problem
from sla.queries import contracts_on


def services(user: User) -> Any:
    """For a contact those that its contractant has."""
    rows = Service.objects.filter(is_active=True)
    if user.role != Role.CONTACT:
        return rows
    held = contracts_on(timezone.now()).filter(contractant__contacts__user=user)
    return rows.filter(pk__in=held.values("service"))


def contacts(user: User) -> Any:
    return Contact.objects.all().visible_to(user).filter(is_active=True)


def meldingen(user: User) -> Any:
    return Melding.objects.visible_to(user)


def problems(user: User) -> Any:
    return Problem.objects.visible_to(user)


def planned(user: User) -> Any:
    return Release.objects.all().visible_to(user)


class ChangeRow(CaseRow):
    address = "api:change"
    service = serializers.SlugRelatedField[Service](slug_field="slug", read_only=True)
    contractant = serializers.CharField(source="contractant.name", default=None, allow_null=True)
    contact = serializers.CharField(source="contact.user.name", default=None, allow_null=True)
    release = serializers.CharField(source="release.number", default=None, allow_null=True)

    class Meta:
        model = Change
        fields: tuple[str, ...] = (
            *CaseRow.FIRST, "kind", "subject", "service", "contractant", "contact", "requested_at", "response_due",
            "responded_at", "agreed_on", "decided_at", "release", "ended_at", *CaseRow.LAST,
        )  # fmt: skip


class ApprovalShape(serializers.ModelSerializer[ChangeApproval]):
    user = serializers.CharField(source="user.name")

    class Meta:
        model = ChangeApproval
        fields = ("role", "user", "at")


class SaidShape(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    author_name = serializers.CharField()
    visibility = serializers.ChoiceField(AbstractMessage.Visibility.choices)
    body = serializers.CharField()


class ChangeDetail(Transitions, ChangeRow):
    """What is of colleagues alone (`INTERNAL`) is left out for a contact."""

    INTERNAL = (
        "melding", "problem", "from_incident", "cost", "risk", "risk_level", "benefit", "approvals", "awaiting",
        "release_note",
    )  # fmt: skip
    doors = doors.CHANGE
    melding = serializers.CharField(source="melding.number", default=None, allow_null=True)
    problem = serializers.CharField(source="problem.number", default=None, allow_null=True)
    approvals = ApprovalShape(source="given", many=True)
    awaiting = serializers.ListField(child=serializers.ChoiceField(Role.choices))
    messages = serializers.SerializerMethodField()

    class Meta(ChangeRow.Meta):
        fields = (
            *ChangeRow.Meta.fields, "description", "goal", "examples", "melding", "problem", "from_incident", "cost",
            "risk", "risk_level", "benefit", "approvals", "awaiting", "release_note", "messages", "transitions",
        )  # fmt: skip

    @extend_schema_field(SaidShape(many=True))
    def get_messages(self, change: Change) -> Any:
        return SaidShape(change.messages.filter(visibility__in=_read_by(self.context)), many=True).data

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(instance)
        hidden = () if is_internal(self.context) else self.INTERNAL
        return {name: value for name, value in told.items() if name not in hidden}


def is_internal(context: Mapping[str, Any]) -> bool:
    return bool(context["request"].user.role != Role.CONTACT)


def _read_by(context: Mapping[str, Any]) -> list[str]:
    every = AbstractMessage.Visibility
    return [every.PUBLIC, every.INTERNAL] if is_internal(context) else [every.PUBLIC]


class ChangeFilters(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=ChangeState.choices)
    kind = filters.MultipleChoiceFilter(choices=ChangeKind.choices)
    service = filters.CharFilter(field_name="service__slug", help_text="slug of the Dienst")
    release = filters.CharFilter(field_name="release__number", help_text="number of its Release")
    melding = filters.CharFilter(field_name="melding__number", help_text="number of its Melding")

    class Meta:
        model = Change
        fields: tuple[str, ...] = ()


class NewChange(Shape):
    """A contact asks for itself: no `contact`, `melding` or `problem`."""

    subject = serializers.CharField(max_length=200)
    description, goal = Text(), Text()
    examples = Text(required=False, allow_blank=True)
    service = ByKey("slug", services, help_text="slug of the Dienst")
    kind = serializers.ChoiceField([ChangeKind.REQUEST, ChangeKind.OWN], default=ChangeKind.REQUEST)
    contact = ByKey(
        "user__email", contacts, required=False, help_text="e-mail address of a registered contact"
    )
    melding = ByKey("number", meldingen, required=False)
    problem = ByKey("number", problems, required=False)


class Assessment(Shape):
    cost, risk, benefit = Text(), Text(), Text()
    risk_level = serializers.ChoiceField(Risk.choices, help_text="decides who has to approve")


class Reasoned(Shape):
    reason = Text()


class ChangeWords(Shape):
    words = Text(required=False, allow_blank=True, default="")


class Planned(Shape):
    release = ByKey("number", planned)
    release_note = Text(help_text="for contractants, in the release notes")


class Result(Shape):
    result = Text(required=False, allow_blank=True, default="", help_text="for colleagues")


class Described(Shape):
    release_note = Text()


class Agreed(Shape):
    on = serializers.DateField()


class Body(Shape):
    body = Text()


class ChangeList(CaseList):
    @extend_schema(
        operation_id="create_change", summary="Ask for a Change", request=NewChange, responses={201: ChangeDetail}
    )  # fmt: skip
    @idempotent
    def post(self, request: HttpRequest) -> Response:
        given = self.given(NewChange)
        if self.user.role == Role.CONTACT:
            given = {"contact": self.user.contact, **given}
        new = register(Request(**given), by=self.user, at=timezone.now())
        return made(self, new)


def made(view: CaseList, case: Change | Release) -> Response:
    """The new case, and where it is."""
    found = view.api.doors.rows(view.user).get(pk=case.pk)
    data = view.api.detail(found, context=view.get_serializer_context()).data
    where = reverse(f"api:{view.api.name}", args=[case.number])
    return Response(data, status=201, headers={"ETag": etag(found), "Location": where})


CHANGES = CaseApi(
    doors.CHANGE, "change", "changes", "W", ChangeRow, ChangeDetail, ChangeFilters,
    {"-requested_at": queries.NEWEST, "requested_at": queries.OLDEST},
    {
        "assess": Assessment, "approve": Nothing, "honour": ChangeWords, "reject": Reasoned, "plan": Planned,
        "build": Nothing, "verify": Result, "accept": Nothing, "send_back": Reasoned, "describe": Described,
        "agree_date": Agreed, "cancel": Reasoned, "withdraw": Reasoned, "reply": Body, "note": Body,
    },
)  # fmt: skip
