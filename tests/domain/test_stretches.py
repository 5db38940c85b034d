"""How often is too often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.stretches import too_often

NOW = datetime(2026, 6, 18, 8, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 3)), max_size=12),
    st.integers(1, 6),
    st.integers(1, 30),
)
def test_too_often_is_what_some_window_holds(given: list[tuple[int, int]], times: int, minutes: int) -> None:
    happened = sorted((NOW + minute * MINUTE, count) for minute, count in given)
    within = timedelta(minutes=minutes)
    full = [
        [at for at, _count in happened if start <= at <= start + within]
        for start, _count in happened
        if sum(count for at, count in happened if start <= at <= start + within) >= times
    ]
    expected = (min(window[0] for window in full), max(window[-1] for window in full)) if full else None
    assert too_often(happened, times, within) == expected
