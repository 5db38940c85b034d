"""Escalations at their addresses (SLA 4.4). One is started with `escalate` on its Melding."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters as filters
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from desk.api import Endpoint
from desk.door import permitted
from desk.etags import etag, version_in
from desk.idempotency import idempotent
from desk.permissions import Role
from desk.shapes import Shape, Text
from incidents import actions, escalations
from incidents.api.bodies import Nothing, Priority
from incidents.models import Escalation, EscalationMessage, EscalationState, Reason


class Words(Shape):
    words = Text(help_text="read by both sides")


class Answer(Words):
    priority = Priority(required=False, allow_null=True, help_text="the Melding gets this one (SLA 9.1)")


BODIES: dict[str, type[Shape]] = {
    "answer": Answer, "pass_up": Words, "settle": Words, "accept_answer": Nothing, "dispute": Words,
    "withdraw": Words,
}  # fmt: skip


class EscalationRow(serializers.ModelSerializer[Escalation]):
    url = serializers.SerializerMethodField()
    melding = serializers.CharField(source="melding.number")
    started_by = serializers.CharField(
        source="started_by.name", allow_null=True, default=None, help_text="null: the clock"
    )

    class Meta:
        model = Escalation
        fields: tuple[str, ...] = (
            "number", "url", "melding", "state", "reason", "expected_priority", "level", "role", "started_by",
            "started_at", "ended_at", "version",
        )  # fmt: skip

    def get_url(self, escalation: Escalation) -> str:
        path = reverse("api:escalation", args=[escalation.number])
        return str(self.context["request"].build_absolute_uri(path))


class EscalationWordsShape(serializers.ModelSerializer[EscalationMessage]):
    class Meta:
        model = EscalationMessage
        fields = ("at", "verb", "author_name", "body")


class EscalationDetail(EscalationRow):
    messages = EscalationWordsShape(many=True)
    transitions = serializers.SerializerMethodField()

    class Meta(EscalationRow.Meta):
        fields = (*EscalationRow.Meta.fields, "messages", "transitions")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_transitions(self, escalation: Escalation) -> list[str]:
        """What the caller may do now."""
        return [step.name for step in permitted(escalation, self.context["request"].user) if step.custom]


class EscalationFilters(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=EscalationState.choices)
    role = filters.MultipleChoiceFilter(choices=Role.choices, help_text="the echelon that has it")
    reason = filters.MultipleChoiceFilter(choices=Reason.choices)
    melding = filters.CharFilter(field_name="melding__number", help_text="number of its Melding")

    class Meta:
        model = Escalation
        fields: tuple[str, ...] = ()


class EscalationEndpoint(Endpoint):
    serializer_class = EscalationDetail

    def escalation(self) -> Escalation:
        """404 is the same for unknown and for not allowed."""
        found = escalations.with_melding(self.user).filter(number=self.kwargs["escalation"]).first()
        if found is None:
            raise Http404
        return found

    def show(self, escalation: Escalation) -> Response:
        data = EscalationDetail(escalation, context=self.get_serializer_context()).data
        return Response(data, headers={"ETag": etag(escalation)})


class Escalations(EscalationEndpoint):
    queryset = Escalation.objects.none()
    serializer_class: Any = EscalationRow
    filterset_class = EscalationFilters
    orderings = {"-started_at": escalations.NEWEST, "started_at": escalations.OLDEST}

    @extend_schema(operation_id="list_escalations", summary="Escalations that the caller may see")
    def get(self, request: Request) -> Response:
        return self.page(escalations.visible(self.user))


class OneEscalation(EscalationEndpoint):
    @extend_schema(operation_id="get_escalation", summary="One escalation with its words")
    def get(self, request: Request, escalation: str) -> Response:
        return self.show(self.escalation())


class Step(EscalationEndpoint):
    """One class for all: the body and the action are those of `verb`."""

    verb: ClassVar[str] = ""
    if_match = ("POST",)

    def get_serializer_class(self) -> Any:
        return BODIES[self.verb]

    @idempotent
    def post(self, request: Request, escalation: str) -> Response:
        case = self.escalation()
        getattr(actions, self.verb)(
            case, by=self.user, at=timezone.now(), version=version_in(request, case),
            **self.given(BODIES[self.verb]),
        )  # fmt: skip
        return self.show(self.escalation())
