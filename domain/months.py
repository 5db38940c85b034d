"""Months of the local calendar: what the contract measures by (SLA 7.2, 13)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from domain.errors import WrongInput

Span = tuple[datetime, datetime]
WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One month; `str` writes it as `2026-05`."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Raises `WrongInput` for anything but `2026-05`, and outside the years 1000 to 9998: dates end with 9999."""
        found = WRITTEN.fullmatch(text)
        if not found or not 1000 <= int(found[1]) <= 9998:
            raise WrongInput("bad_month", "{text!r} is no month such as 2026-05", text=text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: date | datetime, zone: ZoneInfo) -> Month:
        """The one in which an aware moment lies in `zone`, or a local day."""
        day = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def shifted(self, by: int) -> Month:
        """So many months later, or earlier where `by` is negative."""
        year, place = divmod(self.year * 12 + self.month - 1 + by, 12)
        return Month(year, place + 1)

    def span(self, zone: ZoneInfo) -> Span:
        """The instants (UTC) between which it lies; the second is no part of it."""
        start, end = (
            datetime.combine(one.first, time(), zone).astimezone(UTC) for one in (self, self.shifted(1))
        )
        return start, end
