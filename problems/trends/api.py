"""Trend analysis to read, for staff and machines (SLA 12.1)."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from desk.api import Endpoint
from desk.models import User
from desk.paging import Key
from desk.permissions import SEES_ALL
from incidents.models import Melding
from problems.models import TrendMonth, TrendSignal
from problems.trends.lines import DIMENSIONS

NEWEST = [Key("id", descending=True)]


class MonthShape(serializers.ModelSerializer[TrendMonth]):
    figures = serializers.DictField(help_text="what was counted; by dimension and value under `received`")
    names = serializers.DictField(help_text="what `service:3` and `contractant:7` were called")

    class Meta:
        model = TrendMonth
        fields = ("month", "created_at", "figures", "names")


class SignalShape(serializers.ModelSerializer[TrendSignal]):
    numbers = serializers.DictField()
    meldingen = serializers.SerializerMethodField()
    problem = serializers.SlugRelatedField("number", read_only=True, allow_null=True)  # type: ignore[var-annotated]

    class Meta:
        model = TrendSignal
        fields = (
            "id", "month", "dimension", "value", "direction", "rule", "numbers", "meldingen", "found_at", "decision",
            "decided_at", "problem",
        )  # fmt: skip

    def get_meldingen(self, signal: TrendSignal) -> list[str]:
        """Numbers of the newest of its Meldingen."""
        numbers: dict[int, str] = self.context["numbers"]
        return [numbers[pk] for pk in signal.melding_ids if pk in numbers]


class SignalFilters(filters.FilterSet):  # type: ignore[misc]
    month = filters.DateFilter(help_text="the first day of a month")
    dimension = filters.ChoiceFilter(choices=[(name, name) for name in DIMENSIONS])
    decided = filters.BooleanFilter(field_name="decided_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = TrendSignal
        fields: tuple[str, ...] = ()


class Months(Endpoint):
    queryset = TrendMonth.objects.none()
    serializer_class = MonthShape
    orderings = {"-month": NEWEST}

    @extend_schema(operation_id="list_trend_months", summary="Stored months of trend analysis")
    def get(self, request: Request) -> Response:
        return self.page(_seen(self.user, TrendMonth.objects.all()))


class Signals(Endpoint):
    queryset = TrendSignal.objects.none()
    serializer_class = SignalShape
    filterset_class = SignalFilters
    orderings = {"-month": NEWEST}

    @extend_schema(
        operation_id="list_trend_signals", summary="Signals of trend analysis, and what was decided"
    )
    def get(self, request: Request) -> Response:
        rows = _seen(self.user, TrendSignal.objects.select_related("problem"))
        shown = self.paginate_queryset(self.filter_queryset(rows)) or []
        ids = {pk for signal in shown for pk in signal.melding_ids}
        numbers = dict(Melding.objects.visible_to(self.user).filter(pk__in=ids).values_list("pk", "number"))
        context = {**self.get_serializer_context(), "numbers": numbers}
        return self.get_paginated_response(SignalShape(shown, many=True, context=context).data)


def _seen(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if user.role in SEES_ALL else rows.none()


urlpatterns = [
    path("trends/", Months.as_view(), name="trends"),
    path("trends/signals/", Signals.as_view(), name="trend_signals"),
]
