"""What happens to a clock: pauses, stops, reopening, other priorities, agreed dates (SLA 2.21, 2.25, 9.3; VWO 1)."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.clock import Clock, Event, Kind, run
from domain.errors import WrongInput
from domain.targets import Target
from tests.domain.calendars import OFFICE, P1_COVER, WORKING_DAYS, local

HOUR = 3600
EIGHT_HOURS = Target(8 * HOUR, "seconds", OFFICE)
TWO_DAYS = Target(2, "working_days", OFFICE)
MONDAY = "2026-03-02T09:00"


def at(text: str, kind: Kind, target: Target | None = None, **terms: object) -> Event:
    return Event(local(text), kind, target, **terms)  # type: ignore[arg-type]


def told(clock: Clock) -> list[tuple[str, int]]:
    return [(stretch.reason, stretch.seconds) for stretch in clock.ledger]


def test_the_deadline_of_the_mock() -> None:
    """2 Werkdagen from Thursday 15:04, an hour and a half paused on Friday, King's Day on Monday."""
    events = [
        at("2026-04-23T15:04", "start", TWO_DAYS),
        at("2026-04-24T09:30", "pause"),
        at("2026-04-24T11:00", "resume"),
    ]
    clock = run(events, local("2026-04-28T10:06"))
    assert clock.due == local("2026-04-28T16:34")
    assert (clock.budget, clock.elapsed, clock.remaining) == (52_200, 28_920, 23_280)
    assert clock.state == "running"
    assert told(clock) == [
        ("open", 6960),
        ("outside_hours", 16 * HOUR),
        ("open", 1800),
        ("paused", 5400),
        ("open", 16_200),
        ("outside_hours", 30_600),
        ("weekend", 172_800),
        ("closed", 86_400),
        ("outside_hours", 9 * HOUR),
        ("open", 3960),
    ]
    assert [(s.reason, s.seconds) for s in clock.ahead] == [("open", 23_280)]
    assert clock.threshold_at(100) == clock.due
    assert clock.threshold_at(0) == clock.started


def test_received_outside_hours_both_instants_are_kept() -> None:
    """SLA 2.30, 4.1: what comes in outside the Service Window counts from the next opening."""
    clock = run([at("2026-03-07T12:00", "start", EIGHT_HOURS)], local("2026-03-07T13:00"))
    assert (clock.started, clock.effective) == (local("2026-03-07T12:00"), local("2026-03-09T09:00"))
    assert (clock.due, clock.elapsed) == (local("2026-03-09T17:00"), 0)


def test_late_is_strictly_after_the_deadline() -> None:
    start, due = at(MONDAY, "start", EIGHT_HOURS), local("2026-03-02T17:00")
    assert not run([start], due).late
    assert run([start], due + timedelta(microseconds=1)).late
    assert run([start, Event(due, "stop")], due).met is True
    assert (
        run([start, Event(due + timedelta(microseconds=1), "stop")], local("2026-03-05T09:00")).met is False
    )


def test_a_paused_clock_has_no_deadline_but_its_budget() -> None:
    clock = run(
        [at(MONDAY, "start", EIGHT_HOURS), at("2026-03-02T10:00", "pause")], local("2026-03-04T10:00")
    )
    assert (clock.state, clock.due, clock.remaining, clock.late) == ("paused", None, 7 * HOUR, False)
    assert clock.threshold_at(50) is None
    assert clock.ahead == ()
    assert clock.last_due == local("2026-03-04T17:00")


def test_nothing_becomes_late_while_paused_nor_earlier() -> None:
    start = at(MONDAY, "start", EIGHT_HOURS)
    in_time = [start, at("2026-03-02T16:59", "pause"), at("2026-03-05T12:00", "stop")]
    too_late = [start, at("2026-03-03T09:01", "pause"), at("2026-03-05T12:00", "resume")]
    assert run(in_time, local("2026-03-06T12:00")).met is True
    clock = run(too_late, local("2026-03-05T12:00"))
    assert (clock.late, clock.due) == (True, local("2026-03-02T17:00"))


def test_what_changes_nothing_is_no_error() -> None:
    plain = [at(MONDAY, "start", EIGHT_HOURS), at("2026-03-02T10:00", "pause"), at("2026-03-02T12:00", "resume"),
             at("2026-03-02T13:00", "stop")]  # fmt: skip
    twice = [*plain, at("2026-03-02T09:30", "resume"), at("2026-03-02T11:00", "pause"), at("2026-03-02T12:30", "resume"),
             at("2026-03-02T12:45", "reopen"), at("2026-03-02T14:00", "stop"), at("2026-03-02T15:00", "pause")]  # fmt: skip
    now = local("2026-03-02T16:00")
    assert run(twice, now) == run(plain, now)


def test_a_stop_while_paused_ends_the_pause() -> None:
    events = [at(MONDAY, "start", EIGHT_HOURS), at("2026-03-02T10:00", "pause"), at("2026-03-02T12:00", "stop"),
              at("2026-03-02T15:00", "reopen")]  # fmt: skip
    stopped = run(events[:3], local("2026-03-02T14:00"))
    assert (stopped.elapsed, stopped.stopped_at, stopped.met) == (HOUR, local("2026-03-02T12:00"), True)
    assert stopped.last_due == local("2026-03-03T11:00")
    again = run(events, local("2026-03-02T16:00"))
    assert told(again) == [("open", HOUR), ("paused", 2 * HOUR), ("stopped", 3 * HOUR), ("open", HOUR)]
    assert (again.state, again.due, again.met) == ("running", local("2026-03-03T14:00"), None)


def test_reopening_does_not_count_what_lay_between() -> None:
    events = [
        at(MONDAY, "start", EIGHT_HOURS),
        at("2026-03-02T12:00", "stop"),
        at("2026-03-04T12:00", "reopen"),
    ]
    clock = run(events, local("2026-03-04T13:00"))
    assert (clock.elapsed, clock.due) == (4 * HOUR, local("2026-03-04T17:00"))
    assert ("stopped", 5 * HOUR) in told(clock)


def test_a_late_solution_stays_late_when_reopened() -> None:
    events = [
        at(MONDAY, "start", EIGHT_HOURS),
        at("2026-03-03T12:00", "stop"),
        at("2026-03-04T12:00", "reopen"),
    ]
    clock = run(events, local("2026-03-04T12:00"))
    assert (clock.late, clock.due, clock.remaining) == (True, local("2026-03-02T17:00"), -3 * HOUR)


def test_another_priority_counts_anew_from_the_receipt() -> None:
    """SLA 9.3: the pause is weighed again on the new calendar."""
    urgent = Target(4 * HOUR, "seconds", P1_COVER)
    events = [at("2026-03-02T07:30", "start", EIGHT_HOURS), at("2026-03-02T08:00", "pause"),
              at("2026-03-02T09:30", "resume"), at("2026-03-02T10:00", "retarget", urgent)]  # fmt: skip
    before = run(events[:3], local("2026-03-02T10:00"))
    assert (before.elapsed, before.due) == (HOUR // 2, local("2026-03-03T09:30"))
    after = run(events, local("2026-03-02T10:00"))
    assert (after.elapsed, after.due) == (HOUR, local("2026-03-02T13:00"))


def test_what_was_met_stays_met_and_a_reopened_clock_has_the_new_target() -> None:
    short = Target(HOUR, "seconds", OFFICE)
    events = [
        at(MONDAY, "start", EIGHT_HOURS),
        at("2026-03-02T12:00", "stop"),
        at("2026-03-02T13:00", "retarget", short),
    ]
    clock = run(events, local("2026-03-02T14:00"))
    assert (clock.met, clock.budget, clock.last_due) == (True, 8 * HOUR, local("2026-03-02T17:00"))
    again = run([*events, at("2026-03-02T15:00", "reopen")], local("2026-03-02T15:00"))
    assert (again.budget, again.due, again.late) == (HOUR, local("2026-03-02T10:00"), True)


def test_without_a_target_there_is_no_deadline_until_one_is_agreed() -> None:
    """SLA 9.3, priority 4: by agreement."""
    events = [at(MONDAY, "start", calendar=OFFICE)]
    clock = run(events, local("2026-03-02T12:00"))
    assert (clock.state, clock.due, clock.budget, clock.elapsed, clock.late) == (
        "untimed",
        None,
        None,
        3 * HOUR,
        False,
    )
    events.append(at("2026-03-02T13:00", "agree", due=local("2026-03-04T12:00")))
    clock = run(events, local("2026-03-02T14:00"))
    assert (clock.state, clock.due, clock.budget) == ("running", local("2026-03-04T12:00"), 19 * HOUR)
    assert clock.threshold_at(50) == local("2026-03-03T10:30")
    assert run(events, local("2026-03-04T12:01")).late
    assert run([*events, at("2026-03-04T11:00", "stop")], local("2026-03-09T12:00")).met is True


def test_only_a_pause_after_the_agreement_moves_the_agreed_date() -> None:
    due = local("2026-03-04T12:00")
    events = [at(MONDAY, "start", calendar=OFFICE), at("2026-03-02T10:00", "pause"), at("2026-03-02T11:00", "resume"),
              at("2026-03-02T13:00", "agree", due=due)]  # fmt: skip
    clock = run(events, due)
    assert (clock.due, clock.remaining, clock.budget) == (due, 0, 18 * HOUR)
    events += [at("2026-03-03T09:00", "pause"), at("2026-03-03T10:00", "resume")]
    assert run(events, due).due == local("2026-03-04T13:00")


def test_an_agreement_during_a_pause_counts_the_rest_of_it() -> None:
    events = [at(MONDAY, "start", EIGHT_HOURS), at("2026-03-02T10:00", "pause"),
              at("2026-03-02T11:00", "agree", due=local("2026-03-03T12:00")), at("2026-03-02T13:00", "resume")]  # fmt: skip
    clock = run(events, local("2026-03-02T13:00"))
    assert (clock.due, clock.elapsed, clock.budget) == (local("2026-03-03T14:00"), HOUR, 10 * HOUR)


def test_an_agreed_date_outside_hours_stands_as_agreed() -> None:
    saturday = local("2026-03-07T12:00")
    clock = run([at(MONDAY, "start", EIGHT_HOURS), at("2026-03-02T10:00", "agree", due=saturday)], saturday)
    assert (clock.due, clock.late, clock.remaining) == (saturday, False, 0)


def test_a_pause_around_an_agreed_date_outside_hours_lets_nothing_become_late() -> None:
    saturday = local("2026-03-07T12:00")
    events = [at(MONDAY, "start", calendar=OFFICE), at("2026-03-02T10:00", "agree", due=saturday),
              at("2026-03-07T10:00", "pause"), at("2026-03-07T14:00", "resume")]  # fmt: skip
    assert not run(events[:3], local("2026-03-07T13:00")).late
    assert run(events, local("2026-03-07T14:00")).due == local("2026-03-07T14:00")


def test_another_priority_ends_the_agreement() -> None:
    events = [at(MONDAY, "start", calendar=OFFICE), at("2026-03-02T10:00", "agree", due=local("2026-03-20T12:00")),
              at("2026-03-02T11:00", "retarget", EIGHT_HOURS)]  # fmt: skip
    assert run(events, local("2026-03-02T12:00")).due == local("2026-03-02T17:00")
    untimed = run([*events, at("2026-03-02T12:00", "retarget")], local("2026-03-02T13:00"))
    assert (untimed.state, untimed.elapsed) == ("untimed", 4 * HOUR)


def test_without_any_calendar_nothing_is_counted() -> None:
    clock = run([at(MONDAY, "start"), at("2026-03-03T09:00", "stop")], local("2026-03-04T09:00"))
    assert (clock.state, clock.met, clock.elapsed, clock.ledger, clock.effective) == (
        "stopped",
        None,
        0,
        (),
        None,
    )


def test_as_of_an_earlier_instant_later_events_did_not_happen() -> None:
    events = [
        at(MONDAY, "start", EIGHT_HOURS),
        at("2026-03-02T10:00", "pause"),
        at("2026-03-03T10:00", "stop"),
    ]
    assert run(events, local("2026-03-02T09:30")) == run(events[:1], local("2026-03-02T09:30"))
    assert run(events, local("2026-03-02T08:00")).until == local(MONDAY)


def test_an_event_from_before_the_receipt_happens_at_the_receipt() -> None:
    """The clocks of two machines need not agree to the second."""
    events = [
        at("2026-03-02T08:59", "pause"),
        at(MONDAY, "start", EIGHT_HOURS),
        at("2026-03-02T11:00", "resume"),
    ]
    assert run(events, local("2026-03-02T12:00")).due == local("2026-03-03T11:00")


def test_pauses_within_a_second_add_up() -> None:
    """Three times 0.4 s of open time are one second and a bit, not none and not three."""
    start, tick = local("2026-03-02T10:00:00.9"), timedelta(seconds=0.4)
    events = [Event(start, "start", EIGHT_HOURS)]
    for n in range(3):
        events += [Event(start + n * 3 * tick + tick, "pause"), Event(start + (n + 1) * 3 * tick, "resume")]
    clock = run(events, start + 9 * tick)
    assert clock.elapsed == 1
    assert sum(s.seconds for s in clock.ledger if s.counted) == 1
    assert clock.due == start + timedelta(days=1, hours=0) + 6 * tick


def test_24_hours_of_a_p1_are_hours_of_working_days() -> None:
    """SLA 9.3 with 4.2: Friday 16:00 becomes Monday 16:00."""
    day = Target(24 * HOUR, "seconds", WORKING_DAYS)
    assert day.due(local("2026-03-02T10:00")) == local("2026-03-03T10:00")
    assert day.due(local("2026-03-06T16:00")) == local("2026-03-09T16:00")


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([], "exactly one start, not 0"),
        ([at(MONDAY, "pause")], "exactly one start, not 0"),
        ([at(MONDAY, "start", EIGHT_HOURS), at(MONDAY, "start", EIGHT_HOURS)], "exactly one start, not 2"),
        ([at(MONDAY, "start", EIGHT_HOURS), at(MONDAY, "explode")], "'explode' does not happen"),  # type: ignore[arg-type]
        ([at(MONDAY, "start", EIGHT_HOURS), at(MONDAY, "agree")], "needs a date"),
        ([at(MONDAY, "start"), at(MONDAY, "agree", due=local("2026-03-04T12:00"))], "a calendar to count on"),
        ([Event(datetime(2026, 3, 2), "start", EIGHT_HOURS)], "not a datetime with a time zone"),  # noqa: DTZ001
    ],
)
def test_a_story_that_cannot_be_is_refused(events: list[Event], message: str) -> None:
    with pytest.raises(WrongInput, match=message):
        run(events, datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("amount", "unit"), [(0, "seconds"), (-1, "working_days"), (1.5, "seconds"), (1, "hours")]
)
def test_a_target_that_promises_nothing_is_refused(amount: int, unit: str) -> None:
    with pytest.raises(WrongInput):
        Target(amount, unit, OFFICE)  # type: ignore[arg-type]
