"""No promise may let a higher priority wait longer than a lower one (SLA 9.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import numpy as np

from domain.horizon import Seconds
from domain.instants import DAY, join
from domain.targets import Target
from domain.windows import day_number

HOUR = 3600
MARGIN = 120  # days around the closed ones, so that long targets run into them from before
QUIET = (date(2024, 1, 1), date(2025, 12, 31))  # any two years will do where no date is special


@dataclass(frozen=True, slots=True)
class Inversion:
    """A receipt (UTC) for which priority `higher` would be due after priority `lower`."""

    received: datetime
    higher: int
    higher_due: datetime
    lower: int
    lower_due: datetime


def find_inversion(
    targets: Mapping[int, Target | None], first: date | None = None, last: date | None = None
) -> Inversion | None:
    """The earliest receipt from `first` to `last` that turns two priorities round; None if there is none.

    `targets` holds one clock's target per priority; a priority without one is left out. Without dates all
    closed and special days of the calendars are searched, with the months around them. Deadlines change
    course only where a calendar opens or closes, at the receipt or at the deadline, so those receipts and
    the seconds beside them are what there is to try.
    """
    held = [(priority, target) for priority, target in sorted(targets.items()) if target]
    if len(held) < 2:
        return None
    low, high = _span([target for _, target in held], first, last)
    receipts = _turning_points([target for _, target in held], low, high)
    dues = [(priority, target.due_many(receipts)) for priority, target in held]
    found = [_earliest(receipts, one, other) for one, other in pairwise(dues)]
    return min((inversion for inversion in found if inversion), key=lambda i: i.received, default=None)


def _earliest(receipts: Seconds, one: tuple[int, Seconds], other: tuple[int, Seconds]) -> Inversion | None:
    (higher, higher_due), (lower, lower_due) = one, other
    turned = np.flatnonzero(higher_due > lower_due)
    if not turned.size:
        return None
    n = int(turned[0])
    received, due, lower_one = (join(int(column[n])) for column in (receipts, higher_due, lower_due))
    return Inversion(received, higher, due, lower, lower_one)


def _span(targets: Iterable[Target], first: date | None, last: date | None) -> tuple[int, int]:
    calendars = {target.calendar for target in targets}
    days = [day for calendar in calendars for day in (*calendar.closed, *calendar.special)]
    low = day_number(first) if first else day_number(min(days, default=QUIET[0])) - MARGIN
    high = day_number(last) if last else day_number(max(days, default=QUIET[1])) + MARGIN
    return low, high


def _turning_points(targets: list[Target], low: int, high: int) -> Seconds:
    edges = [target.calendar.edges(low * DAY, (high + 1) * DAY) for target in targets]
    before = [
        target.calendar.add_many(edge, -target.amount)
        for target in targets
        if target.unit == "seconds"
        for edge in edges
    ]
    clocks = np.unique(np.concatenate([*(edge % DAY for edge in edges), np.arange(0, DAY, HOUR)]))
    daily = (np.arange(low, high + 1)[:, np.newaxis] * DAY + clocks).ravel()
    points = np.concatenate([*edges, *before, daily])
    points = np.unique(np.concatenate([points - 1, points, points + 1]))
    return points[(points >= low * DAY) & (points < (high + 1) * DAY)]
