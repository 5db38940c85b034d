"""A calendar compiled over a span of days: sorted integer UTC seconds that a binary search can answer from."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import timedelta, tzinfo
from functools import cache, cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.instants import DAY, MICROSECONDS, SECOND, join
from domain.windows import Spans

Seconds = npt.NDArray[np.int64]
Place = tuple[int, int, int, int, int]

BLOCK = 1024  # days of which the changes of a zone are looked up together, once per process
FAR_BLOCK = 48  # from the year 2104
BEYOND: Place = (0, 1 << 62, 0, 0, 0)
THURSDAY = 3  # the weekday of the epoch, Monday being 0


class Zone:
    """The UTC offsets of a time zone over a span of days, for whole arrays at once."""

    def __init__(self, tz: tzinfo, first_day: int, last_day: int) -> None:
        blocks = range(first_day // BLOCK, last_day // BLOCK + 1)
        changes = [change for block in blocks for change in _changes(tz, block)]
        first = _offset(tz, blocks[0] * BLOCK * DAY)
        self._at = np.array([second for second, _ in changes], dtype=np.int64)
        self._offset = np.array([first, *(offset for _, offset in changes)], dtype=np.int64)
        # Fold 0: a local time that is skipped or comes twice still has the offset from before the change.
        self._wall = self._at + np.maximum(self._offset[:-1], self._offset[1:])

    def to_utc(self, local: Seconds) -> Seconds:
        return local - self._offset[self._wall.searchsorted(local, "right")]

    def to_local(self, utc: Seconds) -> Seconds:
        return utc + self._offset[self._at.searchsorted(utc, "right")]


@cache
def _changes(tz: tzinfo, block: int) -> list[tuple[int, int]]:
    """The seconds in a block of days at which the offset changes, each with the new offset.

    No zone on record changes twice within a day; after 2100 only yearly rules are left, months apart.
    """
    step = DAY if block < FAR_BLOCK else 8 * DAY
    seconds = range(block * BLOCK * DAY, (block + 1) * BLOCK * DAY + 1, step)
    offsets = [_offset(tz, second) for second in seconds]
    return [
        (_change(tz, second, second + step, new), new)
        for second, (old, new) in zip(seconds, pairwise(offsets), strict=False)
        if old != new
    ]


def _offset(tz: tzinfo, second: int) -> int:
    offset = join(second).astimezone(tz).utcoffset() or timedelta()
    return offset // SECOND


def _change(tz: tzinfo, after: int, by: int, new: int) -> int:
    """The first second with the `new` offset, between two seconds."""
    between = range(after, by + 1)
    return between[bisect_left(between, True, key=lambda second: _offset(tz, second) == new)]


class Steps:
    """`bisect_right` over a sorted array for millions of keys: a table finds the place, a step or two corrects it.

    A plain binary search defeats the branch predictor at every step, which makes it several times slower.
    """

    def __init__(self, values: Seconds) -> None:
        self._low, span = int(values[0]), int(values[-1] - values[0])
        self._bits = max(1, span // len(values)).bit_length() - 1
        edges = self._low + (np.arange((span >> self._bits) + 2) << self._bits)
        self._table = values.searchsorted(edges, "right")
        self._steps = int(np.diff(self._table).max())
        self._values = np.append(values, np.iinfo(np.int64).max)

    def right(self, keys: Seconds) -> Seconds:
        bucket = (keys - self._low) >> self._bits
        place: Seconds = self._table[bucket.clip(0, len(self._table) - 1)]
        for _ in range(self._steps):
            place += self._values[place] <= keys
        return place


class Horizon:
    """The open windows of the local days `first_day` up to `last_day` (days since 1 January 1970).

    `starts`, `ends` and `before` (open seconds before each start) are the three arrays that answer every
    question about UTC seconds in [low, high). The first window is empty and starts at `low`, so that each
    second has a window at or before it. `day` is the local day of each window; `work` and `closing` are the
    days that open at all and the second at which each closes.
    """

    def __init__(
        self,
        tz: tzinfo,
        weekly: Mapping[int, Spans],
        exceptions: Mapping[int, Spans],
        first_day: int,
        last_day: int,
    ) -> None:
        self.first_day, self.last_day = first_day, last_day
        self.zone = Zone(tz, first_day, last_day)
        self.low, self.high = self.zone.to_utc(np.array([first_day, last_day]) * DAY).tolist()
        day, opens, closes = _windows(weekly, exceptions, first_day, last_day)
        starts, ends = self.zone.to_utc(opens), self.zone.to_utc(closes)
        # A change of the clock can fold two windows over each other: what is open twice counts once.
        order = starts.argsort(kind="stable")
        day, starts, ends = day[order], starts[order], ends[order]
        starts[1:] = np.maximum(starts[1:], np.maximum.accumulate(ends)[:-1])
        kept = starts < ends
        self.starts_array: Seconds = np.append(self.low, starts[kept])
        self.ends_array: Seconds = np.append(self.low, ends[kept])
        self.before_array: Seconds = np.append(0, np.cumsum(self.ends_array - self.starts_array)[:-1])
        self.day_array: Seconds = np.append(first_day - 1, day[kept])
        self.work_array, place = np.unique(self.day_array[1:], return_inverse=True)
        self.closing_array = np.full(len(self.work_array), self.low)
        np.maximum.at(self.closing_array, place, self.ends_array[1:])
        # Lists beside the arrays: one look-up in a list is far faster than one in an array.
        self.starts: list[int] = self.starts_array.tolist()
        self.ends: list[int] = self.ends_array.tolist()
        self.before: list[int] = self.before_array.tolist()
        self.lead: list[int] = (
            self.before_array - self.starts_array
        ).tolist()  # open seconds less all seconds
        self.day: list[int] = self.day_array.tolist()
        self.work: list[int] = self.work_array.tolist()
        self.closing: list[int] = self.closing_array.tolist()
        self.total = self.before[-1] + self.ends[-1] - self.starts[-1]
        # The place of a second among `marks` has the end of its window, the lead, the open seconds by that end,
        # and the latter two of the next window; before `low` and from `high` on the lead is beyond every total.
        self.marks = [*self.starts, self.high]
        by_end = [*self.before[1:], self.total - 1]
        counted = zip(self.ends, self.lead, by_end, [*self.lead[1:], 0], [*by_end[1:], 0], strict=True)
        self.place: list[Place] = [BEYOND, *counted, BEYOND]

    def window(self, second: int) -> int:
        """Which window is the last to start at or before `second`."""
        return bisect_right(self.starts, second) - 1

    def working_day(self, second: int) -> int:
        """Which of the days that open `second` falls in; it must be open."""
        return bisect_left(self.work, self.day[self.window(second)])

    def count(self, second: int) -> int:
        """The open seconds before `second`."""
        n = bisect_right(self.starts, second) - 1
        end = self.ends[n]
        return self.before[n] + (second if second < end else end) - self.starts[n]

    def is_open(self, second: int) -> bool:
        return second < self.ends[self.window(second)]

    def shift(self, second: int, micro: int, seconds: int, micros: int) -> tuple[int, int] | None:
        """The first instant that much open time later, or the last one that much earlier where `seconds` is
        negative, in seconds and microseconds; None beyond this horizon."""
        n = bisect_right(self.starts, second) - 1
        if second >= self.ends[n]:
            second, micro = self.ends[n], 0
        count = self.before[n] + second - self.starts[n] + seconds
        if micros:
            carry, micro = divmod(micro + micros, MICROSECONDS)
            count += carry
        if not 0 <= count < self.total:
            return None
        n = (bisect_right if micro or seconds < 0 else bisect_left)(self.before, count) - 1
        return self.starts[n] + count - self.before[n], micro

    @cached_property
    def _by_start(self) -> Steps:
        return Steps(self.starts_array)

    @cached_property
    def _by_count(self) -> Steps:
        return Steps(self.before_array)

    def window_many(self, seconds: Seconds) -> Seconds:
        return self._by_start.right(seconds) - 1

    def working_day_many(self, seconds: Seconds) -> Seconds:
        return np.searchsorted(self.work_array, self.day_array[self.window_many(seconds)])

    def count_many(self, seconds: Seconds) -> Seconds:
        n = self.window_many(seconds)
        return np.minimum(seconds, self.ends_array[n]) - self.starts_array[n] + self.before_array[n]

    def second_many(self, counts: Seconds, first: npt.NDArray[np.bool_] | bool) -> Seconds:
        """The first or else the last second with so many open ones before it, within this horizon."""
        n = self._by_count.right(counts - first) - 1
        return self.starts_array[n] + counts - self.before_array[n]


def _windows(
    weekly: Mapping[int, Spans], exceptions: Mapping[int, Spans], first_day: int, last_day: int
) -> tuple[Seconds, Seconds, Seconds]:
    """Day, start and end of each window, in seconds of local time since the epoch."""
    days = np.arange(first_day, last_day, dtype=np.int64)
    plain = ~np.isin(days, list(exceptions))
    rows = [(days[:0], 0, 0)]
    for weekday, spans in weekly.items():
        chosen = days[plain & ((days + THURSDAY) % 7 == weekday)]
        rows += [(chosen, start, end) for start, end in spans]
    for day, spans in exceptions.items():
        rows += [(days[days == day], start, end) for start, end in spans]
    day_of = np.concatenate([chosen for chosen, _, _ in rows])
    opens = np.concatenate([chosen * DAY + start for chosen, start, _ in rows])
    closes = np.concatenate([chosen * DAY + end for chosen, _, end in rows])
    return day_of, opens, closes
