"""Measurements in, and what they say of a month (SLA 7.7)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contractants.models import Service
from desk.api import Endpoint
from desk.idempotency import idempotent
from desk.problems_json import problem
from desk.quarantine import masked_tree
from desk.tokens import InScope, OfTheDesk
from domain.errors import WrongInput
from domain.months import Month
from domain.percentiles import ERROR, LONGEST
from incidents.api.monitoring import Anything, Door, parsed
from reports.models.performance import ACTION_MAX
from reports.performance import figures, storing
from reports.performance.reading import MOST_COUNTED, MOST_ROWS
from sla.queries import AMSTERDAM


class Row(serializers.Serializer[Any]):
    """One measurement; `reports.performance.reading` judges it, so that one that is wrong costs no other."""

    service = serializers.CharField(
        help_text="the Dienst: its slug, or a component or source, see ServiceMatch"
    )
    action = serializers.CharField(max_length=ACTION_MAX, help_text="what the user did; no numbers in it")
    seconds = serializers.FloatField(min_value=0, max_value=LONGEST, help_text="from user action to response")
    at = serializers.DateTimeField(help_text="at most 7 days ago")
    count = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_COUNTED, help_text="how many took this long; 1 without it"
    )


class Batch(serializers.Serializer[Any]):
    batch = serializers.CharField(max_length=100, help_text="names the batch; sent twice it counts once")
    measurements: Any = serializers.ListField(child=Anything(), allow_empty=False)


class BatchBody(Batch):
    """A wrong row is named in the answer and costs no other."""

    measurements = Row(many=True)


class WrongRow(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="place of the measurement, from 0")
    field = serializers.CharField()
    detail = serializers.CharField()


class Counted(serializers.Serializer[Any]):
    batch = serializers.CharField()
    stored = serializers.IntegerField()
    refused = serializers.IntegerField()
    errors = WrongRow(many=True)  # type: ignore[assignment]


class Asked(serializers.Serializer[Any]):
    service = serializers.SlugField()
    month = serializers.CharField(help_text="such as 2026-05")

    def validate_month(self, text: str) -> Month:
        try:
            month = Month.parse(text)
        except WrongInput as wrong:
            raise serializers.ValidationError(_("Geef een maand zoals 2026-05.")) from wrong
        if month > Month.of(timezone.now(), AMSTERDAM):
            raise serializers.ValidationError(_("Deze maand ligt in de toekomst."))
        return month


class OfAction(serializers.Serializer[Any]):
    action = serializers.CharField()
    count = serializers.IntegerField()
    p50 = serializers.FloatField(help_text="seconds, like all below")
    p95 = serializers.FloatField()
    p99 = serializers.FloatField()
    max = serializers.FloatField()
    over_limit = serializers.IntegerField()
    over_baseline = serializers.IntegerField()
    baseline = serializers.FloatField(allow_null=True)


class OfDay(serializers.Serializer[Any]):
    day = serializers.DateField()
    action = serializers.CharField()
    count = serializers.IntegerField()
    p95 = serializers.FloatField()
    max = serializers.FloatField()
    over_limit = serializers.IntegerField()


class OfAlert(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    action = serializers.CharField()
    rule = serializers.ChoiceField(["limit", "baseline"])
    seconds = serializers.FloatField()
    count = serializers.IntegerField()
    number = serializers.CharField(allow_null=True, help_text="of the Melding")


class OfMonth(serializers.Serializer[Any]):
    service = serializers.CharField()
    month = serializers.CharField()
    error = serializers.FloatField(help_text="how far percentiles may be off, as a part of themselves")
    actions = OfAction(many=True)
    days = OfDay(many=True)
    alerts = OfAlert(many=True)


class Measurements(Door):
    serializer_class = BatchBody

    @extend_schema(
        operation_id="take_measurements", summary="How long actions of users took", responses=Counted,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        given = Batch(data=masked_tree(parsed(request.body), "body"))
        given.is_valid(raise_exception=True)
        batch, rows = given.validated_data["batch"], given.validated_data["measurements"]
        if len(rows) > MOST_ROWS:
            return problem(413, _("Hooguit %(most)d metingen in een batch.") % {"most": MOST_ROWS})
        return Response(storing.take(batch, rows, by=self.user, at=timezone.now()))


class Performance(Endpoint):
    serializer_class = OfMonth
    permission_classes = [InScope, OfTheDesk]
    pagination_class = None

    @extend_schema(
        operation_id="performance", summary="What users waited for a Dienst in a month, per action", responses=OfMonth,
        parameters=[Asked],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        service = get_object_or_404(Service, slug=asked.validated_data["service"])
        month: Month = asked.validated_data["month"]
        told = {"service": service.slug, "month": str(month), "error": ERROR}
        of = (service, month, timezone.now())
        lists: dict[str, list[Any]] = {
            "actions": figures.of_month(*of), "days": figures.days_of_month(*of), "alerts": figures.alerts_of_month(*of),
        }  # fmt: skip
        return Response(told | {name: [asdict(one) for one in rows] for name, rows in lists.items()})
