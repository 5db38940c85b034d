"""Business time: calendars of opening hours, and counting, adding and explaining in them (SLA 2.8, 2.14, 4.1)."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from types import MappingProxyType
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from domain.errors import WrongInput
from domain.horizon import Horizon, Seconds
from domain.instants import DAY, EPOCH, join, local_midnight, split, utc, zone_named
from domain.ledger import Stretch, merged, stretch
from domain.windows import Spans, Windows, checked, day_number, spans, weekday_name

# Some years short of what datetime can hold, so that nothing at the edge goes over it.
FIRST_DAY = day_number(date(10, 1, 1))
LAST_DAY = day_number(date(9990, 1, 1))
MARGIN = 2 * 366
CHUNK = 1 << 15  # numbers at a time, so that they stay in the processor's cache
_growing = Lock()
_from_timestamp = datetime.fromtimestamp  # looked up once: this is where the time of a deadline goes

Key = TypeVar("Key", int, date)
Value = TypeVar("Value")


class Calendar:
    """When time counts: opening hours in a time zone. Immutable, hashable by content, picklable.

    `weekly` maps a weekday (0 = Monday) to its windows: pairs of local "HH:MM" times, "24:00" included.
    `closed` holds dates without any, bare or with a name for the ledger to show. `special` gives a date
    windows of its own and beats both. Windows are half-open; a local time that a change of the clock
    skips or repeats is read with fold 0 (PEP 495).

    Instants are aware datetimes, exact to the microsecond; those returned are in UTC. A calendar reaches
    as far as anybody asks, from the year 10 up to 9990. `WrongInput` names what is wrong with an input.
    """

    def __init__(
        self,
        tz: str,
        weekly: Mapping[int, Sequence[tuple[str, str]]],
        closed: Iterable[date] | Mapping[date, str] = (),
        special: Mapping[date, Sequence[tuple[str, str]]] = MappingProxyType({}),
    ) -> None:
        names = closed if isinstance(closed, Mapping) else dict.fromkeys(closed, "")
        hours = {day: checked(weekday_name(day), windows) for day, windows in weekly.items()}
        hours = {day: windows for day, windows in hours.items() if windows}
        dates = {day: checked(str(day), windows) for day, windows in special.items()}
        self._exceptions: dict[int, Spans] = {day_number(day): () for day in names}
        self._exceptions |= {day_number(day): spans(windows) for day, windows in dates.items()}
        self._weekly: dict[int, Spans] = {day: spans(windows) for day, windows in hours.items()}
        if not self._weekly and not any(self._exceptions.values()):
            raise WrongInput("never_open", "this calendar never opens")
        self.tz: Final = tz
        self.weekly: Final[Mapping[int, Windows]] = _frozen(hours)
        self.closed: Final[Mapping[date, str]] = _frozen(names)
        self.special: Final[Mapping[date, Windows]] = _frozen(dates)
        self._zone = zone_named(tz)
        self._key = (tz, *(tuple(content.items()) for content in (self.weekly, self.closed, self.special)))
        self._horizon: Horizon | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[type["Calendar"], tuple[object, ...]]:
        return Calendar, (self.tz, dict(self.weekly), dict(self.closed), dict(self.special))

    def __repr__(self) -> str:
        return f"Calendar({self.tz!r}, {dict(self.weekly)!r})"

    # -- one instant at a time

    def effective(self, t: datetime) -> datetime:
        """The instant from which a receipt at `t` counts: itself, or the next opening."""
        second, micro = split(t)
        horizon = self._covering(second, second)
        while True:
            n = horizon.window(second)
            if second < horizon.ends[n]:
                return join(second, micro)
            if n + 1 < len(horizon.starts):
                return join(horizon.starts[n + 1])
            horizon = self._extended(horizon, forward=True)

    def add(self, t: datetime, amount: int | timedelta) -> datetime:
        """The first instant at which `amount` (seconds, or exact) of business time has passed since `t`.

        So a deadline can be a closing time. A negative amount gives the last instant from which that much
        passes until `t`; zero gives `t` itself, open or not.
        """
        if type(amount) is int and amount > 0 and t.tzinfo and (everyday := self._horizon):
            # The everyday case without a detour (a whole instant, ahead, within the years at hand): written out,
            # because this is what lists, previews and sweeps spend their time on.
            since = t - EPOCH
            if not since.microseconds:
                second = since.days * DAY + since.seconds
                end, lead, by_end, next_lead, by_next_end = everyday.place[
                    bisect_right(everyday.marks, second)
                ]
                count = lead + amount + (second if second < end else end)
                if count <= by_end:
                    return _from_timestamp(count - lead, UTC)
                if count <= by_next_end:
                    return _from_timestamp(count - next_lead, UTC)
                if count < everyday.total:
                    return _from_timestamp(
                        count - everyday.lead[bisect_left(everyday.before, count) - 1], UTC
                    )
        second, micro = split(t)
        if not amount:
            return join(second, micro)
        seconds, micros = (amount, 0) if isinstance(amount, int) else split(EPOCH + amount)
        horizon = self._covering(second, second)
        while (due := horizon.shift(second, micro, seconds, micros)) is None:
            horizon = self._extended(horizon, forward=seconds >= 0)
        return join(*due)

    def between(self, a: datetime, b: datetime) -> int:
        """The business seconds from `a` to `b`, negative when `b` comes first.

        A second counts at the tick that completes it. That makes the result whole and exactly additive,
        and between(t, add(t, n)) is n for instants between two ticks as well.
        """
        if a.tzinfo and b.tzinfo and (everyday := self._horizon):
            # As horizon.count, twice, within the years at hand: written out for the same reason as in `add`.
            since, until = a - EPOCH, b - EPOCH
            first, second = since.days * DAY + since.seconds, until.days * DAY + until.seconds
            if everyday.low <= first < everyday.high and everyday.low <= second < everyday.high:
                marks, place = everyday.marks, everyday.place
                first_end, first_lead, _, _, _ = place[bisect_right(marks, first)]
                end, lead, _, _, _ = place[bisect_right(marks, second)]
                return (
                    lead
                    + (second if second < end else end)
                    - first_lead
                    - (first if first < first_end else first_end)
                )
        first, second = split(a)[0], split(b)[0]
        horizon = self._covering(first, second)
        return horizon.count(second) - horizon.count(first)

    def between_exact(self, a: datetime, b: datetime) -> timedelta:
        """The business time from `a` to `b` to the microsecond, negative when `b` comes first."""
        (first, first_micro), (second, second_micro) = split(a), split(b)
        horizon = self._covering(first, second)
        micros = second_micro * horizon.is_open(second) - first_micro * horizon.is_open(first)
        return timedelta(0, horizon.count(second) - horizon.count(first), micros)

    def add_working_days(self, t: datetime, days: int) -> datetime:
        """The same local clock time on the Nth following day that opens, at the latest its last closing.

        A `t` outside opening hours counts from the next opening (SLA 9.3).
        """
        start = self.effective(t)
        if not days:
            return start
        second, _ = split(start)
        horizon = self._covering(second, second)
        while (n := horizon.working_day(second) + days) >= len(horizon.work) or n < 0:
            horizon = self._extended(horizon, forward=days > 0)
        day = EPOCH.date() + timedelta(days=horizon.work[n])
        clock = start.astimezone(self._zone).time()
        due = datetime.combine(day, clock.replace(fold=0), self._zone).astimezone(UTC)
        return min(due, join(horizon.closing[n]))

    def ledger(self, a: datetime, b: datetime) -> tuple[Stretch, ...]:
        """Every stretch from `a` to `b`, abutting, with whether it counted and else why not.

        Empty when `b` is not after `a`. The seconds of those that counted sum to between(a, b).
        """
        return merged(self._stretches(utc(a), utc(b)))

    def edges(self, low: int, high: int) -> Seconds:
        """Each opening and closing from `low` up to `high`, in whole UTC seconds since 1970."""
        horizon = self._covering(low, high)
        edges = np.union1d(horizon.starts_array[1:], horizon.ends_array[1:])
        return edges[(edges >= low) & (edges < high)]

    # -- many at once, in whole UTC seconds since 1970 (int64)

    def effective_many(self, seconds: npt.ArrayLike) -> Seconds:
        """`effective` for many instants."""
        return _in_chunks(self._effective_chunk, seconds)

    def add_many(self, seconds: npt.ArrayLike, amounts: npt.ArrayLike) -> Seconds:
        """`add` for many instants, with one amount of seconds or as many."""
        return _in_chunks(self._add_chunk, seconds, amounts)

    def between_many(self, a: npt.ArrayLike, b: npt.ArrayLike) -> Seconds:
        """`between` for many pairs, or for many instants and a single one."""
        return _in_chunks(self._between_chunk, a, b)

    def add_working_days_many(self, seconds: npt.ArrayLike, days: npt.ArrayLike) -> Seconds:
        """`add_working_days` for many instants."""
        return _in_chunks(self._add_days_chunk, seconds, days)

    def _effective_chunk(self, seconds: Seconds) -> Seconds:
        horizon = self._covering(*_range(seconds))
        while True:
            n = horizon.window_many(seconds)
            is_open = seconds < horizon.ends_array[n]
            after = n + ~is_open
            if after.max() < len(horizon.starts):
                return np.where(is_open, seconds, horizon.starts_array[after])
            horizon = self._extended(horizon, forward=True)

    def _add_chunk(self, seconds: Seconds, amounts: Seconds) -> Seconds:
        horizon = self._covering(*_range(seconds))
        while True:
            counts = horizon.count_many(seconds) + amounts
            low, high = _range(counts)
            if low >= 0 and high < horizon.total:
                return np.where(amounts == 0, seconds, horizon.second_many(counts, amounts > 0))
            horizon = self._extended(horizon, forward=low >= 0)

    def _between_chunk(self, a: Seconds, b: Seconds) -> Seconds:
        horizon = self._covering(*_range(a))
        horizon = self._covering(*_range(b))
        return horizon.count_many(b) - horizon.count_many(a)

    def _add_days_chunk(self, seconds: Seconds, days: Seconds) -> Seconds:
        starts = self._effective_chunk(seconds)
        horizon = self._covering(*_range(starts))
        while True:
            n = horizon.working_day_many(starts) + days
            low, high = _range(n)
            if low >= 0 and high < len(horizon.work):
                break
            horizon = self._extended(horizon, forward=low >= 0)
        local = horizon.work_array[n] * DAY + horizon.zone.to_local(starts) % DAY
        due = np.minimum(horizon.zone.to_utc(local), horizon.closing_array[n])
        return np.where(days == 0, starts, due)

    # -- how far it is compiled

    def _covering(self, a: int, b: int) -> Horizon:
        """A compiled horizon in which both seconds lie."""
        horizon = self._horizon
        if horizon and horizon.low <= a < horizon.high and horizon.low <= b < horizon.high:
            return horizon
        first, last = min(a, b) // DAY, max(a, b) // DAY
        if not FIRST_DAY < first <= last < LAST_DAY - 1:
            raise WrongInput("beyond", "a calendar reaches from the year 10 up to 9990")
        return self._compiled(first - MARGIN, last + MARGIN)

    def _extended(self, horizon: Horizon, forward: bool) -> Horizon:
        """A horizon twice as long, for a sum that ran off the end of this one."""
        reach = (FIRST_DAY, LAST_DAY) if self._weekly else (min(self._exceptions), max(self._exceptions) + 1)
        if horizon.last_day >= reach[1] if forward else horizon.first_day <= reach[0]:
            raise WrongInput(
                "beyond", "this calendar has too few opening hours for that, between the years 10 and 9990"
            )
        length = horizon.last_day - horizon.first_day
        if forward:
            return self._compiled(horizon.first_day, horizon.last_day + length)
        return self._compiled(horizon.first_day - length, horizon.last_day)

    def _compiled(self, first_day: int, last_day: int) -> Horizon:
        """The horizon grown to hold these days too. Readers go on with the one that they have meanwhile."""
        with _growing:
            if old := self._horizon:
                first_day, last_day = min(first_day, old.first_day), max(last_day, old.last_day)
            first_day, last_day = max(first_day, FIRST_DAY), min(last_day, LAST_DAY)
            if old is None or (first_day, last_day) != (old.first_day, old.last_day):
                self._horizon = Horizon(self._zone, self._weekly, self._exceptions, first_day, last_day)
            assert self._horizon is not None
            return self._horizon

    # -- why

    def _stretches(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        done = start
        for opened, closes in self._opened(start, end):
            yield from self._shut(done, opened)
            yield stretch(opened, closes, "open")
            done = closes
        yield from self._shut(done, end)

    def _opened(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        first, last = split(start)[0], split(end)[0]
        horizon = self._covering(first, last)
        for n in range(horizon.window(first), horizon.window(last) + 1):
            opened, closes = max(start, join(horizon.starts[n])), min(end, join(horizon.ends[n]))
            if opened < closes:
                yield opened, closes

    def _shut(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        day = start.astimezone(self._zone).date()
        while start < end:
            day, today = day + timedelta(days=1), day
            midnight = min(end, local_midnight(day, self._zone))
            if start < midnight:
                yield stretch(start, midnight, *self._reason(today))
                start = midnight

    def _reason(self, day: date) -> tuple[str, str]:
        """Why time on this day does not count; a named day says more than the weekend that it falls in."""
        windows = self.special.get(day, () if day in self.closed else self.weekly.get(day.weekday(), ()))
        if windows:
            return "outside_hours", ""
        if day in self.closed or day in self.special:
            return "closed", self.closed.get(day, "")
        return "weekend", ""


def _frozen(content: Mapping[Key, Value]) -> Mapping[Key, Value]:
    return MappingProxyType(dict(sorted(content.items())))


def _range(numbers: Seconds) -> tuple[int, int]:
    return int(numbers.min()), int(numbers.max())


def _in_chunks(rule: Callable[..., Seconds], *columns: npt.ArrayLike) -> Seconds:
    """`rule` over columns of equal length, or single values, a piece at a time."""
    arrays = [np.asarray(column) for column in columns]
    if any(array.dtype.kind not in "iu" for array in arrays if array.size):
        raise WrongInput("not_whole", "only whole numbers of seconds or days can be counted")
    whole = np.broadcast_arrays(*(np.atleast_1d(array).astype(np.int64, copy=False) for array in arrays))
    result = np.empty(whole[0].shape, dtype=np.int64)
    for n in range(0, len(result), CHUNK):
        result[n : n + CHUNK] = rule(*(column[n : n + CHUNK] for column in whole))
    return result
