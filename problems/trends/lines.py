"""The lines that are judged: every dimension of SLA 12.1, cut into its values, with what chance leaves room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from domain import trends
from domain.trends import Count, Level, Limits, Signal
from problems.trends.figures import BY, Figures

ALL, STATE, TECHNICAL = "all", "state", "technical"
DIMENSIONS = (ALL, *BY, STATE, TECHNICAL)
FEWEST_SOLVED = 5  # below which a typical duration says nothing
# A week of office hours (SLA 2.14); before that, what came in outside them weighs too much to judge a month.
FEWEST_HOURS = 38.5
HOUR = 3600


@dataclass(frozen=True)
class Line:
    """One value of a dimension over the months. `unit` says what is drawn: "count", "share" (percent) or "hours".
    Of the `unjudged` months nothing is said: they have no limits and end no signal."""

    dimension: str
    value: str
    unit: str
    counts: tuple[Count, ...] = ()
    levels: tuple[Level, ...] = ()
    unjudged: frozenset[date] = frozenset()

    @property
    def key(self) -> str:
        return f"{self.dimension}:{self.value}"

    @property
    def months(self) -> list[date]:
        return [one.month for one in self.counts or self.levels]

    @cached_property
    def signals(self) -> list[Signal]:
        return self.within(max(trends.WINDOWS))

    def within(self, widest: int) -> list[Signal]:
        """The signals of windows of so many months at most."""
        counted = bool(self.counts)
        found = trends.signals(self.counts, widest) if counted else trends.level_signals(self.levels, widest)
        return [signal for signal in found if signal.months[-1] not in self.unjudged]

    @cached_property
    def limits(self) -> list[Limits | None]:
        found = trends.limits(self.counts) if self.counts else trends.level_limits(self.levels)
        return [one if one and one.month not in self.unjudged else None for one in found]

    def drawn(self) -> list[float | None]:
        """The value of each month, in the unit."""
        if self.levels:
            return [one.value for one in self.levels]
        return [self.in_unit(one.count, one.exposure) for one in self.counts]

    def in_unit(self, amount: float, exposure: float) -> float | None:
        """A count as it is, or as a percentage of what it is counted on."""
        if self.unit != "share":
            return amount
        return 100 * amount / exposure if exposure else None

    def room(self) -> list[tuple[float, float, float] | None]:
        """What is expected of each month, and the limits, in the unit."""
        found: list[tuple[float, float, float] | None] = []
        for place, one in enumerate(self.limits):
            exposure = self.counts[place].exposure if self.counts else 1.0
            parts = (
                [self.in_unit(part, exposure) for part in (one.expected, one.low, one.high)]
                if one
                else [None]
            )
            found.append(None if parts[0] is None else (parts[0], parts[1] or 0.0, parts[2] or 0.0))
        return found


def of(dimension: str, months: list[Figures]) -> list[Line]:
    """The lines of a dimension, those with most Meldingen in the last year first. A month that has hardly begun is
    not judged."""
    early = frozenset(one.month for one in months if one.hours < FEWEST_HOURS)
    return [replace(line, unjudged=line.unjudged | early) for line in _of(dimension, months)]


def _of(dimension: str, months: list[Figures]) -> list[Line]:
    if dimension == STATE:
        return [_received(ALL, "", months), *_state(months)]
    if dimension == TECHNICAL:
        return list(_technical(months))
    values = {value for one in months for value in one.received.get(dimension, {})}
    lines = [_received(dimension, value, months) for value in sorted(values)]
    if dimension == "priority":
        return lines
    return sorted(lines, key=lambda line: -sum(one.count for one in line.counts[-12:]))


def all_lines(months: list[Figures]) -> Iterator[Line]:
    """Each once."""
    seen: set[str] = set()
    for dimension in DIMENSIONS:
        for line in of(dimension, months):
            if line.key not in seen:
                seen.add(line.key)
                yield line


def find(key: tuple[str, str], months: list[Figures]) -> Line | None:
    dimension, value = key
    lines = of(dimension, months) if dimension in DIMENSIONS else []
    return next((line for line in lines if (line.dimension, line.value) == (dimension, value)), None)


def _received(dimension: str, value: str, months: list[Figures]) -> Line:
    """On office hours, so that a short month or one with holidays is no drop."""
    counts = (Count(one.month, one.received.get(dimension, {}).get(value, 0), one.hours) for one in months)
    return Line(dimension, value, "count", counts=tuple(counts))


def _state(months: list[Figures]) -> Iterator[Line]:
    """What stands open is shown without a verdict: it carries over from month to month, and the rules suppose months
    that do not hang together."""
    yield _counted(STATE, "ended", "count", months, lambda one: (one.ended, one.hours))
    standing = tuple(Level(one.month, float(one.open) or None) for one in months)
    yield Line(STATE, "open", "count", levels=standing, unjudged=frozenset(one.month for one in months))


def _technical(months: list[Figures]) -> Iterator[Line]:
    yield _counted(TECHNICAL, "late", "share", months, lambda one: (one.late, one.judged))
    yield _counted(TECHNICAL, "reopened", "share", months, lambda one: (one.reopened, one.solved))
    typical = (one.typical / HOUR if one.typical and one.solved >= FEWEST_SOLVED else None for one in months)
    levels = tuple(Level(one.month, value) for one, value in zip(months, typical, strict=True))
    yield Line(TECHNICAL, "resolution", "hours", levels=levels)
    yield _counted(TECHNICAL, "alarms", "count", months, lambda one: (one.alarms, one.days))


def _counted(
    dimension: str, value: str, unit: str, months: list[Figures], of: Callable[[Figures], tuple[int, float]]
) -> Line:
    return Line(dimension, value, unit, counts=tuple(Count(one.month, *of(one)) for one in months))
