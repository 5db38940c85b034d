"""Business time beside `businesstimedelta`, and a million deadlines by numpy beside single calls.

`python -m benchmarks.bench_domain` measures all of it in one run, checks that the answers agree, prints
the table, and exits with 1 when a bar is not met. Each figure is processor time, the best of several
rounds in which the contenders take turns, so that what else the machine does hardly weighs.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from time import process_time

import businesstimedelta
import numpy as np
import pytz  # type: ignore[import-untyped]

from domain.hours import Calendar

HOUR = 3600
ROUNDS = 5
AMOUNTS = (
    1,
    4,
    8,
    16,
    24,
    117,
)  # the targets of SLA 9.3: 1 and 4 hours; 1, 2, 3 and 15 Werkdagen in office hours
ONE_CALL_BAR, MANY_BAR = 200, 25
MILLION = 1_000_000
CLOSED = [date.fromisoformat(day) for day in (
    "2026-01-01", "2026-04-06", "2026-04-27", "2026-05-14", "2026-05-25", "2026-12-25", "2027-01-01",
    "2027-03-29", "2027-04-27", "2027-05-06", "2027-05-17", "2028-04-17", "2028-04-27", "2028-12-25",
)]  # fmt: skip


Timed = tuple[Callable[[], object], int]


@dataclass(frozen=True)
class Row:
    """One comparison, in microseconds a deadline; a bar of 0 asks nothing."""

    name: str
    times: tuple[float, float]
    bar: int = 0

    @property
    def ratio(self) -> float:
        slower, faster = self.times
        return slower / faster

    def __str__(self) -> str:
        slower, faster = self.times
        figures = f"{self.name:<44}{slower:>12,.3f}{faster:>10,.3f}{self.ratio:>10,.0f}x"
        if not self.bar:
            return figures
        return f"{figures}{self.bar:>6}x  {'ok' if self.ratio >= self.bar else 'TOO SLOW'}"


def office_hours() -> Calendar:
    weekly = {day: [("09:00", "17:00")] for day in range(4)} | {4: [("09:00", "15:30")]}
    return Calendar("Europe/Amsterdam", weekly, CLOSED)


def their_office_hours() -> businesstimedelta.Rules:
    zone = pytz.timezone("Europe/Amsterdam")
    long_days = businesstimedelta.WorkDayRule(time(9), time(17), [0, 1, 2, 3], tz=zone)
    friday = businesstimedelta.WorkDayRule(time(9), time(15, 30), [4], tz=zone)
    return businesstimedelta.Rules(
        [long_days, friday, businesstimedelta.HolidayRule(CLOSED, tz=zone)], tz=zone
    )


def receipts(count: int) -> list[datetime]:
    """Instants spread over 2026, the same in every run."""
    random, start = Random(2026), datetime(2026, 1, 1, tzinfo=UTC)
    return [start + timedelta(seconds=random.randrange(365 * 86_400)) for _ in range(count)]


def best(slower: Timed, faster: Timed) -> tuple[float, float]:
    """Microseconds a piece of both, the best of the rounds."""
    rounds = [(taken(*slower), taken(*faster)) for _ in range(ROUNDS)]
    return min(slow for slow, _ in rounds), min(fast for _, fast in rounds)


def taken(call: Callable[[], object], pieces: int) -> float:
    start = process_time()
    call()
    return (process_time() - start) / pieces * 1e6


def single_calls(hours: int) -> tuple[Row, Row]:
    """Adding and counting `hours`, one call at a time, on both sides."""
    ours, theirs = office_hours(), their_office_hours()
    few, many = receipts(50), receipts(5_000)
    amount = businesstimedelta.BusinessTimeDelta(theirs, hours=hours)
    dues = [ours.add(t, hours * HOUR) for t in many]
    assert [t + amount for t in few] == dues[:50], "the two do not add alike"
    pairs, all_pairs = list(zip(few, dues, strict=False)), list(zip(many, dues, strict=True))
    counted = [theirs.difference(a, b).timedelta for a, b in pairs]
    assert counted == [timedelta(seconds=ours.between(a, b)) for a, b in pairs], "the two do not count alike"
    adding = best(
        (lambda: [t + amount for t in few], len(few)),
        (lambda: [ours.add(t, hours * HOUR) for t in many], len(many)),
    )
    counting = best(
        (lambda: [theirs.difference(a, b) for a, b in pairs], len(pairs)),
        (lambda: [ours.between(a, b) for a, b in all_pairs], len(all_pairs)),
    )
    return Row(f"add {hours} h", adding, ONE_CALL_BAR), Row(f"between over {hours} h", counting, ONE_CALL_BAR)


def beside_businesstimedelta() -> Iterator[Row]:
    """Each amount of SLA 9.3, and all of them together. Their calls take longer for a longer span, ours do not,
    so the shortest amount shows the least."""
    rows = [single_calls(hours) for hours in AMOUNTS]
    for name, column in zip(("add", "between"), zip(*rows, strict=True), strict=True):
        yield from column
        slower, faster = (sum(row.times[side] for row in column) / len(column) for side in (0, 1))
        yield Row(f"{name}, the targets of SLA 9.3 together", (slower, faster), ONE_CALL_BAR)


def a_million() -> Iterator[Row]:
    """Deadlines and counts for a million receipts, beside single calls for some of them."""
    ours, some = office_hours(), receipts(20_000)
    received = np.random.default_rng(2026).integers(1_767_225_600, 1_798_761_600, MILLION)
    received[: len(some)] = [int(t.timestamp()) for t in some]
    dues = ours.add_many(received, 4 * HOUR)
    single = [ours.add(t, 4 * HOUR) for t in some]
    assert dues[: len(some)].tolist() == [int(t.timestamp()) for t in single], "numpy and single calls differ"
    pairs = list(zip(some, single, strict=True))
    adding = best(
        (lambda: [ours.add(t, 4 * HOUR) for t in some], len(some)),
        (lambda: ours.add_many(received, 4 * HOUR), MILLION),
    )
    counting = best(
        (lambda: [ours.between(a, b) for a, b in pairs], len(pairs)),
        (lambda: ours.between_many(received, dues), MILLION),
    )
    working_days = best(
        (lambda: [ours.add_working_days(t, 2) for t in some], len(some)),
        (lambda: ours.add_working_days_many(received, 2), MILLION),
    )
    yield Row("a million add by numpy, beside single calls", adding, MANY_BAR)
    yield Row("a million between by numpy", counting, MANY_BAR)
    yield Row("a million add_working_days by numpy", working_days, MANY_BAR)


def main() -> int:
    print(f"{'µs a deadline':<44}{'slower':>12}{'faster':>10}{'ratio':>11}{'bar':>7}")
    met = True
    for measure in (beside_businesstimedelta, a_million):
        for row in measure():
            print(row, flush=True)
            met = met and row.ratio >= row.bar
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
