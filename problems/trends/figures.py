"""What is counted of each month, in a fixed number of passes over the tables however many Meldingen there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from math import exp
from typing import Any

from django.db import connection

from problems.trends.months import days_of, month_of, office_hours, shifted, span, start_of

BY = ("service", "kind", "priority", "channel", "contractant")
NONE = "-"  # where a Melding has no Dienst or no contractant

# Month by month, so that each is a stretch of an index and its groups stay few: ten times faster than grouping all
# at once by what month a moment falls in.
RECEIVED = """
SELECT month.n - 1, one.* FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS month(starts, ends, n)
CROSS JOIN LATERAL (
    SELECT service_id, kind, priority, channel, contractant_id,
           grouping(service_id, kind, priority, channel, contractant_id) AS left_out,
           coalesce(sum(number), 0)::bigint
    FROM (
        SELECT service_id, kind, priority, channel, contractant_id, count(*) AS number
        FROM incidents_melding WHERE received_at >= month.starts AND received_at < month.ends
        GROUP BY service_id, kind, priority, channel, contractant_id
    ) cell
    GROUP BY GROUPING SETS ((), (service_id), (kind), (priority), (channel), (contractant_id))
) one
"""
# By the month of the step itself. A duration is measured in business time, by the clocks of the Melding.
ENDED = """
SELECT month.n - 1, one.* FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS month(starts, ends, n)
CROSS JOIN LATERAL (
    SELECT e.verb, count(*), count(m.resolution_met), count(*) FILTER (WHERE m.resolution_met = false),
           avg(ln(greatest(m.resolution_elapsed, 60)::float8))
    FROM desk_event e JOIN incidents_melding m ON m.id = e.case_id
    WHERE e.case_type = 'melding' AND e.verb IN ('resolve', 'cancel', 'merge', 'mark_duplicate', 'reopen')
          AND e.at >= month.starts AND e.at < month.ends
    GROUP BY e.verb
) one
"""
ALARMS = """
SELECT month.n - 1, one.* FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS month(starts, ends, n)
CROSS JOIN LATERAL (
    SELECT count(*) FROM incidents_alert WHERE first_seen_at >= month.starts AND first_seen_at < month.ends
) one
"""
STANDING = "SELECT count(*) FROM incidents_melding WHERE is_open"


@dataclass
class Figures:
    """One month, of `days` calendar days. `received` is by dimension and value; `hours` are office hours; `typical` is the geometric mean of
    the business seconds that solving took; `open` is what stood open when the month ended, or at the moment asked."""

    month: date
    days: float
    hours: float
    received: dict[str, dict[str, int]] = field(default_factory=dict)
    ended: int = 0
    solved: int = 0
    reopened: int = 0
    judged: int = 0
    late: int = 0
    typical: float | None = None
    open: int = 0
    alarms: int = 0

    @property
    def total(self) -> int:
        return self.received.get("all", {}).get("", 0)

    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "month": self.month.isoformat()}


def restored(kept: dict[str, Any]) -> Figures:
    return Figures(**{**kept, "month": date.fromisoformat(kept["month"])})


def count(first: date, until: datetime) -> list[Figures]:
    """Each month from `first` through the one of `until`, of which the last is counted as far as that moment.

    Three passes and a count, whatever the number of months.
    """
    months = span(first, month_of(until))
    hours = office_hours(months, until)
    found = {n: Figures(month, days_of(month, until), hours[month]) for n, month in enumerate(months)}
    ends = [min(start_of(shifted(month, 1)), until) for month in months]
    given = {"starts": [start_of(month) for month in months], "ends": ends}
    for figures in found.values():
        figures.received = {"all": {"": 0}, **{name: {} for name in BY}}
    _received(found, given)
    _ended(found, given)
    for n, alarms in _rows(ALARMS, given):
        found[n].alarms = alarms
    _standing(list(found.values()))
    return list(found.values())


def _received(found: dict[int, Figures], given: dict[str, Any]) -> None:
    for n, *values, left_out, number in _rows(RECEIVED, given):
        name, value = _cut(left_out, values)
        found[n].received[name][value] = number


def _cut(left_out: int, values: list[Any]) -> tuple[str, str]:
    """Which column a row is about: that of which the bit is not set, the first column being the highest bit."""
    if left_out == 2 ** len(BY) - 1:
        return "all", ""
    place = next(at for at in range(len(BY)) if not left_out >> (len(BY) - 1 - at) & 1)
    return BY[place], NONE if values[place] is None else str(values[place])


def _ended(found: dict[int, Figures], given: dict[str, Any]) -> None:
    for n, verb, number, judged, late, typical in _rows(ENDED, given):
        one = found[n]
        if verb == "reopen":
            one.reopened = number
            continue
        one.ended += number
        if verb == "resolve":
            one.solved, one.judged, one.late = number, judged, late
            one.typical = typical and exp(typical)


def _standing(months: list[Figures]) -> None:
    """What is open now, and by what came and went since, at the end of each month before."""
    ((standing,),) = _rows(STANDING, {})
    for one in reversed(months):
        one.open = standing
        standing += one.ended - one.reopened - one.total


def _rows(sql: str, given: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
