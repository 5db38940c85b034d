"""Opening hours as people write them: "09:00" to "17:00", per weekday or per date."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise

from domain.errors import WrongInput
from domain.instants import EPOCH

Windows = tuple[tuple[str, str], ...]  # of one day, in order
Spans = tuple[tuple[int, int], ...]  # the same in seconds after local midnight

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def weekday_name(weekday: object) -> str:
    """The name of weekday 0 (Monday) to 6 (Sunday); anything else is refused."""
    if type(weekday) is not int or not 0 <= weekday <= 6:
        raise WrongInput(
            "bad_weekday", "{weekday!r} is not a weekday, 0 (Monday) to 6 (Sunday)", weekday=weekday
        )
    return WEEKDAYS[weekday]


def day_number(day: object) -> int:
    """The days since 1 January 1970 of a date; anything else, also a datetime, is refused."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise WrongInput("bad_date", "{date!r} is not a date", date=day)
    return day.toordinal() - EPOCH.toordinal()


def checked(day: str, windows: Iterable[tuple[str, str]]) -> Windows:
    """The windows of the day called `day`, in order; refused when one is no window or two overlap."""
    ordered = tuple(sorted(_checked(day, window) for window in windows))
    for (start, end), (next_start, next_end) in pairwise(ordered):
        if next_start < end:
            one, other = f"{start}-{end}", f"{next_start}-{next_end}"
            raise WrongInput("overlap", "{day}: {one} and {other} overlap", day=day, one=one, other=other)
    return ordered


def _checked(day: str, window: tuple[str, str]) -> tuple[str, str]:
    if isinstance(window, str) or len(window) != 2:
        raise WrongInput("bad_window", "{day}: {window!r} is not a start and an end", day=day, window=window)
    start, end = window
    for time in window:
        if not isinstance(time, str) or not CLOCK_TIME.fullmatch(time):
            raise WrongInput("bad_time", '{day}: {time!r} is not a time "HH:MM"', day=day, time=time)
    if end <= start:
        raise WrongInput(
            "end_before_start",
            "{day}: {start}-{end} does not end after its start",
            day=day,
            start=start,
            end=end,
        )
    return start, end


def spans(windows: Windows) -> Spans:
    return tuple((_seconds(start), _seconds(end)) for start, end in windows)


def _seconds(time: str) -> int:
    return int(time[:2]) * 3600 + int(time[3:]) * 60
