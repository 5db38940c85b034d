"""Reading the analysis: of the running month from live data, of a closed one as it was stored (SLA 12.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, Q

from domain.trends import BASE, DOWN, UP, WINDOWS, Signal
from incidents.models import Melding
from problems.models import TrendMonth, TrendSignal
from problems.trends import naming
from problems.trends.figures import Figures, count, restored
from problems.trends.lines import Line, all_lines
from problems.trends.months import distance, month_of, shifted

LONGEST = 36  # months on a page
HISTORY = LONGEST + BASE + max(WINDOWS)  # so that the first of them is judged like the last
FEW_MONTHS = 6
MOST_SIGNALS = 100


@dataclass(frozen=True)
class Look:
    """All months that a verdict on `month` rests on. `stored_at` is None for the running month."""

    month: date
    months: list[Figures]
    names: naming.Names
    stored_at: datetime | None = None

    def signals(self, known: Iterable[TrendSignal] = ()) -> list[tuple[Line, Signal]]:
        """Those of `month` itself, over every line, the strongest first.

        What was found before is not asked again: beside a `known` signal of the same line and direction only the
        months after it count.
        """
        found = [one for line in all_lines(self.months) for one in self._of(line, list(known))]
        return sorted(found, key=lambda one: one[1].chance or 0.0)

    def _of(self, line: Line, known: list[TrendSignal]) -> Iterator[tuple[Line, Signal]]:
        if not any(signal.months[-1] == self.month for signal in line.signals):
            return
        for direction in (UP, DOWN):
            before = [one.month for one in known if _same(one, line, direction) and one.month < self.month]
            widest = distance(max(before), self.month) if before else max(WINDOWS)
            for signal in line.within(widest):
                if (signal.months[-1], signal.direction) == (self.month, direction):
                    yield line, signal


def _same(signal: TrendSignal, line: Line, direction: str) -> bool:
    return (signal.dimension, signal.value, signal.direction) == (line.dimension, line.value, direction)


def recent(month: date) -> list[TrendSignal]:
    """What was found in `month` and in those before it with which a window can overlap."""
    return list(TrendSignal.objects.filter(month__lte=month, month__gt=shifted(month, -max(WINDOWS))))


def running(now: datetime) -> Look:
    """Closed months as they were stored, and what is not stored yet counted at `now`."""
    kept = [restored(one.figures) for one in _stored_until(month_of(now))]
    first = shifted(kept[-1].month, 1) if kept else first_month(now)
    return Look(month_of(now), [*kept, *count(first, now)][-HISTORY:], naming.current())


def closed(month: date) -> Look:
    """The analysis of a stored month, the same for ever. Raises `TrendMonth.DoesNotExist`."""
    rows = _stored_until(shifted(month, 1))
    if not rows or rows[-1].month != month:
        raise TrendMonth.DoesNotExist
    names: dict[str, str] = {}
    for one in rows:  # one that fell to zero occurs in the months before; the newest name of each stands
        names |= one.names
    return Look(month, [restored(one.figures) for one in rows], names, rows[-1].created_at)


def first_month(now: datetime) -> date:
    """The first whole month that the desk has Meldingen of, or the running one."""
    oldest = Melding.objects.aggregate(oldest=Min("received_at"))["oldest"]
    whole = shifted(month_of(oldest), 1) if oldest else month_of(now)
    return max(min(whole, month_of(now)), shifted(month_of(now), -HISTORY))


def stored_months() -> list[date]:
    """Newest first."""
    return list(TrendMonth.objects.values_list("month", flat=True)[:LONGEST])


def signals_to_show(month: date) -> list[TrendSignal]:
    """What nobody decided about yet, and everything of `month` and of those before it that it may go on from."""
    rows = TrendSignal.objects.filter(
        Q(decision="") | Q(month__lte=month, month__gt=shifted(month, -max(WINDOWS)))
    )
    return list(rows.select_related("decided_by", "problem")[:MOST_SIGNALS])


def _stored_until(month: date) -> list[TrendMonth]:
    """Those before `month`, oldest first, without a gap before the last."""
    rows = list(TrendMonth.objects.filter(month__lt=month)[:HISTORY])
    return rows[::-1]
