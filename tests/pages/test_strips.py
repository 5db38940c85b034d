"""The explanation of a deadline: every figure on it is worked out by the rules, and the sums add up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import Clock, Event, run
from domain.hours import Calendar
from domain.targets import Target
from incidents.bars import Dial, bar, of_clock
from incidents.cards import card
from incidents.strips import MOST_DAYS, strip
from incidents.times import moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = Calendar(
    "Europe/Amsterdam", {**{key: [("09:00", "17:00")] for key in range(4)}, 4: [("09:00", "15:30")]},
    closed={date(2026, 4, 27): "Koningsdag"},
)  # fmt: skip
ALWAYS = Calendar("Europe/Amsterdam", {key: [("00:00", "24:00")] for key in range(7)})
TWO_DAYS = Target(2, "working_days", OFFICE)


def at(day: int, hour: int, minute: int = 0, month: int = 4) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=AMSTERDAM)


def clock(until: datetime, *events: Event, target: Target | None = TWO_DAYS) -> Clock:
    """Received Thursday 23 April 15:04."""
    return run([Event(at(23, 15, 4), "start", target=target, calendar=OFFICE), *events], until)


def drawn(of: Clock) -> dict[str, Any]:
    found = strip(of)
    assert found is not None
    return found


def totals(of: Clock) -> list[tuple[str, str, str]]:
    return [(day["label"], day["caption"], day["total"]) for day in drawn(of)["days"]]


PAUSE = (Event(at(24, 9, 30), "pause"), Event(at(24, 11), "resume"))


def test_two_working_days_with_a_pause_a_weekend_and_a_holiday() -> None:
    """The example that the desk was designed with; the pause counts by VWO 1."""
    seen = clock(at(28, 10, 6), *PAUSE)
    assert totals(seen) == [
        ("do 23 apr", "", "1:56"), ("vr 24 apr", "", "5:00"), ("za – zo", "weekend", "0:00"),
        ("ma 27 apr", "Koningsdag", "0:00"), ("di 28 apr", "", "7:34"),
    ]  # fmt: skip
    assert drawn(seen)["sum_label"] == "Geteld tot nu 8:02, nog 6:28"
    assert drawn(seen)["sum_total"] == "14:30"
    shown = card("resolution", seen)
    assert shown["verdict"] == "di 28 april 16:34"
    assert shown["sub"] == "2 werkdagen, ontvangen do 23 april 15:04. Nog 6:28 te gaan."
    friday = drawn(seen)["days"][1]["blocks"]
    assert [(block["kind"], block["text"]) for block in friday] == [
        ("counted", "09:00 tot 09:30"), ("hold", "09:30 tot 11:00"), ("counted", "11:00 tot 15:30")
    ]  # fmt: skip
    assert [day["due_x"] is not None for day in drawn(seen)["days"]] == [False] * 4 + [True]


def test_while_paused_there_is_no_deadline() -> None:
    shown = card("resolution", clock(at(24, 10), PAUSE[0]))
    assert (shown["state"], shown["verdict"]) == ("paused", "gepauzeerd")
    assert "De klok staat stil. Er is nog 12:04 over." in shown["sub"]


def test_late_says_by_how_much_and_since_when() -> None:
    shown = card("resolution", clock(at(29, 9)))
    assert (shown["state"], shown["percent"]) == ("late", 100)
    assert shown["headline"] == "1:56 te laat"
    assert "Uiterlijk was di 28 april 15:04." in shown["sub"]


def test_exactly_on_the_deadline_is_not_late() -> None:
    assert card("resolution", clock(at(28, 15, 4)))["state"] == "warn"
    assert card("resolution", clock(at(28, 15, 4) + timedelta(seconds=1)))["state"] == "late"


@pytest.mark.parametrize(
    ("stop", "state", "says"), [((28, 15, 4), "met", "gehaald"), ((28, 16, 0), "missed", "niet gehaald")]
)
def test_stopped_has_a_verdict(stop: tuple[int, int, int], state: str, says: str) -> None:
    shown = card("resolution", clock(at(30, 9), Event(at(*stop), "stop")))
    assert (shown["state"], shown["headline"]) == (state, says)


def test_cancelled_has_none() -> None:
    shown = card("resolution", clock(at(30, 9), Event(at(24, 10), "stop")), judged=False)
    assert (shown["state"], shown["sub"]) == ("untimed", "Telt niet mee voor de norm.")


def test_between_solved_and_reopened_nothing_counts() -> None:
    seen = clock(at(28, 10), Event(at(24, 10), "stop"), Event(at(28, 9), "reopen"))
    assert totals(seen)[1] == ("vr 24 apr", "", "1:00")
    assert drawn(seen)["sum_label"] == "Geteld tot nu 3:56, nog 10:34"


def test_without_a_target_it_counts_and_promises_nothing() -> None:
    shown = card("resolution", clock(at(24, 10), target=None))
    assert (shown["state"], shown["verdict"]) == ("untimed", "geen termijn")
    assert shown["strip"]["sum_label"] == "Geteld tot nu, zonder termijn"


def test_an_agreed_date_says_when_it_was_agreed() -> None:
    agreed = Event(at(24, 10), "agree", due=at(30, 12), calendar=OFFICE)
    shown = card("resolution", clock(at(24, 11), agreed, target=None))
    assert shown["verdict"] == "do 30 april 12:00"
    assert shown["sub"].startswith("Afgesproken op vr 24 april 10:00.")


def test_received_outside_hours_says_from_when_it_counts() -> None:
    seen = run([Event(at(25, 20, 12), "start", target=TWO_DAYS)], at(25, 21))
    assert "ontvangen za 25 april 20:12, telt vanaf di 28 april 09:00." in card("resolution", seen)["sub"]


def test_the_axis_reaches_as_far_as_what_counts() -> None:
    assert drawn(clock(at(24, 10)))["hours"][0] == (0, "07")
    night = run([Event(at(23, 15), "start", target=Target(24 * 3600, "seconds", ALWAYS))], at(23, 16))
    assert [hour for _x, hour in drawn(night)["hours"]] == ["00", "04", "08", "12", "16", "20"]
    assert [day["total"] for day in drawn(night)["days"]] == ["9:00", "15:00"]


def test_a_moment_between_two_seconds_takes_no_minute_from_a_day() -> None:
    received = Event(at(23, 15), "start", target=Target(24 * 3600, "seconds", ALWAYS))
    seen = run([received], at(23, 16) + timedelta(microseconds=500_000))
    assert [day["total"] for day in drawn(seen)["days"]] == ["9:00", "15:00"]


def test_a_long_time_is_folded_and_still_adds_up() -> None:
    seen = clock(at(30, 12, month=9))
    days = drawn(seen)["days"]
    assert len(days) <= MOST_DAYS
    assert sum(map(_minutes, (day["total"] for day in days))) == seen.elapsed // 60


@given(st.integers(0, 3 * 7 * 86400), st.integers(0, 6 * 7 * 86400), st.booleans())
def test_the_days_always_add_up_to_the_total(received: int, passed: int, paused: bool) -> None:
    """Whatever seconds and microseconds are in the moments; and counted and left are the budget."""
    start = at(13, 0) + timedelta(seconds=received, microseconds=received % 997)
    until = start + timedelta(seconds=passed, microseconds=passed % 991)
    pause = [Event(start + (until - start) / 3, "pause"), Event(start + (until - start) / 2, "resume")]
    seen = run([Event(start, "start", target=TWO_DAYS), *(pause if paused else [])], until)
    shown = drawn(seen)
    whole = _minutes(shown["sum_total"])
    assert sum(_minutes(day["total"]) for day in shown["days"]) == whole
    if seen.due and not seen.late:
        assert seen.budget is not None
        assert whole == seen.budget // 60
    for day in shown["days"]:
        for block in day["blocks"]:
            assert 0 <= block["x"] <= 1000
            assert block["x"] + block["width"] <= 1000.1


def _minutes(total: str) -> int:
    hours, _colon, minutes = total.partition(":")
    return 60 * int(hours) + int(minutes)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ((23, 15, 4), "nog 2 wd"),
        ((23, 16, 0), "nog 1 wd 6:04"),
        ((28, 14, 0), "nog 1:04"),
        ((24, 16, 0), "nog 6:04"),
    ],
)
def test_what_is_left_is_said_in_working_days_where_the_target_is(
    now: tuple[int, int, int], left: str
) -> None:
    seen = clock(at(*now))
    assert bar(of_clock("resolution", seen), at(*now))["headline"] == left


def test_moments_are_as_short_as_is_clear() -> None:
    now = at(23, 9)
    assert [moment(when, now) for when in (at(23, 10, 52), at(28, 9), at(4, 9, month=6))] == [
        "10:52", "di 09:00", "4 jun 09:00",
    ]  # fmt: skip


def test_a_dial_without_budget_uses_nothing() -> None:
    assert Dial("resolution", "running", 10, None, None, None, None, None, True, 75).percent == 0
