"""How long a version is supported, and how many Releases a year has (SLA 11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from domain.errors import WrongInput

YEARS = 2  # after its release a main version is at its end of life
OLD_VERSIONS = 1  # main versions that are supported beside the newest
PER_YEAR = 2
VERSION = re.compile(r"([0-9]{1,4})(\.[0-9]{1,4}){1,3}")


def main_version(name: str) -> int:
    """8 of "8.2.1"; raises WrongInput for what is no version."""
    found = VERSION.fullmatch(name)
    if found is None:
        raise WrongInput("bad_version", "{name!r} is no version such as 8.2", name=name)
    return int(found[1])


def supported_until(version: int, released: Mapping[int, date]) -> date:
    """The last day of support of a main version; `released` has the day on which each came out.

    That is the day before it is two years old, or before a newer version pushes it out: the newest and one old
    one are supported. Raises KeyError for a version that is not out.
    """
    newer = sorted(day for other, day in released.items() if other > version)
    ends = [years_later(released[version], YEARS), *newer[OLD_VERSIONS:][:1]]
    return min(ends) - timedelta(days=1)


def years_later(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def short_of(planned: int) -> int:
    """How many Releases a year with so many still lacks."""
    return max(PER_YEAR - planned, 0)
