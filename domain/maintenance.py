"""When Onderhoud may be done, and what stands in its way (SLA 7.1, 7.2)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.hours import Calendar

Span = tuple[datetime, datetime]


class Kind(StrEnum):
    REGULAR = "regular"
    UNPLANNED = "unplanned"
    URGENT = "urgent"
    SECURITY = "security"


FIRST = frozenset({Kind.URGENT, Kind.SECURITY})  # goes before regular Onderhoud, and needs no notice


class Rule(StrEnum):
    PAST = "past"
    OVERLAP = "overlap"
    COLLISION = "collision"
    DEPENDENCY = "dependency"
    FREEZE = "freeze"
    TOO_LATE = "too_late"
    OFFICE_HOURS = "office_hours"
    AIMED_HOURS = "aimed_hours"
    TOO_OFTEN = "too_often"
    HOLIDAY = "holiday"


class Weight(StrEnum):
    """What a conflict does to a plan: it stops it, it asks for a reason, or the other one makes way."""

    HARD = "hard"
    SOFT = "soft"
    YIELDS = "yields"


@dataclass(frozen=True)
class Figures:
    """Those of the contract. `notice` in Werkdagen, `every` in days."""

    notice: int = 10
    before: time = time(8)
    after: time = time(18)
    every: int = 14
    critical_months: int = 3
    other_months: int = 6


SHIPPED = Figures()
HARD, SOFT, YIELDS = Weight.HARD, Weight.SOFT, Weight.YIELDS
# The whole table: for regular, unplanned, urgent and security Onderhoud; None: the rule does not hold.
_TABLE: dict[Rule, tuple[str, tuple[Weight | None, Weight | None, Weight | None, Weight | None]]] = {
    Rule.PAST: ("SLA 7.1", (HARD, HARD, HARD, HARD)),
    Rule.OVERLAP: ("SLA 7.1", (HARD, HARD, SOFT, SOFT)),
    Rule.COLLISION: ("SLA 7.1", (None, None, YIELDS, YIELDS)),
    Rule.DEPENDENCY: ("SLA 2.20", (SOFT, SOFT, SOFT, SOFT)),
    Rule.FREEZE: ("SLA 11", (HARD, HARD, SOFT, SOFT)),
    Rule.TOO_LATE: ("SLA 7.1, 7.2", (SOFT, HARD, None, None)),
    Rule.OFFICE_HOURS: ("SLA 7.1, 7.2", (HARD, SOFT, SOFT, SOFT)),
    Rule.AIMED_HOURS: ("SLA 7.1", (SOFT, SOFT, None, None)),
    Rule.TOO_OFTEN: ("SLA 7.1", (HARD, None, None, None)),
    Rule.HOLIDAY: ("SLA 2.8", (SOFT, SOFT, None, None)),
}
CLAUSES: Mapping[Rule, str] = {rule: clause for rule, (clause, _weights) in _TABLE.items()}
WEIGHTS: Mapping[Rule, Mapping[Kind, Weight | None]] = {
    rule: dict(zip(Kind, weights, strict=True)) for rule, (_clause, weights) in _TABLE.items()
}


@dataclass(frozen=True)
class Window:
    """Onderhoud as the rules see it. `impact`: noticeable. `replaced`: it made way before, so it may come sooner
    after another. `begun`: nobody can push it aside any more. `done`: it holds its place no longer, and still
    counts for how often."""

    key: str
    services: frozenset[int]
    start: datetime
    end: datetime
    kind: Kind
    impact: bool
    replaced: bool = False
    begun: bool = False
    done: bool = False

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start < end and start < self.end


@dataclass(frozen=True)
class Freeze:
    """No changes from `start` to `end`, of these Diensten, or of all where there are none."""

    services: frozenset[int]
    start: datetime
    end: datetime
    why: str


@dataclass(frozen=True)
class Conflict:
    """`other` is the key of what it conflicts with, the name of the holiday or the reason of the freeze; `at` the
    moment that would have been in time, or when the other one starts."""

    rule: Rule
    weight: Weight
    other: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Surroundings:
    """What a plan has to fit in. `related` are the Diensten on which its own depend, and those that depend on them."""

    others: tuple[Window, ...]
    freezes: tuple[Freeze, ...]
    related: frozenset[int]
    office: Calendar
    figures: Figures = SHIPPED


def conflicts(plan: Window, around: Surroundings, at: datetime) -> list[Conflict]:
    """What stands in the way of `plan`, were it announced at instant `at`, in the order of the table (SLA 7.1)."""
    found = [
        Conflict(rule, weight, other, moment)
        for rule, other, moment in _found(plan, around, at)
        if (weight := WEIGHTS[rule][plan.kind]) is not None
    ]
    return sorted(found, key=lambda one: list(Rule).index(one.rule))


Found = Iterator[tuple[Rule, str, datetime | None]]


def _found(plan: Window, around: Surroundings, at: datetime) -> Found:
    yield from _beside(plan, around)
    yield from _hours(plan, around, at)
    for freeze in around.freezes:
        if plan.overlaps(freeze.start, freeze.end) and (
            not freeze.services or plan.services & freeze.services
        ):
            yield Rule.FREEZE, freeze.why, freeze.end


def _beside(plan: Window, around: Surroundings) -> Found:
    for other in around.others:
        if other.key == plan.key:
            continue
        if plan.overlaps(other.start, other.end) and not other.done:
            if plan.services & other.services:
                yield (Rule.COLLISION if goes_first(plan, other) else Rule.OVERLAP), other.key, other.start
            elif around.related & other.services:
                yield Rule.DEPENDENCY, other.key, other.start
        elif _too_soon(plan, other, around):
            yield Rule.TOO_OFTEN, other.key, other.start


def goes_first(plan: Window, other: Window) -> bool:
    """Whether `plan` pushes regular Onderhoud aside that has not begun (SLA 7.1)."""
    return plan.kind in FIRST and other.kind == Kind.REGULAR and not other.begun


def _too_soon(plan: Window, other: Window, around: Surroundings) -> bool:
    """Two regular ones that are felt, of one Dienst, in one fortnight; one that made way is not held to it."""
    if not plan.services & other.services or not (plan.impact and other.impact):
        return False
    if plan.replaced or other.replaced or other.kind != Kind.REGULAR:
        return False
    zone = ZoneInfo(around.office.tz)
    days = plan.start.astimezone(zone).date() - other.start.astimezone(zone).date()
    return abs(days.days) < around.figures.every


def _hours(plan: Window, around: Surroundings, at: datetime) -> Found:
    office, zone = around.office, ZoneInfo(around.office.tz)
    if plan.end <= at:
        yield Rule.PAST, "", plan.end
    latest = latest_notice(plan.start, office, around.figures)
    if at > latest and (plan.impact or plan.kind == Kind.UNPLANNED):
        yield Rule.TOO_LATE, "", latest
    if plan.impact and office.between(plan.start, plan.end) > 0:
        yield Rule.OFFICE_HOURS, "", None
    elif plan.impact and any(_by_day(plan, day, zone, around.figures) for day in days_of(plan, zone)):
        yield Rule.AIMED_HOURS, "", None
    for day in days_of(plan, zone):
        if day in office.closed:
            yield Rule.HOLIDAY, office.closed[day], None


def _by_day(plan: Window, day: date, zone: ZoneInfo, figures: Figures) -> bool:
    return plan.overlaps(
        datetime.combine(day, figures.before, zone), datetime.combine(day, figures.after, zone)
    )


def days_of(plan: Window, zone: ZoneInfo) -> list[date]:
    """The local days that it touches."""
    first = plan.start.astimezone(zone).date()
    last = (plan.end - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def latest_notice(start: datetime, office: Calendar, figures: Figures = SHIPPED) -> datetime:
    """The last instant at which Onderhoud from `start` is announced in time: so many Werkdagen lie between
    (SLA 7.1). A start outside Kantoortijden is counted from the next opening."""
    return office.add_working_days(start, -figures.notice)


def related_to(services: frozenset[int], depends: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Everything that depends on these Diensten, or on which they depend, however far; `depends` are pairs of a
    Dienst and what it depends on."""
    pairs = list(depends)
    down = _reached(services, pairs)
    up = _reached(services, [(lower, upper) for upper, lower in pairs])
    return (down | up) - services


def _reached(start: frozenset[int], pairs: list[tuple[int, int]]) -> frozenset[int]:
    reached = start
    while more := {to for since, to in pairs if since in reached} - reached:
        reached |= more
    return reached


# --- Regular windows


def occurrences(anchor: date, weeks: int, first: date, last: date) -> list[date]:
    """The days from `first` up to and including `last` that lie a whole number of `weeks` weeks from `anchor`."""
    step = timedelta(weeks=weeks)
    day = anchor + -((anchor - first) // step) * step
    return [day + n * step for n in range(max(0, (last - day) // step + 1))]


def window_on(day: date, start: time, end: time, zone: ZoneInfo) -> Span:
    """From `start` to the first `end` after it, as instants in UTC; the end does not lie after the start where the
    clock skips that hour."""
    last = day if end > start else day + timedelta(days=1)
    return (
        datetime.combine(day, start, zone).astimezone(UTC),
        datetime.combine(last, end, zone).astimezone(UTC),
    )


# --- Updates of subcontractors


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_by(released_on: date, critical: bool, figures: Figures = SHIPPED) -> date:
    """The last day on which an update is installed in time: within less than 3 months when critical, else less
    than 6 (SLA 7.1)."""
    months = figures.critical_months if critical else figures.other_months
    return months_later(released_on, months) - timedelta(days=1)
