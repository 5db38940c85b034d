"""Stored months of the trend analysis: what can be counted again of them (SLA 12.1).

By Dienst, priority and the like they cannot: a Melding may have been given another since.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from desk.models import Event
from domain.months import Month
from incidents.models import Melding
from problems.models import TrendMonth
from problems.trends.figures import restored
from problems.trends.queries import first_month
from reports.verifying.checking import Difference, Fields, Scope, unequal
from sla.queries import AMSTERDAM

KIND = "trend_month"
ENDING = ("resolve", "cancel", "merge", "mark_duplicate")


def differences(scope: Scope) -> Iterator[Difference]:
    """Of the months since the first Melding; of those before only the figures are left."""
    if scope.number:
        return
    for row in TrendMonth.objects.filter(month__gte=first_month(scope.now)).order_by("month"):
        _start, end = Month(row.month.year, row.month.month).span(AMSTERDAM)
        if scope.since and end <= scope.since:
            continue
        scope.checked[KIND] += 1
        yield from unequal(KIND, str(row), _values(row))


def _values(row: TrendMonth) -> Fields:
    kept, there = restored(row.figures), counted(row, Melding.objects.all())
    for name, number in there.items():
        yield name, getattr(kept, name), number + row.erased.get(name, 0)


def counted(row: TrendMonth, meldingen: QuerySet[Melding]) -> dict[str, int]:
    """What can be counted again of that month, of these Meldingen."""
    start, end = Month(row.month.year, row.month.month).span(AMSTERDAM)
    verbs = _verbs(start, end, meldingen)
    return {
        "total": _received(start, end, row.created_at, meldingen), "solved": verbs.get("resolve", 0),
        "reopened": verbs.get("reopen", 0), "ended": sum(verbs.get(verb, 0) for verb in ENDING),
    }  # fmt: skip


def _verbs(start: datetime, end: datetime, meldingen: QuerySet[Melding]) -> dict[str, int]:
    events = Event.objects.filter(
        case_type=Melding.case_type, verb__in=[*ENDING, "reopen"], at__gte=start, at__lt=end
    )
    if meldingen.query.where:  # all of them are quicker without
        events = events.filter(case_id__in=meldingen.values("pk"))
    return dict(events.order_by().values_list("verb").annotate(Count("pk")))


def _received(start: datetime, end: datetime, counted_at: datetime, meldingen: QuerySet[Melding]) -> int:
    """Those that were registered when the month was counted; one that is registered later may be dated back."""
    known = Event.objects.filter(
        case_type=Melding.case_type, case_id=OuterRef("pk"), verb="register", at__lte=counted_at
    )
    return meldingen.filter(Exists(known), received_at__gte=start, received_at__lt=end).count()
