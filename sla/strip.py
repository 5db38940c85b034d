"""The explanation of a deadline as a strip of text: a row a day, what counted solid, what did not light."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from domain.ledger import Stretch, by_local_day

QUARTER = 15  # minutes to a cell
COUNTED, NOT_COUNTED, NOTHING = "█", "░", " "
USUAL_HOURS = (7, 18)


def draw(ledger: Sequence[Stretch], tz: str) -> Iterator[str]:
    """The lines of the strip: hours of the local day, the days, and the sum."""
    zone = ZoneInfo(tz)
    days = by_local_day(ledger, tz)
    first, last = _hours([stretch for stretch in ledger if stretch.counted], zone)
    yield " " * 12 + "".join(f"{hour:02}  " for hour in range(first, last))
    for day, stretches in days.items():
        cells = "".join(_cell(stretches, minute, zone) for minute in range(first * 60, last * 60, QUARTER))
        yield f"{date_format(day, 'D j b'):<12}{cells}  {_caption(day, stretches)}".rstrip()
    total = sum(stretch.seconds for stretch in ledger if stretch.counted)
    yield _("Telt mee: %(total)s") % {"total": hours_and_minutes(total)}


def hours_and_minutes(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}"


def _hours(counted: list[Stretch], zone: ZoneInfo) -> tuple[int, int]:
    """The hours to show: the usual ones, wider where more counted."""
    starts = [_minute(stretch.start, zone) // 60 for stretch in counted]
    ends = [-(-_end_minute(stretch, zone) // 60) for stretch in counted]
    crosses = any(
        stretch.start.astimezone(zone).date() != stretch.end.astimezone(zone).date() for stretch in counted
    )
    return (0, 24) if crosses else (min([USUAL_HOURS[0], *starts]), max([USUAL_HOURS[1], *ends]))


def _cell(stretches: Sequence[Stretch], minute: int, zone: ZoneInfo) -> str:
    middle = minute + QUARTER / 2
    for stretch in stretches:
        if _minute(stretch.start, zone) <= middle < _end_minute(stretch, zone):
            return COUNTED if stretch.counted else NOT_COUNTED
    return NOTHING


def _minute(instant: datetime, zone: ZoneInfo) -> int:
    local = instant.astimezone(zone)
    return local.hour * 60 + local.minute


def _end_minute(stretch: Stretch, zone: ZoneInfo) -> int:
    return _minute(stretch.end, zone) or 24 * 60


def _caption(day: date, stretches: Sequence[Stretch]) -> str:
    counted = sum(stretch.seconds for stretch in stretches if stretch.counted)
    if counted:
        return hours_and_minutes(counted)
    named = [stretch.label for stretch in stretches if stretch.label]
    return named[0] if named else reason(stretches[0].reason)


def reason(slug: str) -> str:
    """Why a stretch did not count, as a person reads it."""
    return {
        "weekend": _("weekend"),
        "closed": _("gesloten"),
        "outside_hours": _("buiten de uren"),
        "paused": _("gepauzeerd"),
        "stopped": _("opgelost"),
    }.get(slug, slug)
