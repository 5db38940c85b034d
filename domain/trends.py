"""Telling a signal from chance in figures by the month (SLA 12.1): a u-chart for counts, an XmR chart for durations.

A month is judged alone and together with those just before it, beside the twelve months before those. The verdict on
a month therefore hangs on nothing that came after it, nor on the period that somebody looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import exp, lgamma, log, sqrt

import numpy as np

WINDOWS = (1, 3, 6)  # months taken together; each is a rule
BASE, LEAST_BASE = 12, 6  # months that they are compared with
# Of one window in one direction. 24 months x 3 windows x 2 directions at this chance each stay under 5 %.
CHANCE = 1 / 3000
PLAINLY_CHANCE = 2  # deviations within which no exact sum comes near that
SPREADS = (
    5.0  # mean moving ranges between the base and a limit; Shewhart's 2.66 supposes a base that is known
)
LEVEL_WINDOWS = (1, 3)
UP, DOWN = "up", "down"


@dataclass(frozen=True)
class Count:
    """What was counted in a month, and what it is counted on: business days, or how many it could have been."""

    month: date
    count: int
    exposure: float


@dataclass(frozen=True)
class Level:
    """A typical duration of a month, above 0; None where too few ended to say."""

    month: date
    value: float | None


@dataclass(frozen=True)
class Limits:
    """What chance leaves room for in one month: a signal lies below `low` or above `high`."""

    month: date
    expected: float
    low: float
    high: float
    base: int  # months that it rests on


@dataclass(frozen=True)
class Signal:
    """The strongest verdict on the months that end with `months[-1]`.

    `expected` is what the base leads to for the same exposure; `chance` is how often chance alone goes as far, and
    None for a duration, where the limits themselves are the rule.
    """

    months: tuple[date, ...]
    direction: str
    observed: float
    expected: float
    base: int
    chance: float | None = None

    @property
    def rule(self) -> str:
        return f"months_{len(self.months)}"

    @property
    def strength(self) -> float:
        """To tell which of two goes further from what was expected."""
        return -self.chance if self.chance is not None else abs(log(self.observed / self.expected))


# -- Counts


def limits(series: Sequence[Count]) -> list[Limits | None]:
    """For each month, or None where fewer than six months go before it."""
    return [_limits(series, end) for end in range(len(series))]


def signals(series: Sequence[Count], widest: int = max(WINDOWS)) -> list[Signal]:
    """At most one for each month and direction, oldest first; of windows no wider than `widest`."""
    widths = [width for width in WINDOWS if width <= widest]
    return _strongest(_found(series, end, width) for end in range(len(series)) for width in widths)


def _limits(series: Sequence[Count], end: int) -> Limits | None:
    base = _base(series, end, 1)
    exposure = series[end].exposure
    before = sum(one.exposure for one in base)
    if len(base) < LEAST_BASE or not before or not exposure:
        return None
    total, share = sum(one.count for one in base), exposure / (exposure + before)
    low, high = _room(total, share)
    return Limits(series[end].month, total * exposure / before, low, high, len(base))


def _found(series: Sequence[Count], end: int, width: int) -> Signal | None:
    """Counts of rare events are compared by the exact conditional test: of all that base and window hold together,
    the window should have its share of the exposure."""
    window, base = series[max(0, end + 1 - width) : end + 1], _base(series, end, width)
    exposure, before = sum(one.exposure for one in window), sum(one.exposure for one in base)
    if len(window) < width or len(base) < LEAST_BASE or not exposure or not before:
        return None
    seen, total = sum(one.count for one in window), sum(one.count for one in base)
    share, expected = exposure / (exposure + before), total * exposure / before
    if (seen - expected) ** 2 < PLAINLY_CHANCE**2 * expected * (1 + exposure / before):
        return None
    direction = UP if seen > expected else DOWN
    chance = at_least(seen, total, share) if direction == UP else at_most(seen, total, share)
    if chance >= CHANCE:
        return None
    return Signal(tuple(one.month for one in window), direction, seen, expected, len(base), chance)


def at_least(seen: int, total: int, share: float) -> float:
    """The chance of `seen` or more of `total + seen` in the window, each there with chance `share`."""
    values, chances = _waiting(total + 1, share)
    return float(chances[values >= seen].sum())


def at_most(seen: int, total: int, share: float) -> float:
    """The chance of `seen` or fewer of `total + seen` in the window."""
    if total == 0:
        return 1.0
    values, chances = _waiting(total, share)
    return float(chances[values <= seen].sum())


def _room(total: int, share: float) -> tuple[int, int]:
    """The least and the most that is no signal."""
    values, chances = _waiting(total + 1, share)
    high = int(values[np.cumsum(chances[::-1])[::-1] >= CHANCE][-1])
    if total == 0:
        return 0, high
    values, chances = _waiting(total, share)
    return int(values[np.cumsum(chances) >= CHANCE][0]), high


def _waiting(failures: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """How many come in the window before so many fell in the base, and their chances: the negative binomial
    distribution, whose tails are those of the conditional test. Beyond 12 deviations nothing is left."""
    mean = failures * share / (1 - share)
    reach = 12 * sqrt(mean / (1 - share)) + 60
    first = max(0, int(mean - reach))
    values = np.arange(first, int(mean + reach) + 1)
    start = lgamma(first + failures) - lgamma(first + 1) - lgamma(failures)
    steps = np.log((values[:-1] + failures) / (values[:-1] + 1.0) * share)
    logs = start + failures * log(1 - share) + first * log(share) + np.concatenate(([0.0], np.cumsum(steps)))
    return values, np.exp(logs)


# -- Durations


def level_limits(series: Sequence[Level]) -> list[Limits | None]:
    """The same for durations. They are skewed, so the chart is made of their logarithms."""
    return [_level_limits(series, end, 1) for end in range(len(series))]


def level_signals(series: Sequence[Level], widest: int = max(WINDOWS)) -> list[Signal]:
    """The same for durations."""
    widths = [width for width in LEVEL_WINDOWS if width <= widest]
    return _strongest(_level_found(series, end, width) for end in range(len(series)) for width in widths)


def _level_limits(series: Sequence[Level], end: int, width: int) -> Limits | None:
    base = [log(one.value) for one in _base(series, end, width) if one.value]
    if len(base) < LEAST_BASE:
        return None
    ranges = [abs(after - before) for before, after in pairwise(base)]
    centre, room = sum(base) / len(base), SPREADS * sum(ranges) / len(ranges) / sqrt(width)
    return Limits(series[end].month, exp(centre), exp(centre - room), exp(centre + room), len(base))


def _level_found(series: Sequence[Level], end: int, width: int) -> Signal | None:
    window = series[max(0, end + 1 - width) : end + 1]
    values = [log(one.value) for one in window if one.value]
    room = _level_limits(series, end, width)
    if len(values) < width or room is None:
        return None
    typical = exp(sum(values) / width)
    if room.low <= typical <= room.high:
        return None
    direction = UP if typical > room.high else DOWN
    return Signal(tuple(one.month for one in window), direction, typical, room.expected, room.base)


# -- Both


def _base(series: Sequence, end: int, width: int) -> Sequence:  # type: ignore[type-arg]
    first = end + 1 - width
    return series[max(0, first - BASE) : max(0, first)]


def _strongest(found: Iterator[Signal | None]) -> list[Signal]:
    kept: dict[tuple[date, str], Signal] = {}
    for signal in found:
        if signal is not None:
            key = signal.months[-1], signal.direction
            kept[key] = max(kept.get(key, signal), signal, key=lambda one: one.strength)
    return list(kept.values())
