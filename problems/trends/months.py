"""Months as the desk counts them: local ones of Amsterdam, named by their first day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from incidents.duty import hours_now
from sla.queries import AMSTERDAM


def month_of(moment: datetime) -> date:
    return moment.astimezone(AMSTERDAM).date().replace(day=1)


def shifted(month: date, by: int) -> date:
    year, place = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(year, place + 1, 1)


def distance(before: date, after: date) -> int:
    """How many months later `after` is."""
    return (after.year - before.year) * 12 + after.month - before.month


def span(first: date, last: date) -> list[date]:
    """From `first` through `last`."""
    return [shifted(first, n) for n in range(distance(first, last) + 1)]


def start_of(month: date) -> datetime:
    return datetime.combine(month, time(), AMSTERDAM)


def office_hours(months: Iterable[date], until: datetime) -> dict[date, float]:
    """How many hours the Supportafdeling was open in each (SLA 4.1), as far as `until`."""
    office = hours_now(until).office
    hours = {}
    for month in months:
        end = min(start_of(shifted(month, 1)), until)
        hours[month] = office.between(start_of(month), max(start_of(month), end)) / 3600
    return hours


def days_of(month: date, until: datetime) -> float:
    """The days of `month`, as far as `until`."""
    end = min(start_of(shifted(month, 1)), until)
    return max(0.0, (end - start_of(month)).total_seconds() / 86_400)
