"""Quarters of the year, as dates of the local calendar."""

from __future__ import annotations

from datetime import date


def first_day(day: date) -> date:
    """The first day of the quarter in which `day` lies."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def following(start: date) -> date:
    """The first day of the next quarter."""
    return date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)


def preceding(start: date) -> date:
    """The first day of the quarter before."""
    return date(start.year - (start.month == 1), (start.month - 4) % 12 + 1, 1)


def name(start: date) -> str:
    """`2026-Q2`."""
    return f"{start.year}-Q{(start.month + 2) // 3}"
