"""Calendars to test with: the four of the contract, and random ones."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from domain.hours import Calendar

CASES = Path(__file__).parents[1] / "cases"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Windows = list[tuple[str, str]]

CLOSED = {
    2024: "01-01 04-01 04-27 05-09 05-20 12-25 12-26",
    2025: "01-01 04-21 04-26 05-05 05-29 06-09 12-25 12-26",
    2026: "01-01 04-06 04-27 05-14 05-25 12-25 12-26",
    2027: "01-01 03-29 04-27 05-06 05-17 12-25 12-26",
    2028: "01-01 04-17 04-27 05-25 06-05 12-25 12-26",
}
NAMES = ("Nieuwjaarsdag", "Tweede Paasdag", "Koningsdag", "Hemelvaartsdag", "Tweede Pinksterdag",
         "Eerste Kerstdag", "Tweede Kerstdag")  # fmt: skip


def closed_days() -> dict[date, str]:
    days: dict[date, str] = {}
    for year, text in CLOSED.items():
        dates = [date.fromisoformat(f"{year}-{day}") for day in text.split() if day != "05-05"]
        days |= dict(zip(dates, NAMES, strict=True))
    return days | {date(2025, 5, 5): "Bevrijdingsdag"}


def on(days: Iterable[int], start: str, end: str) -> dict[int, Windows]:
    return {day: [(start, end)] for day in days}


OFFICE = Calendar(
    "Europe/Amsterdam", on(range(4), "09:00", "17:00") | on([4], "09:00", "15:30"), closed_days()
)
P1_COVER = Calendar("Europe/Amsterdam", on(range(5), "07:00", "18:00"), closed_days())
WORKING_DAYS = Calendar("Europe/Amsterdam", on(range(5), "00:00", "24:00"), closed_days())
ALWAYS = Calendar("Europe/Amsterdam", on(range(7), "00:00", "24:00"))


def local(text: str) -> datetime:
    """An instant from Amsterdam's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text().splitlines()]


# Days on which the clocks of a zone change, in the middle of the night, at midnight, by half an hour, or by a day.
CHANGES = {
    "Europe/Amsterdam": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "America/Sao_Paulo": (date(2018, 11, 4), date(2018, 2, 18)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Pacific/Apia": (date(2011, 12, 30), date(2012, 4, 1)),
    "Asia/Kathmandu": (date(2026, 6, 1),),
    "UTC": (date(2026, 6, 1),),
}


def clock_time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@st.composite
def day_windows(draw: st.DrawFn, least: int = 0) -> Windows:
    quarters = st.integers(0, 96).map(lambda quarter: quarter * 15)
    points = sorted(
        draw(st.sets(quarters | st.sampled_from([120, 150, 180]), min_size=2 * least, max_size=6))
    )
    pairs = zip(points[::2], points[1::2], strict=False)
    return [(clock_time(start), clock_time(end)) for start, end in pairs]


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, date]:
    """A random calendar, and a day near which its clock changes."""
    tz = draw(st.sampled_from(sorted(CHANGES)))
    middle = draw(st.sampled_from(CHANGES[tz]))
    near = st.integers(-8, 8).map(lambda days: middle + timedelta(days=days))
    weekly = draw(st.dictionaries(st.integers(0, 6), day_windows(), max_size=7))
    weekly[draw(st.integers(0, 6))] = draw(day_windows(least=1))
    closed = draw(st.sets(near, max_size=3))
    special = draw(st.dictionaries(near, day_windows(), max_size=2))
    return Calendar(tz, weekly, closed, special), middle


def instants(middle: date, days: int = 12) -> st.SearchStrategy[datetime]:
    """Instants within some days of `middle`, to the microsecond."""
    noon = datetime(middle.year, middle.month, middle.day, 12, tzinfo=UTC)
    most = days * 86_400 * 10**6
    return st.integers(-most, most).map(lambda beyond: noon + timedelta(microseconds=beyond))


def minutes(middle: date, days: int = 12) -> st.SearchStrategy[datetime]:
    """The same on whole minutes."""
    return instants(middle, days).map(lambda t: t.replace(second=0, microsecond=0))


def open_minutes(calendar: Calendar, first: date, last: date) -> set[int]:
    """Every minute, counted from 1970, in which `calendar` is open: marked one by one, the slow way."""
    zone, minutes = ZoneInfo(calendar.tz), set()
    for day in days(first, last):
        usual = () if day in calendar.closed else calendar.weekly.get(day.weekday(), ())
        for start, end in calendar.special.get(day, usual):
            minutes |= set(range(_minute(day, start, zone), _minute(day, end, zone)))
    return minutes


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _minute(day: date, time: str, zone: ZoneInfo) -> int:
    if time == "24:00":
        day, time = day + timedelta(days=1), "00:00"
    return int(datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=zone).timestamp()) // 60
