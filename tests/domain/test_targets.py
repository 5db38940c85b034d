"""Deadlines of many receipts at once are those of each by itself, to the microsecond (SLA 9.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.instants import MICROSECONDS, join, split
from domain.targets import Target
from tests.domain.calendars import OFFICE, P1_COVER, calendars, instants, local

TARGETS = st.tuples(st.integers(1, 400_000), st.just("seconds")) | st.tuples(
    st.integers(1, 30), st.just("working_days")
)
MICROS = st.sampled_from([0, 1, 999_999]) | st.integers(0, 999_999)


def exact(target: Target, received: list[datetime]) -> list[datetime]:
    micros = [second * MICROSECONDS + micro for second, micro in map(split, received)]
    found = target.due_many_exact(np.array(micros, dtype=np.int64))
    return [join(*divmod(int(one), MICROSECONDS)) for one in found]


@given(st.data())
def test_many_are_as_one(data: st.DataObject) -> None:
    calendar, middle = data.draw(calendars())
    amount, unit = data.draw(TARGETS)
    target = Target(amount, unit, calendar)  # type: ignore[arg-type]
    drawn = data.draw(st.lists(st.tuples(instants(middle), MICROS), max_size=20))
    received = [instant.replace(microsecond=micro) for instant, micro in drawn]
    assert exact(target, received) == [target.due(one) for one in received]


def test_beside_an_opening_and_a_closing() -> None:
    edges = [local(text) for text in ("2026-06-18T17:00", "2026-06-19T09:00", "2026-06-19T15:30")]
    steps = [timedelta(microseconds=n) for n in (-1_000_001, -1_000_000, -999_999, -1, 0, 1, 500_000)]
    received = [edge + step for edge in edges for step in steps]
    for target in (
        Target(3600, "seconds", P1_COVER),
        Target(8 * 3600, "seconds", OFFICE),
        Target(1, "working_days", OFFICE),
    ):
        assert exact(target, received) == [target.due(one) for one in received]
