"""The Meldingen behind a number of the analysis: what it counted, to look at and to open a Problem with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from desk.models import Event
from incidents.models import Alert, Melding
from problems.trends.figures import BY, NONE
from problems.trends.lines import ALL
from problems.trends.months import shifted, start_of

ENDING = ("resolve", "cancel", "merge", "mark_duplicate")
WORDS = ("kind", "channel")


def meldingen(
    dimension: str,
    value: str,
    first: date,
    last: date,
    until: datetime,
    rows: QuerySet[Melding] | None = None,
) -> QuerySet[Melding]:
    """Those among `rows` (all) that the number of these months counts, as they are now."""
    start, end = start_of(first), min(start_of(shifted(last, 1)), until)
    return (Melding.objects.all() if rows is None else rows).filter(_condition(dimension, value, start, end))


def _condition(dimension: str, value: str, start: datetime, end: datetime) -> Q:
    received = Q(received_at__gte=start, received_at__lt=end)
    if dimension == ALL:
        return received
    if dimension in BY:
        given: dict[str, Any] = {dimension: value if dimension in WORDS else _number(value)}
        return received & Q(**({f"{dimension}__isnull": True} if value == NONE else given))
    return _of_steps(dimension, value, start, end)


def _of_steps(dimension: str, value: str, start: datetime, end: datetime) -> Q:
    """What is counted by a step in the month, and not by receipt."""
    match dimension, value:
        case _, "ended":
            return Q(pk__in=_cases(start, end, *ENDING))
        case _, "open":
            return Q(received_at__lt=end) & (Q(is_open=True) | Q(pk__in=_cases(end, None, *ENDING)))
        case "technical", "late":
            return Q(pk__in=_cases(start, end, "resolve"), resolution_met=False)
        case "technical", "reopened":
            return Q(pk__in=_cases(start, end, "reopen"))
        case "technical", "resolution":
            return Q(pk__in=_cases(start, end, "resolve"))
        case "technical", "alarms":
            alarms = Alert.objects.filter(first_seen_at__gte=start, first_seen_at__lt=end)
            return Q(pk__in=alarms.values("melding"))
    return Q(pk__in=[])


def _cases(start: datetime, end: datetime | None, *verbs: str) -> QuerySet[Event, Any]:
    steps = Event.objects.filter(case_type=Melding.case_type, verb__in=verbs, at__gte=start)
    return (steps.filter(at__lt=end) if end else steps).order_by().values("case_id")


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 18 else 0
