"""How long a version is supported, and how many Releases a year has (SLA 11)."""

from __future__ import annotations

from datetime import date

import pytest

from domain import releases
from domain.errors import WrongInput


@pytest.mark.parametrize(("name", "version"), [("8.2", 8), ("8.2.1", 8), ("10.0.0.4", 10)])
def test_the_first_number_is_the_main_version(name: str, version: int) -> None:
    assert releases.main_version(name) == version


@pytest.mark.parametrize("name", ["", "8", "8.", "v8.2", "8.2-rc1", "8.2 ", "８.2", "12345.1"])
def test_what_is_no_version_is_refused(name: str) -> None:
    with pytest.raises(WrongInput):
        releases.main_version(name)


@pytest.mark.parametrize(
    ("released", "expected"),
    [
        ({7: date(2024, 3, 1)}, date(2026, 2, 28)),
        ({7: date(2024, 3, 1), 8: date(2025, 3, 1)}, date(2026, 2, 28)),
        ({7: date(2024, 3, 1), 8: date(2025, 3, 1), 9: date(2025, 10, 1)}, date(2025, 9, 30)),
        ({7: date(2024, 3, 1), 8: date(2025, 3, 1), 9: date(2026, 10, 1)}, date(2026, 2, 28)),
        ({7: date(2024, 2, 29)}, date(2026, 2, 28)),
        ({6: date(2022, 1, 1), 7: date(2024, 3, 1)}, date(2026, 2, 28)),
    ],
)
def test_sla_11_the_newest_and_one_old_main_version_for_two_years_at_most(
    released: dict[int, date], expected: date
) -> None:
    assert releases.supported_until(7, released) == expected


def test_two_releases_a_year() -> None:
    assert [releases.short_of(planned) for planned in (0, 1, 2, 3)] == [2, 1, 0, 0]
