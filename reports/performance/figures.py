"""What was measured of a Dienst in a month: per action, per day, and the alerts (SLA 7.7, 13).

Percentiles are within `domain.percentiles.ERROR` of the measured durations; counts and longest are exact. Seconds; days are
those of Amsterdam; a running month counts what came in so far.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import QuerySet

from contractants.models import Service
from domain.months import Month
from domain.percentiles import merged, percentile
from reports.models import Baseline, Histogram, PerformanceAlert, PerformanceLimit
from reports.models.performance import in_force
from sla.queries import AMSTERDAM


@dataclass(frozen=True)
class ActionFigures:
    """Of one action in one month. `baseline` is the one that held on its last day, or holds today; None: never agreed."""

    action: str
    count: int
    p50: float
    p95: float
    p99: float
    max: float
    over_limit: int
    over_baseline: int
    baseline: float | None


@dataclass(frozen=True)
class DayFigures:
    """Of one action on one day on which it was measured."""

    day: date
    action: str
    count: int
    p95: float
    max: float
    over_limit: int


@dataclass(frozen=True)
class AlertFigures:
    """That a rule held: since when, the longest of its slow ones, and the number of the Melding that came of it."""

    at: datetime
    until: datetime | None
    action: str
    rule: str
    seconds: float
    count: int
    number: str | None


def of_month(service: Service, month: Month, now: datetime) -> list[ActionFigures]:
    """By action; empty where nothing was measured. Two queries."""
    today = now.astimezone(AMSTERDAM).date()
    held = baselines(service, min(month.last, today))
    return [_of_action(list(rows), held) for _action, rows in _by_action(measured(service, month))]


def days_of_month(service: Service, month: Month, now: datetime) -> list[DayFigures]:
    """By action and day. One query."""
    return [
        DayFigures(
            row.day, row.action, sum(row.counts), percentile(row.counts, 95, row.longest) or 0.0, row.longest,
            row.over_limit,
        )
        for row in measured(service, month)
    ]  # fmt: skip


def alerts_of_month(service: Service, month: Month, now: datetime) -> list[AlertFigures]:
    """Those that began in it, in that order. One query."""
    start, end = month.span(AMSTERDAM)
    rows = PerformanceAlert.objects.filter(service=service, began_at__gte=start, began_at__lt=end)
    return [
        AlertFigures(
            row.began_at, row.ended_at, row.action, row.alert, row.seconds, row.count,
            row.melding.number if row.melding else None,
        )
        for row in rows.select_related("melding").order_by("began_at", "id")
    ]  # fmt: skip


def baselines(service: Service, day: date) -> dict[str, float]:
    """What each action takes by the agreement that holds on `day`."""
    rows = Baseline.objects.filter(service=service, starts_on__lte=day).order_by("starts_on")
    return {row.action: row.seconds for row in rows}


def limit_on(now: datetime) -> PerformanceLimit:
    """What holds today."""
    return limit_of(Month.of(now, AMSTERDAM), now)


def limit_of(month: Month, now: datetime) -> PerformanceLimit:
    """What held on the last day of the month, or holds today; one query."""
    day = min(month.last, now.astimezone(AMSTERDAM).date())
    return in_force(PerformanceLimit.objects.all(), day) or PerformanceLimit()


def measured(service: Service, month: Month) -> QuerySet[Histogram]:
    rows = Histogram.objects.filter(service=service, day__range=(month.first, month.last))
    return rows.order_by("action", "day")


def _by_action(rows: Iterable[Histogram]) -> groupby[str, Histogram]:
    return groupby(rows, lambda row: row.action)


def _of_action(rows: list[Histogram], held: dict[str, float]) -> ActionFigures:
    counts, longest = merged(*(row.counts for row in rows)), max(row.longest for row in rows)
    p50, p95, p99 = (percentile(counts, percent, longest) or 0.0 for percent in (50, 95, 99))
    action = rows[0].action
    return ActionFigures(
        action, sum(counts), p50, p95, p99, longest, sum(row.over_limit for row in rows),
        sum(row.over_baseline for row in rows), held.get(action),
    )  # fmt: skip
