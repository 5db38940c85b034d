"""Meldingen in a report: how many, and the Incidents that stand out (SLA 13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from desk.models import Event
from domain.clock import Clock
from incidents.clocks import CLOCKS, RESOLUTION, RESPONSE, WITHOUT_VERDICT, read
from incidents.models import Kind, Level, Melding
from problems.models.problem import GRAVE
from reports.monthly.frame import Frame, moment, number
from sla.queries import AMSTERDAM

ENDS = ("resolve", "cancel", "merge", "mark_duplicate")
STOPS, GOES_ON = frozenset({"resolve", "available_again"}), frozenset({"reopen", "unavailable_again"})


def counts(frame: Frame) -> dict[str, Any]:
    """Of all kinds what came in, ended and stood open at the end; of the Incidents that came in their priorities."""
    kinds, priorities = dict.fromkeys(map(str, Kind), 0), {str(n): 0 for n in range(1, 5)}
    for kind, priority, amount in _received(frame):
        kinds[kind] += amount
        if kind == Kind.INCIDENT:
            priorities[str(priority)] += amount
    return {
        "received": kinds,
        "closed": _steps(frame, ENDS, at__gte=frame.start, at__lt=frame.until).values("case_id").distinct().count(),
        "open_at_end": _open_at_end(frame),
        "by_priority": priorities,
    }  # fmt: skip


def received_by_month(frame: Frame, first: datetime) -> dict[str, int]:
    """Incidents that came in from `first` on, by month; in one query."""
    rows = frame.meldingen().filter(
        kind=Kind.INCIDENT, received_at__gte=first, received_at__lt=frame.until
    )  # fmt: skip
    by_month = rows.annotate(month=TruncMonth("received_at", tzinfo=AMSTERDAM)).values_list("month")
    return {f"{month:%Y-%m}": amount for month, amount in by_month.annotate(Count("pk"))}


def first_received(frame: Frame) -> datetime | None:
    """The oldest Melding of its Dienst: before that nothing is known."""
    oldest = frame.meldingen().order_by("received_at").values_list("received_at", flat=True)
    return oldest.first()


def incidents(frame: Frame, missed: dict[str, set[str]]) -> list[dict[str, Any]]:
    """Those that came in with priority 1 or a large impact, and those that `missed` their term, by clock; the gravest
    first. As things stood at the end of the month: their trails are read up to there."""
    named = missed[RESPONSE] | missed[RESOLUTION]
    came_in = Q(received_at__gte=frame.start, received_at__lt=frame.until) & GRAVE
    rows = frame.meldingen().filter(came_in | Q(number__in=named)).order_by("priority", "received_at", "id")
    found = list(rows)
    trails = _trails([one.pk for one in found], frame.until)
    return [_incident(one, trails[one.pk], frame.until, missed) for one in found]


def _received(frame: Frame) -> Iterable[tuple[str, int, int]]:
    rows = frame.meldingen().filter(received_at__gte=frame.start, received_at__lt=frame.until)
    return rows.values_list("kind", "priority").annotate(amount=Count("pk"))


def _steps(frame: Frame, verbs: Iterable[str], **when: datetime) -> Any:
    """Events of its Meldingen: few among all, and read from an index of their own."""
    return Event.objects.filter(
        case_type=Melding.case_type, verb__in=verbs, case_id__in=frame.meldingen().values("pk"), **when
    ).order_by()  # fmt: skip


def _open_at_end(frame: Frame) -> int:
    """What stands open now, without what came in or went on since, and with what ended since."""
    since = _steps(frame, [*ENDS, "reopen"], at__gte=frame.until).aggregate(
        ended=Count("pk", filter=Q(verb__in=ENDS)), reopened=Count("pk", filter=Q(verb="reopen"))
    )
    now = frame.meldingen().open().count() - frame.meldingen().filter(received_at__gte=frame.until).count()
    return now + int(since["ended"]) - int(since["reopened"])


def _trails(ids: list[int], until: datetime) -> dict[int, list[Event]]:
    """Of each in order; with its registration, which for what was written down afterwards came later."""
    found = defaultdict(list)
    known = Q(at__lt=until) | Q(verb="register")
    for event in Event.objects.filter(known, case_type=Melding.case_type, case_id__in=ids):
        found[event.case_id].append(event)
    return found


def _incident(
    one: Melding, trail: list[Event], until: datetime, missed: dict[str, set[str]]
) -> dict[str, Any]:
    steps = [(event.verb, event.at) for event in trail if event.verb in STOPS | GOES_ON]
    resolved = steps[-1][1] if steps and steps[-1][0] in STOPS else None
    reading = read(one, until, trail)
    judged = trail[-1].target not in WITHOUT_VERDICT
    verdicts = {name: _in_time(reading[name]) if judged else None for name in CLOCKS}
    return {
        "number": one.number, "subject": _shown(one), "priority": one.priority, "major": one.impact == Level.LARGE,
        "received_at": moment(one.received_at), "resolved_at": resolved and moment(resolved),
        **{f"{name}_met": False if one.number in missed[name] else verdicts[name] for name in CLOCKS},
        "reopened_seconds": number(_reopened(steps).total_seconds(), 0),
    }  # fmt: skip


def _shown(one: Melding) -> str:
    """Its subject; of one that is restricted nothing goes into a report, which is read by more people."""
    return one.subject if one.restricted_at is None else "–"


def _in_time(clock: Clock) -> bool | None:
    """None while its time was not up, and without a term."""
    return False if clock.late else clock.met


def _reopened(steps: list[tuple[str, datetime]]) -> timedelta:
    """How long it was taken for solved and was not: time that does not count (docs/readings.md)."""
    return sum(
        (after[1] - before[1] for before, after in pairwise(steps) if before[0] in STOPS and after[0] in GOES_ON),
        timedelta(),
    )  # fmt: skip
