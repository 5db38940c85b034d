"""The norm of a month in the API: of all that the caller may see, which for a contact is its own contractant (SLA 9.3)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contractants.models import Contractant, Service
from desk.api import Endpoint
from desk.shapes import ByKey, Shape
from domain.errors import WrongInput
from domain.months import Month
from incidents.clocks import CLOCKS
from reports.norm.counting import norm
from reports.norm.sight import Sight
from sla.queries import AMSTERDAM


class MonthText(serializers.CharField):
    default_error_messages = {"month": _("Noem een maand, zoals 2026-05.")}

    def to_internal_value(self, data: Any) -> Any:
        try:
            return Month.parse(str(data))
        except WrongInput:
            self.fail("month")


class Asked(Shape):
    month = MonthText(required=False)
    service = ByKey("slug", lambda user: Service.objects.all(), required=False)
    contractant = ByKey("public_id", lambda user: Contractant.objects.visible_to(user), required=False)


class NormLineShape(serializers.Serializer[Any]):
    clock = serializers.ChoiceField([(clock, clock) for clock in CLOCKS])
    priority = serializers.IntegerField()
    promised = serializers.DecimalField(5, 2, help_text="per cent")
    due = serializers.IntegerField(help_text="whose time is up: met and missed")
    met = serializers.IntegerField()
    missed = serializers.IntegerField()
    running = serializers.IntegerField(help_text="whose time ends later in this month")
    excluded = serializers.DictField(
        child=serializers.IntegerField(), help_text="by reason: cancelled, duplicate, without_term"
    )
    percent = serializers.DecimalField(5, 2, allow_null=True, help_text="null: nothing was due")
    kept = serializers.BooleanField(allow_null=True)


class NormShape(serializers.Serializer[Any]):
    month = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="no part of it")
    lines = NormLineShape(many=True)


class NormOfMonth(Endpoint):
    """How many Incidents kept the time of their priority; a line for each clock, priority and norm."""

    serializer_class = NormShape
    pagination_class, filter_backends = None, []

    @extend_schema(
        operation_id="norm", summary="The norm per priority in a month", responses=NormShape,
        parameters=[OpenApiParameter("month", str, description="such as 2026-05; without it the running month"),
                    OpenApiParameter("service", str, description="slug of a Dienst"),
                    OpenApiParameter("contractant", str, description="public id of a contractant")],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        now = timezone.now()
        asked = Asked(data=request.query_params.dict(), context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        sight = Sight(**{"month": Month.of(now, AMSTERDAM), **asked.validated_data})
        start, end = sight.month.span(AMSTERDAM)
        lines = norm(sight.rows(self.user), sight.month, now)
        return Response(
            NormShape({"month": str(sight.month), "start": start, "end": end, "lines": lines}).data
        )
