"""Terms of the calendar in privacy: within how many days a contractant objects, and a controller answers."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def objections_end(announced: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end (UTC) of the last of `days` days after that of the announcement, which does not count itself; weekends and
    holidays do (VWO 7.2)."""
    return _end_of(announced.astimezone(zone).date() + timedelta(days=days), zone)


def month_later(received: datetime, zone: ZoneInfo) -> datetime:
    """The end (UTC) of the same day of the next month, or of its last day where it is too short (AVG art. 12(3))."""
    day = received.astimezone(zone).date()
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return _end_of(date(year, month, min(day.day, monthrange(year, month)[1])), zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
