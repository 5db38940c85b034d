"""What explains a deadline: the stretches of time that counted, and those that did not with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.instants import SECOND, local_midnight, ticks, zone_named


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` up to `end` (UTC), `seconds` whole seconds long, for one `reason`.

    Reasons: "open" (the only one that counts), "outside_hours", "weekend", "closed" (`label` is the name
    of the day), and in the ledger of a clock also "paused" and "stopped".
    """

    start: datetime
    end: datetime
    seconds: int
    counted: bool
    reason: str
    label: str = ""


def stretch(start: datetime, end: datetime, reason: str, label: str = "") -> Stretch:
    """A stretch whose seconds are those that tick by in it, so that abutting stretches add up exactly."""
    return Stretch(start, end, ticks(start, end), reason == "open", reason, label)


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same time in as few stretches as possible: abutting ones with one reason and label become one."""
    result: list[Stretch] = []
    for new in stretches:
        last = result[-1] if result else None
        if last and (last.end, last.reason, last.label) == (new.start, new.reason, new.label):
            result[-1] = replace(last, end=new.end, seconds=last.seconds + new.seconds)
        else:
            result.append(new)
    return tuple(result)


def by_local_day(stretches: Iterable[Stretch], tz: str) -> dict[date, tuple[Stretch, ...]]:
    """The stretches of each local day in time zone `tz`, cut at midnight; no second is lost or doubled."""
    zone = zone_named(tz)
    days: dict[date, tuple[Stretch, ...]] = {}
    for whole in stretches:
        for day, part in _cut(whole, zone):
            days[day] = (*days.get(day, ()), part)
    return days


def _cut(whole: Stretch, zone: ZoneInfo) -> Iterable[tuple[date, Stretch]]:
    start, done = whole.start, 0
    day = start.astimezone(zone).date()
    while start < whole.end:
        end = min(whole.end, local_midnight(day + timedelta(days=1), zone))
        passed = whole.seconds if end == whole.end else (end - whole.start) // SECOND
        if start < end:
            yield day, replace(whole, start=start, end=end, seconds=passed - done)
            start, done = end, passed
        day += timedelta(days=1)
