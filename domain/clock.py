"""A clock of a Melding, derived from what was recorded (SLA 2.21, 2.25, 9.3; VWO 1).

Nothing is remembered between calls: the same events give the same clock, at any time and as of any time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Literal

from domain.errors import WrongInput
from domain.hours import Calendar
from domain.instants import SECOND, utc
from domain.ledger import Stretch, merged
from domain.targets import Target

Kind = Literal["start", "pause", "resume", "stop", "reopen", "retarget", "agree"]
State = Literal["running", "paused", "stopped", "untimed"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a clock at an instant (aware).

    `start` and `retarget` bring a `target`, or None for no deadline; `agree` brings the date `due`, which
    is the deadline from then on. `calendar` is what time is counted on where there is no target.
    """

    at: datetime
    kind: Kind
    target: Target | None = None
    due: datetime | None = None
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clock is measured by: a target, a date agreed in its stead, or neither."""

    target: Target | None
    calendar: Calendar | None
    agreed: datetime | None = None
    agreed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Time that does not count because the clock was "paused" or "stopped"."""

    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True)
class Clock:
    """A clock at one instant, `until`. All instants are in UTC.

    `started`     the receipt; `effective` when it starts to count (None without any calendar)
    `state`       running | paused | stopped | untimed (running without a deadline)
    `due`         the deadline; None while paused, stopped or untimed
    `last_due`    the deadline as it stands now, or stood when the clock stopped; None without one
    `met`         once stopped: was it in time? None before that, and without a deadline
    `late`        whether it is, or was stopped, strictly after the deadline
    """

    started: datetime
    effective: datetime | None
    until: datetime
    state: State
    stopped_at: datetime | None
    due: datetime | None
    last_due: datetime | None
    met: bool | None
    late: bool
    elapsed_time: timedelta
    budget_time: timedelta | None
    terms: Terms
    gaps: tuple[Gap, ...]

    @property
    def elapsed(self) -> int:
        """The whole business seconds that counted, up to `until` or the stop."""
        return self.elapsed_time // SECOND

    @property
    def budget(self) -> int | None:
        """The whole business seconds that are allowed; None without a deadline."""
        return None if self.budget_time is None else self.budget_time // SECOND

    @property
    def remaining(self) -> int | None:
        """Budget less elapsed, negative when more was used; None without a deadline."""
        return None if self.budget is None else self.budget - self.elapsed

    @property
    def counts_at(self) -> datetime | None:
        """Which month it counts in: that of its deadline, or of the stop where it had none (SLA 9.3, norm).

        None while neither is known: running without a deadline, or paused in time.
        """
        if self.state == "paused" and not self.late:
            return None
        return self.last_due or self.stopped_at

    @cached_property
    def ledger(self) -> tuple[Stretch, ...]:
        """What counted and what did not, from receipt to `until` or the stop.

        Its counted seconds sum to `elapsed`. Open time that was paused or stopped says so; time outside
        opening hours keeps its own reason. Empty without any calendar.
        """
        return merged(_counted(self._pieces())) if self.terms.calendar else ()

    @property
    def ahead(self) -> tuple[Stretch, ...]:
        """The stretches from `until` to the deadline, as far as is known now; empty without one to come."""
        return self.terms.calendar.ledger(self.until, self.due) if self.terms.calendar and self.due else ()

    def threshold_at(self, percent: int) -> datetime | None:
        """The first instant at which that part of the budget is used; None where there is no `due`."""
        if self.due is None or self.budget_time is None or self.terms.calendar is None:
            return None
        if percent == 100:
            return self.due
        base = self.terms.calendar.add(self.started, self.budget_time * percent // 100)
        return _moved(base, self.gaps, self.terms.calendar)

    def _pieces(self) -> Iterator[Stretch]:
        calendar, done = self.terms.calendar, self.started
        assert calendar is not None
        for gap in self.gaps:
            yield from calendar.ledger(done, gap.start)
            for piece in calendar.ledger(gap.start, gap.end):
                yield replace(piece, counted=False, reason=gap.reason) if piece.counted else piece
            done = gap.end
        yield from calendar.ledger(done, self.stopped_at or self.until)


def run(events: Iterable[Event], until: datetime) -> Clock:
    """The clock as of `until`: later events are left out.

    Events need not be in order; exactly one of them is a `start`, and what bears an earlier time counts
    as happening at the start. What changes nothing is no error: a pause while paused, a stop while stopped.

    - A retarget counts everything anew from the start, on the new calendar; an agreed date lapses.
    - A pause, and the time between a stop and a reopen, moves the deadline by the business time it took.
      After an agreement only what follows it does so.
    - A clock that has stopped keeps its verdict, whatever the target becomes; a reopened one follows the
      target of that moment.
    """
    start, *rest = _in_order(events)
    life = _Life(start)
    until = max(utc(until), life.started)
    for event in rest:
        if event.at <= until:
            life.take(event)
    return life.clock(until)


def _in_order(events: Iterable[Event]) -> list[Event]:
    known = [event if event.at.tzinfo is UTC else replace(event, at=utc(event.at)) for event in events]
    starts = [event for event in known if event.kind == "start"]
    if len(starts) != 1:
        raise WrongInput("one_start", "a clock has exactly one start, not {count}", count=len(starts))
    first = starts[0]
    others = (
        event if event.at >= first.at else replace(event, at=first.at)
        for event in known if event is not first
    )  # fmt: skip
    return [first, *sorted(others, key=lambda event: event.at)]


class _Life:
    """What the events have made of a clock so far."""

    def __init__(self, start: Event) -> None:
        self.started = start.at
        self.state: Literal["running", "paused", "stopped"] = "running"
        self.since = start.at  # when the present state began
        self.gaps: list[Gap] = []
        self.terms = _terms(start, None)
        self.held = self.terms  # the terms that a stopped clock was judged by

    def take(self, event: Event) -> None:
        match event.kind, self.state:
            case "pause", "running":
                self._become("paused", event.at)
            case ("resume", "paused") | ("reopen", "stopped"):
                self._become("running", event.at)
            case "stop", "running" | "paused":
                self.held = self.terms
                self._become("stopped", event.at)
            case "retarget", _:
                self.terms = _terms(event, self.terms.calendar)
            case "agree", _:
                self.terms = _agreed(event, self.terms)
            case "pause" | "resume" | "stop" | "reopen", _:
                pass
            case _:
                raise WrongInput("bad_event", "{kind!r} does not happen to a clock", kind=event.kind)

    def _become(self, state: Literal["running", "paused", "stopped"], at: datetime) -> None:
        if self.state != "running":
            self.gaps.append(Gap(self.since, at, self.state))
        self.state, self.since = state, at

    def clock(self, until: datetime) -> Clock:
        stopped_at = self.since if self.state == "stopped" else None
        terms, end, gaps = self.held if stopped_at else self.terms, stopped_at or until, tuple(self.gaps)
        if self.state == "paused":
            gaps += (Gap(self.since, until, "paused"),)
        due = _deadline(self.started, terms, gaps)
        late = due is not None and end > due
        return Clock(
            started=self.started,
            effective=terms.calendar.effective(self.started) if terms.calendar else None,
            until=until,
            state="untimed" if self.state == "running" and due is None else self.state,
            stopped_at=stopped_at,
            due=due if self.state == "running" else None,
            last_due=due,
            met=not late if stopped_at and due else None,
            late=late,
            elapsed_time=_elapsed(self.started, end, terms, gaps),
            budget_time=_budget(self.started, terms, gaps),
            terms=terms,
            gaps=gaps,
        )


def _terms(event: Event, calendar: Calendar | None) -> Terms:
    return Terms(event.target, event.target.calendar if event.target else event.calendar or calendar)


def _agreed(event: Event, terms: Terms) -> Terms:
    calendar = _terms(event, terms.calendar).calendar
    if event.due is None or calendar is None:
        raise WrongInput("bad_agreement", "an agreement needs a date and a calendar to count on")
    return Terms(terms.target, calendar, agreed=utc(event.due), agreed_at=event.at)


def _deadline(started: datetime, terms: Terms, gaps: Iterable[Gap]) -> datetime | None:
    if terms.agreed and terms.agreed_at and terms.calendar:
        return _moved(terms.agreed, _clipped(gaps, after=terms.agreed_at), terms.calendar)
    return _moved(terms.target.due(started), gaps, terms.target.calendar) if terms.target else None


def _moved(due: datetime, gaps: Iterable[Gap], calendar: Calendar) -> datetime:
    """`due` moved by the business time of each gap that began before it. Nothing becomes late within a gap."""
    for gap in gaps:
        if gap.start < due:
            due = max(calendar.add(due, calendar.between_exact(gap.start, gap.end)), gap.end)
    return due


def _budget(started: datetime, terms: Terms, gaps: Iterable[Gap]) -> timedelta | None:
    """What the target allows. For an agreed date: what would count until then, as known when it was agreed."""
    if terms.agreed and terms.agreed_at:
        known = _clipped(gaps, before=terms.agreed_at)
        return max(_elapsed(started, terms.agreed, terms, known), timedelta())
    return terms.target.budget(started) if terms.target else None


def _elapsed(started: datetime, end: datetime, terms: Terms, gaps: Iterable[Gap]) -> timedelta:
    if terms.calendar is None:
        return timedelta()
    lost = (terms.calendar.between_exact(gap.start, gap.end) for gap in gaps)
    return terms.calendar.between_exact(started, end) - sum(lost, timedelta())


def _clipped(
    gaps: Iterable[Gap], after: datetime | None = None, before: datetime | None = None
) -> Iterator[Gap]:
    for gap in gaps:
        start, end = max(gap.start, after or gap.start), min(gap.end, before or gap.end)
        if start < end:
            yield replace(gap, start=start, end=end)


def _counted(pieces: Iterable[Stretch]) -> Iterator[Stretch]:
    """The pieces with their seconds such that what counted adds up, pauses within a second included."""
    passed = timedelta()
    for piece in pieces:
        if piece.counted:
            before, passed = passed, passed + (piece.end - piece.start)
            piece = replace(piece, seconds=passed // SECOND - before // SECOND)
        yield piece
