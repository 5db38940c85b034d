"""How long a version is supported, how many Releases a year has (SLA 11), and how far behind one may be (art. 5.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import WrongInput
from domain.maintenance import due_by

YEARS = 2  # after its release a main version is at its end of life
OLD_VERSIONS = 1  # main versions that are supported beside the newest
PER_YEAR = 2
MOST_BEHIND = 2  # Releases that what is used may be older than the newest one (N-2)
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


@dataclass(frozen=True)
class Version:
    """A version of a Dienst that is out, since the day `out_on`. `is_release` says that it is no patch or update;
    `supported_until` is None for what was withdrawn, `required_on` is when a CVE made it compulsory, if one did."""

    name: str
    out_on: date
    is_release: bool = True
    supported_until: date | None = None
    required_on: date | None = None

    @property
    def main(self) -> int:
        return main_version(self.name)

    @property
    def order(self) -> tuple[int, ...]:
        """What versions are compared by: 8.10 is later than 8.9, and 8.2.0 is 8.2."""
        main_version(self.name)
        numbers = [int(part) for part in self.name.split(".")]
        while numbers[-1] == 0 and len(numbers) > 1:
            numbers.pop()
        return tuple(numbers)

    @property
    def due_on(self) -> date | None:
        """The last day on which a compulsory one is taken in time: that of a critical update (SLA 11, 7.1)."""
        return due_by(max(self.out_on, self.required_on), critical=True) if self.required_on else None


@dataclass(frozen=True)
class Standing:
    """Where somebody stands on a day who uses a version: how many Releases `behind`, the `newest` Release, and which
    compulsory versions are not taken yet (`open`, the first to be due in front)."""

    used: Version
    day: date
    behind: int
    newest: Version | None
    open: tuple[Version, ...]

    @property
    def is_too_far(self) -> bool:
        """More than two Releases older than the newest (art. 5.2)."""
        return self.behind > MOST_BEHIND

    @property
    def is_supported(self) -> bool:
        """Until the last day of support, that day included (SLA 11)."""
        return self.used.supported_until is not None and self.day <= self.used.supported_until

    @property
    def overdue(self) -> tuple[Version, ...]:
        """Compulsory ones whose last day is past (SLA 11)."""
        return tuple(one for one in self.open if one.due_on and one.due_on < self.day)

    @property
    def has_to_move(self) -> bool:
        """Whether the contract is not kept as long as they stay where they are."""
        return self.is_too_far or not self.is_supported or bool(self.overdue)


def standing(used: Version, out: Iterable[Version], day: date) -> Standing:
    """Compare `used` with all that is `out`. Patches and updates belong to the Release that they mend, so that only
    Releases count as steps (docs/readings.md)."""
    known = list(out)
    all_releases = [one for one in known if one.is_release]
    steps = [one for one in all_releases if one.order > used.order]
    newest = max(all_releases, key=lambda one: one.order, default=None)
    missed = sorted(_missed(used, known), key=lambda one: (one.due_on or one.out_on, one.order))
    return Standing(used, day, len(steps), newest, tuple(missed))


def _missed(used: Version, known: list[Version]) -> Iterable[Version]:
    """The compulsory ones that are later than `used`. One of the own main version stands in for those of newer main
    versions that were out by then."""
    required = [one for one in known if one.required_on]
    mended = max((one.out_on for one in required if one.main == used.main), default=date.min)
    for one in required:
        if one.order > used.order and (one.main == used.main or one.out_on > mended):
            yield one
