"""SLA 9.1: no policy may make a higher priority due later than a lower one."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.hours import Calendar
from domain.precedence import find_inversion
from domain.targets import Target
from tests.domain.calendars import ALWAYS, OFFICE, P1_COVER, calendars, local
from tests.domain.test_cases import HOUR, RESOLUTION, RESPONSE


def test_the_shipped_policy_keeps_its_order() -> None:
    assert find_inversion(RESPONSE) is None
    assert find_inversion(RESOLUTION) is None


def test_a_short_day_can_turn_two_priorities_round() -> None:
    """24 December closes at 11:00: four hours go on after Christmas, one Werkdag ends that day."""
    short = Calendar(OFFICE.tz, OFFICE.weekly, OFFICE.closed, {date(2026, 12, 24): [("09:00", "11:00")]})
    found = find_inversion({2: Target(4 * HOUR, "seconds", short), 3: Target(1, "working_days", short)})
    assert found is not None
    assert (found.higher, found.lower) == (2, 3)
    assert local("2026-12-23T15:00") < found.received <= local("2026-12-23T15:00:01")
    assert found.lower_due == local("2026-12-24T11:00") < found.higher_due


def test_a_target_on_fewer_hours_is_found_though_it_is_shorter() -> None:
    """Eight office hours go over the weekend where ten around the clock do not."""
    found = find_inversion({1: Target(8 * HOUR, "seconds", OFFICE), 2: Target(10 * HOUR, "seconds", ALWAYS)})
    assert found is not None
    assert found.higher_due > found.lower_due
    assert found.higher_due == Target(8 * HOUR, "seconds", OFFICE).due(found.received)


def test_a_priority_without_a_target_is_left_out() -> None:
    swapped = {1: Target(9 * HOUR, "seconds", P1_COVER), 2: None, 3: Target(8 * HOUR, "seconds", P1_COVER)}
    found = find_inversion(swapped)
    assert found is not None
    assert (found.higher, found.lower) == (1, 3)
    assert find_inversion({1: None, 2: swapped[1]}) is None


@given(st.data())
def test_it_finds_what_trying_every_quarter_of_an_hour_finds(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    other = Calendar(
        calendar.tz, {**calendar.weekly, 1: [("07:00", "20:00")]}, calendar.closed, calendar.special
    )
    amounts = st.integers(1, 200).map(lambda quarters: Target(quarters * 900, "seconds", calendar))
    days = st.integers(1, 3).map(lambda n: Target(n, "working_days", other))
    one, two = data.draw(amounts | days), data.draw(amounts | days)
    first, last = middle - timedelta(days=10), middle + timedelta(days=10)
    found = find_inversion({1: one, 2: two}, first, last)
    start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
    tried = np.arange(start, start + 20 * 86_400, 900)
    turned = tried[one.due_many(tried) > two.due_many(tried)]
    if turned.size:
        assert found is not None
        assert found.received.timestamp() <= turned[0]
    if found:
        assert one.due(found.received) > two.due(found.received)
