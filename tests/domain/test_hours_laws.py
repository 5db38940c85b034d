"""What holds for business time whatever the calendar, the zone and the instant."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.hours import Calendar
from domain.instants import local_midnight
from domain.ledger import by_local_day
from tests.domain.calendars import calendars, instants, minutes, open_minutes

SECONDS = st.integers(-200_000, 400_000)
DAY = timedelta(days=1)


@given(st.data())
def test_what_is_added_has_passed(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    t, n = data.draw(instants(middle)), data.draw(SECONDS)
    assert calendar.between(t, calendar.add(t, n)) == n
    exact = timedelta(seconds=n, microseconds=data.draw(st.integers(0, 999_999)))
    assert calendar.between_exact(t, calendar.add(t, exact)) == exact


@given(st.data())
def test_a_sum_is_the_first_instant_that_will_do_and_a_difference_the_last(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    t, n = data.draw(instants(middle)), data.draw(st.integers(1, 400_000))
    due, ago, tick = calendar.add(t, n), calendar.add(t, -n), timedelta(microseconds=1)
    budget = timedelta(seconds=n)
    assert calendar.between_exact(t, due - tick) < budget
    assert calendar.between_exact(ago + tick, t) < budget


@given(st.data())
def test_counting_is_additive_signed_and_monotone(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    a, b, c = (data.draw(instants(middle)) for _ in range(3))
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between_exact(a, b) + calendar.between_exact(b, c) == calendar.between_exact(a, c)
    assert calendar.between(a, b) == -calendar.between(b, a)
    assert (calendar.between(a, b) >= 0) or a > b
    n, more = data.draw(SECONDS), data.draw(st.integers(0, 100_000))
    assert calendar.add(a, n) <= calendar.add(a, n + more)
    first, second = sorted([a, b])
    assert calendar.add(first, abs(n)) <= calendar.add(second, abs(n))


@given(st.data())
def test_a_closed_day_never_makes_a_deadline_earlier(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    extra = middle + timedelta(days=data.draw(st.integers(-8, 8)))
    shut = Calendar(calendar.tz, calendar.weekly, {*calendar.closed, extra}, calendar.special)
    t, n = data.draw(instants(middle)), data.draw(st.integers(1, 400_000))
    assert shut.add(t, n) >= calendar.add(t, n)
    assert shut.between(t, t + 9 * DAY) <= calendar.between(t, t + 9 * DAY)
    assert shut.effective(t) >= calendar.effective(t)


@given(st.data())
def test_wider_windows_never_count_less(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    wider = {day: [("00:00", windows[-1][1])] for day, windows in calendar.weekly.items() if windows}
    wide = Calendar(calendar.tz, wider, calendar.closed, calendar.special) if wider else calendar
    a, b = sorted(data.draw(instants(middle)) for _ in range(2))
    assert wide.between(a, b) >= calendar.between(a, b)
    assert wide.add(a, 50_000) <= calendar.add(a, 50_000)


@given(st.data())
def test_the_ledger_covers_the_time_and_sums_to_what_counted(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    a, b = sorted(data.draw(instants(middle)) for _ in range(2))
    ledger = calendar.ledger(a, b)
    ends = [a, *(stretch.end for stretch in ledger)]
    assert [stretch.start for stretch in ledger] == ends[:-1]
    assert ends[-1] == b
    assert sum(stretch.seconds for stretch in ledger if stretch.counted) == calendar.between(a, b)
    assert all(stretch.counted == (stretch.reason == "open") for stretch in ledger)
    named = [(stretch.reason, stretch.label) for stretch in ledger]
    assert all(one != other for one, other in pairwise(named))


@given(st.data())
def test_cut_at_midnight_a_ledger_loses_nothing(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    a, b = sorted(data.draw(instants(middle)) for _ in range(2))
    ledger = calendar.ledger(a, b)
    rows = by_local_day(ledger, calendar.tz)
    parts = [part for row in rows.values() for part in row]
    assert list(rows) == sorted(rows)
    assert [part.start for part in parts] == [a, *(part.end for part in parts)][:-1]
    assert sum(part.seconds for part in parts) == sum(stretch.seconds for stretch in ledger)
    assert all(part.seconds >= 0 and part.end - part.start <= timedelta(hours=25) for part in parts)


@given(st.data())
def test_numpy_says_the_same_as_single_calls(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    moments = data.draw(st.lists(minutes(middle), min_size=1, max_size=20))
    moments = [t + timedelta(seconds=data.draw(st.integers(0, 59))) for t in moments]
    n, days = data.draw(SECONDS), data.draw(st.integers(-5, 9))
    seconds = np.array([int(t.timestamp()) for t in moments])

    def stamps(answers: list[datetime]) -> list[int]:
        return [int(t.timestamp()) for t in answers]

    assert calendar.effective_many(seconds).tolist() == stamps([calendar.effective(t) for t in moments])
    assert calendar.add_many(seconds, n).tolist() == stamps([calendar.add(t, n) for t in moments])
    assert calendar.between_many(seconds, seconds[0]).tolist() == [
        calendar.between(t, moments[0]) for t in moments
    ]
    assert calendar.add_working_days_many(seconds, days).tolist() == stamps(
        [calendar.add_working_days(t, days) for t in moments]
    )


@given(st.data())
def test_it_is_what_one_counts_minute_by_minute(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    a, b = data.draw(minutes(middle, days=9)), data.draw(minutes(middle, days=9))
    marked = open_minutes(calendar, middle - 12 * DAY, middle + 60 * DAY)
    first, last = (int(t.timestamp()) // 60 for t in sorted([a, b]))
    counted = sum(minute in marked for minute in range(first, last))
    assert calendar.between(*sorted([a, b])) == counted * 60
    n = data.draw(st.integers(1, 1500))
    minute, left = int(a.timestamp()) // 60, n
    limit = minute + 50 * 1440
    while left and minute < limit:
        left -= minute in marked
        minute += 1
    if not left:
        assert calendar.add(a, n * 60) == datetime.fromtimestamp(minute * 60, UTC)


@given(st.data())
def test_a_working_day_keeps_the_clock_time_up_to_closing(data: st.DataObject) -> None:
    """SLA 9.3 in Werkdagen, found by walking over the days."""
    calendar, middle = data.draw(calendars())
    t, n = data.draw(instants(middle)), data.draw(st.integers(1, 6))
    zone = calendar._zone
    start = calendar.effective(t).astimezone(zone)
    day, left = start.date(), n
    while left:
        day += DAY
        left -= bool(windows_on(calendar, day))
    walked = range(-1, (day - start.date()).days + 2)
    if any(never_was(start.date() + k * DAY, zone) for k in walked):
        return
    closing = windows_on(calendar, day)[-1][1]
    wall = datetime.combine(day, start.time().replace(fold=0), zone)
    closes = datetime.combine(day, datetime.min.time()) + timedelta(
        hours=int(closing[:2]), minutes=int(closing[3:])
    )
    assert calendar.add_working_days(t, n) == min(
        wall.astimezone(UTC), closes.replace(tzinfo=zone).astimezone(UTC)
    )


def never_was(day: date, zone: ZoneInfo) -> bool:
    """Samoa went from 29 to 31 December 2011: nothing happens on a day that a zone left out."""
    return local_midnight(day, zone) >= local_midnight(day + DAY, zone)


def windows_on(calendar: Calendar, day: date) -> tuple[tuple[str, str], ...]:
    return calendar.special.get(day, () if day in calendar.closed else calendar.weekly.get(day.weekday(), ()))
