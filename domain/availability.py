"""What Onderhoud does to the availability of a month: (B - D) / B (SLA 7.2)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
PROMISED = Decimal("99.7")  # per cent


@dataclass(frozen=True)
class Downtime:
    """The Dienst was, or will be, away from `start` to `end`. `announced` is the window that contractants knew of
    beforehand; what falls in it is no Niet-Beschikbaarheid (SLA 7.2 a)."""

    start: datetime
    end: datetime
    announced: Span | None = None


@dataclass(frozen=True)
class Effect:
    """Of one month, in minutes: `whole` is B and `counted` is D of SLA 7.2."""

    whole: Decimal
    excluded: Decimal
    counted: Decimal
    promised: Decimal

    @property
    def percent(self) -> Decimal:
        """(B - D) / B, as a percentage."""
        return (self.whole - self.counted) / self.whole * 100

    @property
    def room(self) -> Decimal:
        """How many minutes may still count before the promise is broken; negative when it is."""
        return self.whole * (100 - self.promised) / 100 - self.counted

    @property
    def kept(self) -> bool:
        return self.room >= 0


def month_of(day: date, zone: ZoneInfo) -> Span:
    """The instants between which the local month of `day` lies."""
    following = day.replace(day=1) + timedelta(days=monthrange(day.year, day.month)[1])
    first = datetime.combine(day.replace(day=1), time(), zone)
    return first.astimezone(UTC), datetime.combine(following, time(), zone).astimezone(UTC)


def effect(downs: Iterable[Downtime], month: Span, promised: Decimal = PROMISED) -> Effect:
    """What `downs` do to the availability of `month` (SLA 7.2). A minute counts once, and one that lies in an
    announced window does not count, whatever else went on in it."""
    known = list(downs)
    away = _merged(_within((one.start, one.end), month) for one in known)
    told = _merged(
        _within((max(one.start, one.announced[0]), min(one.end, one.announced[1])), month)
        for one in known
        if one.announced
    )
    return Effect(_minutes([month]), _minutes(told), _minutes(away) - _minutes(told), promised)


def _within(span: Span, month: Span) -> Span:
    return max(span[0], month[0]), min(span[1], month[1])


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _minutes(spans: Iterable[Span]) -> Decimal:
    seconds = sum(((end - start) for start, end in spans), timedelta()) // timedelta(seconds=1)
    return Decimal(seconds) / 60
