"""Months of the local calendar, those in which the clock is moved included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import WrongInput
from domain.months import Month

ZONE = ZoneInfo("Europe/Amsterdam")
MONTHS = st.builds(Month, st.integers(1001, 9000), st.integers(1, 12))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-02", 28 * 24),
        ("2024-02", 29 * 24),
        ("2026-03", 31 * 24 - 1),
        ("2026-10", 31 * 24 + 1),
        ("2026-06", 720),
    ],
)
def test_its_hours(text: str, hours: int) -> None:
    start, end = Month.parse(text).span(ZONE)
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "2026-5",
        "0000-01",
        "0999-12",
        "9999-01",
        "9999-12",
        "٢٠٢٦-٠٥",
        "2026-05-01",
    ],
)
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(WrongInput):
        Month.parse(text)


@given(MONTHS, st.integers(-12_000, 12_000))
def test_shifting_there_and_back(month: Month, by: int) -> None:
    if 0 < (month.year * 12 + month.month - 1 + by) // 12 < 10_000:
        assert month.shifted(by).shifted(-by) == month
        assert (month.shifted(by) > month) == (by > 0)


@given(MONTHS)
def test_one_begins_where_the_one_before_ends(month: Month) -> None:
    assert month.span(ZONE)[1] == month.shifted(1).span(ZONE)[0]
    assert Month.parse(str(month)) == month
    assert Month.of(month.last, ZONE) == month


def test_a_moment_lies_in_the_local_month() -> None:
    late = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)
    assert Month.of(late, ZONE) == Month(2026, 6)
    assert Month.of(date(2026, 5, 31), ZONE) == Month(2026, 5)
