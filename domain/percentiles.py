"""Durations counted in buckets instead of kept one by one, and what can still be said of them (SLA 7.7).

Bounds grow by one factor, so a percentile read from the buckets is within `ERROR` of the duration that it stands for, however
short or long; below a millisecond it is within half a millisecond. Counts of different days or senders are merged
by adding them, which loses nothing. Seconds everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import ceil, log
from operator import add

ERROR = 0.02
SHORTEST, LONGEST = 0.001, 86_400.0
GROWTH = (1 + ERROR) / (1 - ERROR)
BUCKETS = ceil(log(LONGEST / SHORTEST) / log(GROWTH)) + 1

Counts = list[int]


def empty() -> Counts:
    return [0] * BUCKETS


def bucket(seconds: float) -> int:
    """Which one counts a duration from 0 to `LONGEST`; the first holds all below `SHORTEST`."""
    if seconds <= SHORTEST:
        return 0
    return min(BUCKETS - 1, ceil(log(seconds / SHORTEST) / log(GROWTH)))


def counted(durations: Iterable[float]) -> Counts:
    counts = empty()
    for seconds in durations:
        counts[bucket(seconds)] += 1
    return counts


def merged(*parts: Sequence[int]) -> Counts:
    total = empty()
    for part in parts:
        total = list(map(add, total, part))
    return total


def percentile(counts: Sequence[int], percent: int, longest: float) -> float | None:
    """The duration that `percent` (1 to 100) of all do not exceed: that of nearest rank, within `ERROR`.

    `longest` is the longest of all, known exactly: it is what the last rank says, and no percentile goes beyond it. None where
    nothing was counted.
    """
    total = sum(counts)
    if not total:
        return None
    rank = -(-percent * total // 100)
    if rank == total:
        return longest
    place = next(n for n, reached in enumerate(accumulate(counts)) if reached >= rank)
    return min(_stands_for(place), longest)


def _stands_for(place: int) -> float:
    """The duration that is as near, in proportion, to the lower bound of a bucket as to its upper one."""
    return SHORTEST / 2 if place == 0 else SHORTEST * GROWTH**place * (1 - ERROR)
