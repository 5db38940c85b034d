"""Availability in the API, for staff and machines: the figure of a month, and what took a Dienst away (SLA 7.2)."""

from __future__ import annotations

from decimal import ROUND_FLOOR
from typing import Any
from uuid import UUID

import django_filters as filters
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from changes.models import Maintenance
from contractants.models import Service
from desk import texts
from desk.api import Endpoint
from desk.etags import etag, version_in
from desk.idempotency import idempotent
from desk.models import User
from desk.paging import Key
from desk.shapes import ByKey, Moment, Shape, Text
from desk.tokens import InScope, OfTheDesk
from domain.errors import WrongInput
from domain.months import Month
from incidents.models import Melding
from reports.availability import actions, queries
from reports.availability.actions import Facts
from reports.models import Extent, Reason, Unavailability
from sla.queries import AMSTERDAM

NEWEST = [Key("started_at", descending=True), Key("id", descending=True)]


def services(user: User) -> Any:
    """Also those that are no more: what they were stays to be told."""
    return Service.objects.all()


def meldingen(user: User) -> Any:
    return Melding.objects.visible_to(user)


def maintenances(user: User) -> Any:
    return Maintenance.objects.all().visible_to(user)


class OutageShape(serializers.Serializer[Any]):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    minutes = serializers.FloatField()
    extent = serializers.ChoiceField(Extent.choices)
    counted = serializers.BooleanField()
    reason = serializers.ChoiceField(Reason.choices, allow_null=True)
    evidence = serializers.CharField()
    number = serializers.CharField(
        allow_null=True, help_text="of the Melding or Onderhoud that it comes from"
    )
    series = serializers.CharField(
        source="key", help_text="of what was recorded; empty: it follows from the trail"
    )


class AvailabilityShape(serializers.Serializer[Any]):
    """Amounts in minutes: `whole` is B and `counted` is D of SLA 7.2."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="of a running month: now")
    whole = serializers.FloatField()
    counted = serializers.FloatField()
    excluded = serializers.FloatField()
    percent = serializers.DecimalField(
        7,
        4,
        rounding=ROUND_FLOOR,
        help_text="rounded down: what is below the promise never reads as the promise",
    )
    promised = serializers.DecimalField(7, 4)
    kept = serializers.BooleanField()
    room = serializers.FloatField(help_text="minutes that may still count; negative: the promise is broken")
    stretches = OutageShape(many=True)


class UnavailabilityShape(serializers.ModelSerializer[Unavailability]):
    service = serializers.SlugRelatedField("slug", read_only=True)  # type: ignore[var-annotated]
    melding = serializers.SlugRelatedField("number", read_only=True)  # type: ignore[var-annotated]
    maintenance = serializers.SlugRelatedField("number", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    recorded_by = serializers.CharField(source="recorded_by.name")

    class Meta:
        model = Unavailability
        fields = (
            "series", "service", "started_at", "ended_at", "extent", "source", "melding", "maintenance", "reason", "evidence",
            "recorded_by", "recorded_at", "version",
        )  # fmt: skip


class StretchFacts(Shape):
    service = ByKey("slug", services, help_text="slug of the Dienst")
    started_at = Moment()
    ended_at = Moment(required=False, allow_null=True, default=None, help_text="null: it goes on")
    extent = serializers.ChoiceField(
        Extent.choices,
        default=Extent.FULL,
        help_text="none: it was there all the same, whatever its case tells",
    )
    reason = serializers.ChoiceField(Reason.choices, required=False, allow_blank=True, default="")
    evidence = Text(
        required=False, allow_blank=True, default="", help_text="required where it does not count"
    )


class NewUnavailability(StretchFacts):
    melding = ByKey("number", meldingen, required=False, allow_null=True, default=None)
    maintenance = ByKey("number", maintenances, required=False, allow_null=True, default=None)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["melding"] and given["maintenance"]:
            raise ValidationError({"maintenance": _("Noem een melding of onderhoud, niet allebei.")})
        return given


class UnavailabilityFilters(filters.FilterSet):  # type: ignore[misc]
    service = filters.CharFilter(field_name="service__slug", help_text="slug of the Dienst")
    melding = filters.CharFilter(field_name="melding__number")
    started_after = filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="gte")
    started_before = filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="lt")

    class Meta:
        model = Unavailability
        fields: tuple[str, ...] = ()


class OfMonth(Endpoint):
    """The availability of one Dienst in one month."""

    permission_classes = [InScope, OfTheDesk]
    serializer_class = AvailabilityShape
    pagination_class, filter_backends = None, []

    @extend_schema(
        operation_id="availability", summary="Availability of a Dienst in a month", responses=AvailabilityShape,
        parameters=[OpenApiParameter("service", str, required=True, description="slug of the Dienst"),
                    OpenApiParameter("month", str, required=True, description="such as 2026-05")],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = request.query_params
        if unknown := sorted(set(asked) - {"service", "month"}):
            raise ValidationError({name: _("Deze parameter is niet bekend.") for name in unknown})
        service = Service.objects.filter(slug=texts.storable(asked.get("service", ""))).first()
        if service is None:
            raise ValidationError({"service": _("Noem de code van een dienst.")})
        try:
            month = Month.parse(asked.get("month", ""))
        except WrongInput as wrong:
            raise ValidationError({"month": _("Noem een maand, zoals 2026-05.")}) from wrong
        now = timezone.now()
        if month > Month.of(now, AMSTERDAM):
            raise ValidationError({"month": _("Deze maand ligt in de toekomst.")})
        return Response(AvailabilityShape(queries.of_month(service, month, now)).data)


class Recorded(Endpoint):
    """The last word on each."""

    permission_classes = [InScope, OfTheDesk]
    queryset = Unavailability.objects.none()
    serializer_class = UnavailabilityShape
    filterset_class = UnavailabilityFilters
    orderings = {"-started_at": NEWEST}

    def rows(self) -> Any:
        rows = Unavailability.objects.all().visible_to(self.user).current()
        return rows.select_related("service", "melding", "maintenance", "recorded_by")

    def one(self, series: UUID) -> Unavailability:
        found: Unavailability | None = self.rows().filter(series=series).first()
        if found is None:
            raise Http404
        return found

    def made(self, row: Unavailability) -> Response:
        headers = {"Location": reverse("api:unavailability", args=[row.series]), "ETag": etag(row)}
        return Response(UnavailabilityShape(row).data, 201, headers=headers)


class Unavailabilities(Recorded):
    @extend_schema(operation_id="list_unavailabilities", summary="Recorded unavailability")
    def get(self, request: Request) -> Response:
        return self.page(self.rows())

    @extend_schema(
        operation_id="record_unavailability", summary="Record unavailability", request=NewUnavailability,
        responses={201: UnavailabilityShape},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.given(NewUnavailability)
        about = {name: given.pop(name) for name in ("melding", "maintenance")}
        return self.made(actions.record(Facts(**given), by=self.user, at=timezone.now(), **about))


class OneUnavailability(Recorded):
    filter_backends: Any = []

    @extend_schema(operation_id="get_unavailability", summary="One recorded unavailability")
    def get(self, request: Request, series: UUID) -> Response:
        row = self.one(series)
        return Response(UnavailabilityShape(row).data, headers={"ETag": etag(row)})


class Correction(Recorded):
    filter_backends: Any = []
    if_match = ("POST",)

    @extend_schema(
        operation_id="correct_unavailability", summary="Correct unavailability", request=StretchFacts,
        responses={201: UnavailabilityShape},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, series: UUID) -> Response:
        row, facts = self.one(series), Facts(**self.given(StretchFacts))
        version = version_in(request, row)
        return self.made(actions.correct(row, facts, by=self.user, at=timezone.now(), version=version))
