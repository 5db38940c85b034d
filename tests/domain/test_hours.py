"""Calendars: what they refuse, how far they reach, and how they explain themselves (SLA 2.8, 2.14, 4.1)."""

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.errors import WrongInput
from domain.hours import Calendar
from domain.ledger import by_local_day
from tests.domain.calendars import ALWAYS, AMSTERDAM, OFFICE, WORKING_DAYS, days, local, on

TZ = "Europe/Amsterdam"
MONDAY = {0: [("09:00", "17:00")]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Europe/Amsterdam", {}), "never opens"),
        (("Europe/Amsterdam", {0: []}, (), {date(2026, 1, 1): []}), "never opens"),
        (("Europe/Atlantis", MONDAY), "Europe/Atlantis"),
        (("../etc/passwd", MONDAY), "unknown time zone"),
        (("Europe", MONDAY), "unknown time zone"),
        ((TZ, {7: [("09:00", "17:00")]}), "7 is not a weekday"),
        ((TZ, {"0": [("09:00", "17:00")]}), "'0' is not a weekday"),
        ((TZ, {True: [("09:00", "17:00")]}), "True is not a weekday"),
        ((TZ, {0: [("09:00", "12:00"), ("11:59", "17:00")]}), "Monday: 09:00-12:00 and 11:59-17:00 overlap"),
        ((TZ, {4: [("15:30", "09:00")]}), "Friday: 15:30-09:00 does not end after its start"),
        ((TZ, {4: [("09:00", "09:00")]}), "Friday: 09:00-09:00 does not end"),
        ((TZ, {1: [("9:00", "17:00")]}), "Tuesday: '9:00' is not a time"),
        ((TZ, {1: [("09:00", "24:01")]}), "Tuesday: '24:01' is not a time"),
        ((TZ, {1: [("09:00\n", "17:00")]}), "is not a time"),
        ((TZ, {1: [(9, 17)]}), "Tuesday: 9 is not a time"),
        ((TZ, {1: [("09:00",)]}), "is not a start and an end"),
        ((TZ, {1: ["09"]}), "is not a start and an end"),
        ((TZ, MONDAY, [datetime(2026, 4, 27, tzinfo=UTC)]), "is not a date"),
        ((TZ, MONDAY, ["2026-04-27"]), "'2026-04-27' is not a date"),
        ((TZ, MONDAY, (), {date(2026, 12, 24): [("13:00", "09:00")]}), "2026-12-24: 13:00-09:00"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_by_name(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(WrongInput) as refusal:
        Calendar(*arguments)
    assert message in str(refusal.value)
    assert refusal.value.code


def test_naive_instants_are_refused_everywhere() -> None:
    naive, aware = datetime(2026, 3, 2, 9), local("2026-03-02T09:00")  # noqa: DTZ001
    calls: tuple[Callable[[], object], ...] = (
        lambda: OFFICE.effective(naive),
        lambda: OFFICE.add(naive, 60),
        lambda: OFFICE.add(naive, 0),
        lambda: OFFICE.between(naive, aware),
        lambda: OFFICE.between(aware, naive),
        lambda: OFFICE.between_exact(aware, naive),
        lambda: OFFICE.add_working_days(naive, 1),
        lambda: OFFICE.ledger(naive, aware),
    )
    for call in calls:
        with pytest.raises(WrongInput, match="not a datetime with a time zone"):
            call()


def test_many_at_once_takes_whole_numbers_only() -> None:
    with pytest.raises(WrongInput, match="whole"):
        OFFICE.add_many([1772438400.5], 60)
    assert OFFICE.add_many([], 60).tolist() == []


def test_equal_content_is_the_same_calendar() -> None:
    one = Calendar(
        TZ, {0: [("13:00", "17:00"), ("09:00", "12:00")], 1: []}, {date(2026, 4, 27): "Koningsdag"}
    )
    other = Calendar(TZ, {0: [("09:00", "12:00"), ("13:00", "17:00")]}, {date(2026, 4, 27): "Koningsdag"})
    assert one == other
    assert len({one, other, Calendar(TZ, MONDAY)}) == 2
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301
    with pytest.raises(TypeError):
        one.weekly[5] = ()  # type: ignore[index]


def test_a_calendar_reaches_as_far_as_anybody_asks() -> None:
    """A fresh one each time: the reach must not depend on what was asked before."""

    def office() -> Calendar:
        return Calendar(TZ, OFFICE.weekly)

    assert office().effective(local("1901-01-05T12:00")) == local("1901-01-07T09:00")
    assert office().effective(local("2350-01-01T12:00")) == local("2350-01-02T09:00")
    working_week = 4 * 8 * 3600 + 23_400
    assert office().add(local("2026-01-05T09:00"), 5218 * working_week + 1) == local("2126-01-07T09:00:01")
    assert office().add(local("2026-01-05T09:00"), -521 * working_week) == local("2016-01-11T09:00")
    assert office().between(local("2126-01-07T09:00"), local("2026-01-05T09:00")) < 0
    assert office().add_working_days(local("2026-01-05T09:00"), 5 * 521) == local("2035-12-31T09:00")


def test_beyond_the_last_year_is_refused() -> None:
    with pytest.raises(WrongInput, match="from the year 10 up to 9990"):
        Calendar(TZ, MONDAY).effective(datetime.max.replace(tzinfo=UTC))


def test_a_calendar_of_special_days_alone_ends_with_the_last() -> None:
    fair = Calendar(
        TZ, {}, special={date(2026, 5, 2): [("10:00", "16:00")], date(2027, 5, 1): [("10:00", "12:00")]}
    )
    assert fair.add(local("2026-01-01T00:00"), 7 * 3600) == local("2027-05-01T11:00")
    assert fair.between(local("1999-01-01T00:00"), local("2040-01-01T00:00")) == 8 * 3600
    calls: tuple[Callable[[], object], ...] = (
        lambda: fair.add(local("2026-01-01T00:00"), 9 * 3600),
        lambda: fair.effective(local("2028-01-01T00:00")),
        lambda: fair.add_working_days(local("2026-01-01T00:00"), 2),
    )
    for too_much in calls:
        with pytest.raises(WrongInput, match="too few opening hours"):
            too_much()


def test_threads_that_ask_at_once_get_one_answer() -> None:
    fresh = Calendar(TZ, OFFICE.weekly, OFFICE.closed)
    starts = [datetime(year, 6, 2, 8, tzinfo=UTC) for year in range(1960, 2100)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda t: fresh.add(t, 100 * 3600), starts))
    assert found == [OFFICE.add(t, 100 * 3600) for t in starts]


def test_microseconds_are_kept() -> None:
    """Late is strictly after the deadline, so a deadline is not rounded."""
    assert OFFICE.add(local("2026-03-02T10:00:00.250000"), 60) == local("2026-03-02T10:01:00.250000")
    assert OFFICE.add(local("2026-03-02T16:59:30.250000"), 60) == local("2026-03-03T09:00:30.250000")
    assert OFFICE.add(local("2026-03-02T08:59:30.250000"), 60) == local("2026-03-02T09:01")
    assert OFFICE.effective(local("2026-03-02T16:59:59.999999")) == local("2026-03-02T16:59:59.999999")
    assert OFFICE.effective(local("2026-03-02T17:00:00.000001")) == local("2026-03-03T09:00")
    assert OFFICE.between_exact(local("2026-03-02T16:59:59.25"), local("2026-03-03T08:00")) == timedelta(
        seconds=0.75
    )


def test_windows_that_a_change_of_the_clock_folds_together_count_once() -> None:
    """02:15 does not exist on 29 March 2026; with fold 0 it is 03:15, which the other window holds too."""
    night = Calendar(TZ, {6: [("02:15", "02:45"), ("03:00", "04:00")]})
    assert night.between(local("2026-03-29T00:00"), local("2026-03-29T12:00")) == 3600
    assert night.between(local("2026-10-25T00:00"), local("2026-10-25T12:00")) == 1800 + 3600


def test_the_ledger_says_why_time_did_not_count() -> None:
    ledger = OFFICE.ledger(local("2026-04-02T16:00"), local("2026-04-07T10:00"))
    told = [
        (s.start.astimezone(AMSTERDAM).strftime("%a %H:%M"), s.seconds, s.counted, s.reason, s.label)
        for s in ledger
    ]
    assert told == [
        ("Thu 16:00", 3600, True, "open", ""),
        ("Thu 17:00", 16 * 3600, False, "outside_hours", ""),
        ("Fri 09:00", 23_400, True, "open", ""),
        ("Fri 15:30", 30_600, False, "outside_hours", ""),
        ("Sat 00:00", 2 * 86_400, False, "weekend", ""),
        ("Mon 00:00", 86_400, False, "closed", "Tweede Paasdag"),
        ("Tue 00:00", 9 * 3600, False, "outside_hours", ""),
        ("Tue 09:00", 3600, True, "open", ""),
    ]


def test_days_without_a_break_are_one_stretch_until_cut_at_midnight() -> None:
    ledger = ALWAYS.ledger(local("2026-03-28T12:00"), local("2026-03-30T12:00"))
    assert [(s.reason, s.seconds) for s in ledger] == [("open", 47 * 3600)]
    rows = by_local_day(ledger, TZ)
    assert {day.isoformat(): [s.seconds for s in row] for day, row in rows.items()} == {
        "2026-03-28": [12 * 3600], "2026-03-29": [23 * 3600], "2026-03-30": [12 * 3600],
    }  # fmt: skip


def test_special_hours_beat_a_closed_day_and_an_empty_list_closes() -> None:
    day, next_day = date(2026, 12, 24), date(2026, 12, 23)
    hours = Calendar(
        TZ, on(range(5), "09:00", "17:00"), {day: "Kerstavond"}, {day: [("10:00", "12:00")], next_day: []}
    )
    assert hours.effective(local("2026-12-23T10:00")) == local("2026-12-24T10:00")
    assert hours.add(local("2026-12-24T11:00"), 7200) == local("2026-12-25T10:00")
    reasons = {s.reason for s in hours.ledger(local("2026-12-23T00:00"), local("2026-12-24T00:00"))}
    assert reasons == {"closed"}


def test_a_named_day_in_a_weekend_keeps_its_name() -> None:
    christmas = OFFICE.ledger(local("2027-12-25T00:00"), local("2027-12-27T00:00"))
    assert [s.label for s in christmas] == ["Eerste Kerstdag", "Tweede Kerstdag"]


def test_a_werkdag_is_a_day_with_office_hours() -> None:
    """SLA 2.35: both calendars agree, day by day, on five shipped years."""
    for day in days(date(2024, 1, 1), date(2028, 12, 31)):
        midnight, next_midnight = (local(f"{each}T00:00") for each in (day, day + timedelta(days=1)))
        opened = OFFICE.between(midnight, next_midnight) > 0
        assert opened == (day.weekday() < 5 and day not in OFFICE.closed)
        assert opened == (WORKING_DAYS.effective(midnight) == midnight)


def test_a_clock_time_that_came_twice_is_plain_on_another_day() -> None:
    """From the second 02:30 of 26 October to the 02:30 that 29 March does not have: fold 0, so 03:30."""
    second = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    assert ALWAYS.add_working_days(second, 0) == second
    assert ALWAYS.add_working_days(second, 154) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
