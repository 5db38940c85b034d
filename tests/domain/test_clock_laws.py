"""What holds for a clock whatever happened to it, against one that ticks minute by minute."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import Clock, Event, Kind, run
from domain.hours import Calendar
from domain.targets import Target, used_at
from tests.domain.calendars import calendars, instants, minutes, open_minutes

DAY = timedelta(days=1)
STEPS: tuple[Kind, ...] = ("pause", "resume", "stop", "reopen")
KINDS: tuple[Kind, ...] = (*STEPS, *STEPS, "retarget", "agree")


@dataclass(frozen=True)
class Story:
    events: list[Event]
    until: datetime
    middle: date

    @property
    def clock(self) -> Clock:
        return run(self.events, self.until)


@st.composite
def targets(draw: st.DrawFn, calendar: Calendar, unit: str | None = None) -> Target:
    if (unit or draw(st.sampled_from(["seconds", "working_days"]))) == "seconds":
        return Target(60 * draw(st.integers(1, 1500)), "seconds", calendar)
    return Target(draw(st.integers(1, 5)), "working_days", calendar)


@st.composite
def stories(draw: st.DrawFn, *, whole: bool = False, unit: str | None = None, agree: bool = True) -> Story:
    """A start and up to eight things that happen, in time order; on whole minutes if asked for."""
    calendar, middle = draw(calendars())
    other = Calendar(
        calendar.tz, {**calendar.weekly, 2: [("08:00", "20:00")]}, calendar.closed, calendar.special
    )
    moment = minutes(middle, days=6) if whole else instants(middle, days=6)
    moments = sorted(draw(st.lists(moment, min_size=1, max_size=9, unique=True)))
    events = [Event(moments[0], "start", draw(targets(calendar, unit)))]
    for at in moments[1:]:
        kind = draw(st.sampled_from(KINDS if agree else KINDS[:-1]))
        target = draw(targets(draw(st.sampled_from([calendar, other])), unit)) if kind == "retarget" else None
        due = at + timedelta(minutes=draw(st.integers(1, 9000))) if kind == "agree" else None
        events.append(Event(at, kind, target, due))
    return Story(events, draw(moment), middle)


@given(stories())
def test_elapsed_and_remaining_make_the_budget_and_the_ledger_adds_up(story: Story) -> None:
    clock = story.clock
    if clock.budget is not None and clock.remaining is not None:
        assert clock.elapsed + clock.remaining == clock.budget
    assert clock.elapsed >= 0
    assert sum(stretch.seconds for stretch in clock.ledger if stretch.counted) == clock.elapsed


@given(stories())
def test_the_ledger_covers_receipt_to_now_or_to_the_stop(story: Story) -> None:
    clock = story.clock
    end = clock.stopped_at or clock.until
    whole = [clock.started, *(stretch.end for stretch in clock.ledger)]
    assert [stretch.start for stretch in clock.ledger] == whole[:-1]
    assert whole[-1] == end
    ahead = [clock.until, *(stretch.end for stretch in clock.ahead)]
    assert [stretch.start for stretch in clock.ahead] == ahead[:-1]
    if clock.due and clock.due > clock.until:
        assert ahead[-1] == clock.due
        assert clock.remaining is not None
        left = sum(stretch.seconds for stretch in clock.ahead if stretch.counted)
        assert abs(left - clock.remaining) <= 1  # each is in whole seconds


@given(stories())
def test_state_deadline_and_verdict_agree(story: Story) -> None:
    clock = story.clock
    assert (clock.due is not None) == (clock.state == "running")
    assert (clock.stopped_at is not None) == (clock.state == "stopped")
    assert (clock.met is not None) == (clock.state == "stopped" and clock.last_due is not None)
    assert clock.late == (clock.last_due is not None and (clock.stopped_at or clock.until) > clock.last_due)
    if clock.due and clock.remaining is not None and clock.remaining > 0:
        assert not clock.late


@given(stories(), st.randoms())
def test_the_order_in_which_events_are_told_does_not_matter(story: Story, random: Random) -> None:
    shuffled = list(story.events)
    random.shuffle(shuffled)
    assert run(shuffled, story.until) == story.clock


@given(stories(), st.integers(0, 200))
def test_a_threshold_is_the_first_instant_with_that_part_used(story: Story, percent: int) -> None:
    clock = story.clock
    moment = clock.threshold_at(percent)
    assert (moment is None) == (clock.due is None)
    if moment is None or not clock.budget_time or percent in (0, 100):
        return
    part = clock.budget_time * percent // 100
    assert counted_until(clock, moment) == part
    assert counted_until(clock, moment - timedelta(microseconds=1)) < part


@given(calendars(), st.data())
def test_a_part_of_the_time_until_a_date_is_used_at_the_first_such_instant(
    drawn: tuple[Calendar, date], data: st.DataObject
) -> None:
    calendar, middle = drawn
    start = data.draw(instants(middle))
    budget = timedelta(seconds=data.draw(st.integers(1, 10 * 86_400)))
    due = calendar.add(start, budget)
    assert used_at(100, start, due, calendar) == due
    percent = data.draw(st.integers(1, 99))
    part, moment = budget * percent // 100, used_at(percent, start, due, calendar)
    assert start < moment < due
    assert calendar.between_exact(start, moment) == part
    assert calendar.between_exact(start, moment - timedelta(microseconds=1)) < part


@given(calendars(), st.data(), st.integers(1, 200))
def test_what_is_used_until_a_date_is_what_a_clock_says(
    drawn: tuple[Calendar, date], data: st.DataObject, percent: int
) -> None:
    calendar, middle = drawn
    target, start = data.draw(targets(calendar)), data.draw(instants(middle, days=6))
    clock = run([Event(start, "start", target)], start)
    assert clock.threshold_at(percent) == used_at(percent, start, target.due(start), calendar)


def counted_until(clock: Clock, moment: datetime) -> timedelta:
    calendar = clock.terms.calendar
    assert calendar is not None
    lost = [calendar.between_exact(gap.start, max(gap.start, min(gap.end, moment))) for gap in clock.gaps]
    return calendar.between_exact(clock.started, moment) - sum(lost, timedelta())


@given(st.data())
def test_a_pause_outside_opening_hours_costs_nothing(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    events = [Event(data.draw(instants(middle, days=6)), "start", data.draw(targets(calendar, "seconds")))]
    until = events[0].at + timedelta(days=8)
    plain = run(events, until)
    shut = [stretch for stretch in plain.ledger if not stretch.counted]
    for stretch in data.draw(st.lists(st.sampled_from(shut), max_size=4)) if shut else ():
        events += [Event(stretch.start, "pause"), Event(stretch.end, "resume")]
    paused = run(events, until)
    assert (paused.elapsed, paused.due, paused.ledger) == (plain.elapsed, plain.due, plain.ledger)


@given(stories(whole=True, unit="seconds", agree=False))
def test_it_is_what_a_ticking_clock_shows(story: Story) -> None:
    clock, ticking = story.clock, Ticking(story)
    assert clock.state == ticking.state
    assert clock.elapsed == ticking.elapsed * 60
    assert clock.budget == ticking.target.amount
    due = ticking.due()
    if due is not None:
        assert clock.last_due == due
        assert clock.late == ((clock.stopped_at or clock.until) > due)


class Ticking:
    """A clock that lives through each minute, and counts it if it runs and the desk is open."""

    def __init__(self, story: Story) -> None:
        first, *rest = story.events
        assert first.target
        self.state, self.target, self.newest = "running", first.target, first.target
        self.runs: list[bool] = []  # of each minute since the start
        self.start, self.stopped_after = minute(first.at), 0
        for event in rest:
            if event.at <= story.until:
                self.live_until(minute(event.at))
                self.happen(event)
        if (
            self.state == "stopped"
        ):  # its deadline is the one that it had when it stopped, whatever came after
            del self.runs[self.stopped_after :]
        else:
            self.live_until(minute(story.until))
        last = story.middle + 60 * DAY
        self.opened = open_minutes(self.target.calendar, story.middle - 9 * DAY, last)
        self.elapsed = sum(runs and self.start + n in self.opened for n, runs in enumerate(self.runs))

    def live_until(self, end: int) -> None:
        self.runs += [self.state == "running"] * (end - self.start - len(self.runs))

    def happen(self, event: Event) -> None:
        if event.kind == "retarget" and event.target:
            self.newest = event.target
        elif (self.state, event.kind) == ("stopped", "reopen"):
            self.state = "running"
        elif self.state != "stopped" and event.kind == "stop":
            self.state, self.stopped_after = "stopped", len(self.runs)
        elif (self.state, event.kind) in {("running", "pause"), ("paused", "resume")}:
            self.state = "paused" if event.kind == "pause" else "running"
        if self.state != "stopped":
            self.target = self.newest

    def due(self) -> datetime | None:
        """When the budget is used up if the clock runs on from its last minute; None if that takes long."""
        left = self.target.amount // 60
        for n in range(40 * 1440):
            left -= (n >= len(self.runs) or self.runs[n]) and self.start + n in self.opened
            if not left:
                return datetime.fromtimestamp((self.start + n + 1) * 60, UTC)
        return None


def minute(t: datetime) -> int:
    return int(t.timestamp()) // 60
