"""Onderhoud in the API: the list, a new draft, one with what it conflicts with, and its steps."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from changes import planning
from changes.actions import maintenance as actions
from changes.maintenance_doors import DOORS
from changes.models import Change, Maintenance, MaintenanceKind, MaintenanceState, Release
from changes.models.maintenance import LIES_AHEAD
from contractants.models import Service
from desk.case_api import CaseApi, CaseList, CaseRow, Transitions
from desk.idempotency import idempotent
from desk.models import User
from desk.paging import Key
from desk.permissions import SEES_ALL
from desk.shapes import ByKey, Moment, Shape, Text
from domain.maintenance import Rule, Weight
from incidents.api.bodies import Nothing


def services(user: User) -> Any:
    return Service.objects.filter(is_active=True)


def changes(user: User) -> Any:
    return Change.objects.all().visible_to(user)


def releases(user: User) -> Any:
    return Release.objects.all().visible_to(user)


class MaintenanceRow(CaseRow):
    address = "api:maintenance_window"
    services = serializers.SerializerMethodField()

    class Meta:
        model = Maintenance
        fields: tuple[str, ...] = (
            *CaseRow.FIRST, "title", "kind", "services", "starts_at", "ends_at", "has_impact", "announced_at",
            "began_at", "finished_at", *CaseRow.LAST,
        )  # fmt: skip

    def get_services(self, case: Maintenance) -> list[str]:
        """Slugs of its Diensten; for a contact of those that its own has a contract for."""
        return [service.slug for service in case.shown_to(self.context["request"].user)]


class ConflictShape(serializers.Serializer[Any]):
    rule = serializers.ChoiceField([str(rule) for rule in Rule], source="conflict.rule")
    weight = serializers.ChoiceField(
        [str(weight) for weight in Weight],
        help_text="hard: refused; soft: needs a reason; yields: the other one is pushed aside",
    )
    clause = serializers.CharField()
    text = serializers.CharField()


class MaintenanceDetail(Transitions, MaintenanceRow):
    """`reason`, `change`, `release`, `made_way_for` and `conflicts` are left out for a contact."""

    INTERNAL = ("reason", "change", "release", "made_way_for", "conflicts")
    doors = DOORS
    change = serializers.CharField(source="change.number", default=None, allow_null=True)
    release = serializers.CharField(source="release.number", default=None, allow_null=True)
    made_way_for = serializers.CharField(source="made_way_for.number", default=None, allow_null=True)
    conflicts = serializers.SerializerMethodField()

    class Meta(MaintenanceRow.Meta):
        fields = (
            *MaintenanceRow.Meta.fields, "description", "reason", "change", "release", "made_way_for", "conflicts",
            "transitions",
        )  # fmt: skip

    @extend_schema_field(ConflictShape(many=True))
    def get_conflicts(self, case: Maintenance) -> Any:
        """What stands in its way now, as long as it lies ahead."""
        now = timezone.now()
        if case.state not in LIES_AHEAD or not self._is_internal():
            return []
        if planning.wrong_times(case.starts_at, case.ends_at, now):
            return []
        return ConflictShape(planning.findings(planning.window_of(case, now), now), many=True).data

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(instance)
        hidden = () if self._is_internal() else self.INTERNAL
        return {name: value for name, value in told.items() if name not in hidden}

    def _is_internal(self) -> bool:
        return self.context["request"].user.role in SEES_ALL


class MaintenanceFacts(Shape):
    title = serializers.CharField(max_length=200)
    services = serializers.ListField(
        child=ByKey("slug", services), allow_empty=False, max_length=50, help_text="slugs of the Diensten"
    )
    kind = serializers.ChoiceField(MaintenanceKind.choices)
    starts_at = Moment()
    ends_at = Moment()
    has_impact = serializers.BooleanField()
    description = Text(required=False, default="", allow_blank=True, help_text="read by contractants")
    reason = Text(
        required=False, default="", allow_blank=True, help_text="why, where a rule asks for a reason"
    )
    change = ByKey("number", changes, required=False, default=None, allow_null=True)
    release = ByKey("number", releases, required=False, default=None, allow_null=True)


class MaintenanceWhy(Shape):
    reason = Text(required=False, default="", allow_blank=True, help_text="where a rule asks for one")


class MaintenanceTimes(MaintenanceWhy):
    starts_at = Moment()
    ends_at = Moment()


class MaintenanceMove(MaintenanceTimes):
    words = Text(required=False, default="", allow_blank=True, help_text="read by contractants")


class MaintenanceWords(Shape):
    words = Text(help_text="read by contractants who knew of it")


class MaintenanceNote(Shape):
    body = Text(help_text="read by colleagues alone")
    client_key = serializers.UUIDField(required=False, allow_null=True, default=None)


class MaintenanceFilters(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=MaintenanceState.choices)
    kind = filters.MultipleChoiceFilter(choices=MaintenanceKind.choices)
    service = filters.CharFilter(method="at_service", help_text="slug of a Dienst")
    starts_after = filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="gte")
    starts_before = filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="lt")

    class Meta:
        model = Maintenance
        fields: tuple[str, ...] = ()

    def at_service(self, rows: Any, name: str, slug: str) -> Any:
        return rows.at_service(slug, self.request.user)


class MaintenanceList(CaseList):
    """Those that the caller may see, and a POST for a new draft."""

    @extend_schema(
        operation_id="draft_maintenance", summary="Draft maintenance", request=MaintenanceFacts,
        responses={201: MaintenanceDetail},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        case = actions.draft(by=self.user, at=timezone.now(), **self.given(MaintenanceFacts))
        return self.show(DOORS.rows(self.user).get(pk=case.pk), status=201)


MAINTENANCE: CaseApi[Maintenance] = CaseApi(
    doors=DOORS, name="maintenance_window", plural="maintenance-windows", letter="O", row=MaintenanceRow,
    detail=MaintenanceDetail, filters=MaintenanceFilters,
    orderings={
        "starts_at": [Key("starts_at"), Key("id")],
        "-starts_at": [Key("starts_at", descending=True), Key("id", descending=True)],
    },
    bodies={
        "revise": MaintenanceFacts, "plan": MaintenanceWhy, "publish": MaintenanceWhy, "move": MaintenanceMove,
        "replan": MaintenanceTimes, "start": Nothing, "finish": Nothing, "cancel": MaintenanceWords,
        "note": MaintenanceNote,
    },
)  # fmt: skip
