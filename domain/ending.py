"""What a contract asks for once it has ended: until when data is handed over, and from when it is erased."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class EndTerms:
    """`handed_days` after the last day data can be had (art. 10.9); erased from `erased_months` after it on (VWO 4.3), or
    where that is None once handing over is past."""

    handed_days: int = 90
    erased_months: int | None = None


# By the code of the policy that a contract is under; the terms of the MDO hold for all others.
TERMS = {"intramed": EndTerms(handed_days=0, erased_months=1)}


@dataclass(frozen=True)
class Ended:
    """One contract that ended: under which policy, and its last day."""

    policy: str
    on: date

    @property
    def terms(self) -> EndTerms:
        return TERMS.get(self.policy, EndTerms())

    @property
    def handed_until(self) -> date:
        """The last day on which it can be had; where no term is agreed, until it is erased."""
        if self.terms.handed_days:
            return self.on + timedelta(days=self.terms.handed_days)
        return self.erased_from - timedelta(days=1)

    @property
    def erased_from(self) -> date:
        if self.terms.erased_months is None:
            return self.handed_until + timedelta(days=1)
        return months_later(self.on, self.terms.erased_months)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last where it has none: 31 January and a month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def handed_until(contracts: Iterable[Ended]) -> date | None:
    """The last day on which the data of all these contracts together can be had; None without contracts."""
    return max((one.handed_until for one in contracts), default=None)


def erased_from(contracts: Iterable[Ended]) -> date | None:
    """The first day on which all of it may go: what one contract still asks for holds for the whole."""
    found = list(contracts)
    return max(
        (day for one in found for day in (one.erased_from, one.handed_until + timedelta(days=1))),
        default=None,
    )
