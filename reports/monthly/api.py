"""Reports in the API: reading them with their digest, and their steps; and back-ups as machines report them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contractants.models import Service
from desk.api import Endpoint
from desk.case_api import CaseApi, CaseRow, Transitions
from desk.idempotency import idempotent
from desk.models import User
from desk.shapes import ByKey, Moment, Shape, Text
from reports.models import Backup, BackupKind, Outcome, ReportState, ServiceLevelReport
from reports.monthly import queries, sealing
from reports.monthly.doors import DOORS

AHEAD = timedelta(minutes=5)


class Nothing(Shape):
    """A step that asks for no words."""


class ReportReason(Shape):
    reason = Text()


class ReportWords(Shape):
    body = Text()
    client_key = serializers.UUIDField(required=False, allow_null=True, default=None)


class CorrectionShape(serializers.Serializer[Any]):
    at = serializers.CharField()
    what = serializers.CharField()
    was = serializers.CharField()
    becomes = serializers.CharField()
    reason = serializers.CharField()


class ReportRow(CaseRow):
    address = "api:report"
    month = serializers.SerializerMethodField()
    service = serializers.CharField(source="service.slug")
    contractant = serializers.UUIDField(source="contractant.public_id", allow_null=True, default=None)

    class Meta:
        model = ServiceLevelReport
        fields: tuple[str, ...] = (
            *CaseRow.FIRST, "month", "service", "contractant", "made_at", "published_at", "sha256",
            *CaseRow.LAST,
        )  # fmt: skip

    def get_month(self, report: ServiceLevelReport) -> str:
        return str(report.of_month)


class ReportDetail(ReportRow, Transitions):
    """`intact`: whether `data` still has the digest that it was published with."""

    doors = DOORS
    data = serializers.JSONField()  # type: ignore[assignment]
    intact = serializers.SerializerMethodField()
    corrections = serializers.SerializerMethodField()

    class Meta(ReportRow.Meta):
        fields = (*ReportRow.Meta.fields, "intact", "data", "corrections", "transitions")

    def get_intact(self, report: ServiceLevelReport) -> bool | None:
        return sealing.holds(report)

    @extend_schema_field(CorrectionShape(many=True))
    def get_corrections(self, report: ServiceLevelReport) -> Any:
        return queries.corrections(report)


class ReportFilters(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=ReportState.choices)
    month = filters.DateFilter(field_name="month", input_formats=["%Y-%m"])
    service = filters.CharFilter(field_name="service__slug")
    contractant = filters.UUIDFilter(field_name="contractant__public_id")

    class Meta:
        model = ServiceLevelReport
        fields: tuple[str, ...] = ()


API = CaseApi(
    DOORS, name="report", plural="reports", letter="V", row=ReportRow, detail=ReportDetail, filters=ReportFilters,
    orderings={"-month": queries.NEWEST, "month": queries.OLDEST},
    bodies={
        "review": Nothing, "publish": Nothing, "send_back": ReportReason, "rebuild": Nothing, "note": ReportWords,
    },
)  # fmt: skip


# --- Back-ups (SLA 7.6)


def services(user: User) -> QuerySet[Service]:
    return Service.objects.all()


class BackupBody(Shape):
    service = ByKey("slug", services)
    kind = serializers.ChoiceField(BackupKind.choices)
    at = Moment()
    outcome = serializers.ChoiceField(Outcome.choices)
    size = serializers.IntegerField(
        min_value=0, max_value=2**63 - 1, required=False, allow_null=True, default=None, help_text="in bytes"
    )

    def validate_at(self, at: Any) -> Any:
        if at > timezone.now() + AHEAD:
            raise serializers.ValidationError(_("Dit tijdstip ligt in de toekomst."))
        return at


class BackupShape(serializers.ModelSerializer[Backup]):
    service = serializers.CharField(source="service.slug")

    class Meta:
        model = Backup
        fields = ("service", "kind", "at", "outcome", "size")


class Backups(Endpoint):
    """Of one moment, kind and Dienst the first word stands: sending it twice records it once."""

    monitoring = True
    queryset = Backup.objects.none()
    serializer_class = BackupBody

    @extend_schema(
        operation_id="record_backup", summary="Record a back-up", request=BackupBody,
        responses={201: BackupShape, 200: BackupShape},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.given(BackupBody)
        key = {name: given.pop(name) for name in ("service", "kind", "at")}
        row, is_new = Backup.objects.get_or_create(**key, defaults=given)
        return Response(BackupShape(row).data, 201 if is_new else 200)
