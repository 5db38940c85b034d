"""What is promised for a Melding: so many hours or Werkdagen on a calendar (SLA 9.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from domain.errors import WrongInput
from domain.horizon import Seconds
from domain.hours import Calendar
from domain.instants import MICROSECONDS, SECOND, join, split

Unit = Literal["seconds", "working_days"]


def used_at(percent: int, start: datetime, due: datetime, calendar: Calendar) -> datetime:
    """The first instant (UTC) at which that part of the business time from `start` until `due` is used; all of it at
    `due` itself."""
    if percent == 100:
        return due
    return calendar.add(start, calendar.between_exact(start, due) * percent // 100)


@dataclass(frozen=True, slots=True)
class Target:
    """`amount` business seconds, or Werkdagen, on `calendar`.

    Working days keep the local clock time, at the latest that day's closing; the days that count are
    those on which the calendar opens.
    """

    amount: int
    unit: Unit
    calendar: Calendar

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount < 1:
            raise WrongInput(
                "bad_amount", "a target of {amount!r} {unit} is no target", amount=self.amount, unit=self.unit
            )
        if self.unit not in ("seconds", "working_days"):
            raise WrongInput("bad_unit", "{unit!r} is neither seconds nor working_days", unit=self.unit)

    def effective(self, received: datetime) -> datetime:
        """When the time starts to count: the receipt (UTC), or the next opening (SLA 4.1)."""
        return self.calendar.effective(received)

    def due(self, received: datetime) -> datetime:
        """The deadline (UTC): the first instant at which the amount is used up. Late is strictly after it."""
        if self.unit == "seconds":
            return self.calendar.add(received, self.amount)
        return self.calendar.add_working_days(received, self.amount)

    def due_many(self, received: npt.ArrayLike) -> Seconds:
        """`due` for many receipts, in whole UTC seconds since 1970."""
        if self.unit == "seconds":
            return self.calendar.add_many(received, self.amount)
        return self.calendar.add_working_days_many(received, self.amount)

    def due_many_exact(self, received: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """`due` for many receipts, to the microsecond: in whole microseconds since 1970."""
        seconds, micros = np.divmod(received, MICROSECONDS)
        if not len(seconds):
            return seconds
        due, following = self.due_many(seconds), self.due_many(seconds + 1)
        exact = due * MICROSECONDS + np.where(following > due, micros, 0)
        # Within a second a deadline moves along with the receipt, or stands still; where it jumps, ask one by one.
        for n in np.flatnonzero((following != due) & (following != due + 1) & (micros > 0)):
            second, micro = split(self.due(join(int(seconds[n]), int(micros[n]))))
            exact[n] = second * MICROSECONDS + micro
        return exact

    def budget(self, received: datetime) -> timedelta:
        """The business time between receipt and deadline: what percentages and pauses are measured by."""
        if self.unit == "seconds":
            return self.amount * SECOND
        return self.calendar.between_exact(received, self.due(received))

    def budget_seconds(self, received: datetime) -> int:
        """The whole seconds of the budget."""
        return self.budget(received) // SECOND
