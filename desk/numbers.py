"""Numbers of cases: short, readable, and unique whatever happens at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection


def next_number(letter: str, sequence: str, at: datetime) -> str:
    """`E26-00001`: the letter of the kind, the local year of `at`, and the next of a database sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [sequence])
        (serial,) = cursor.fetchone()
    return f"{letter}{at.astimezone(ZoneInfo(settings.TIME_ZONE)):%y}-{serial:05d}"


def pattern(letter: str) -> str:
    """What such a number looks like in an address."""
    return letter + "[0-9]{2}-[0-9]{5,12}"


def is_number(text: str | None, letter: str = "[A-Z]") -> bool:
    """Whether `text` can be the number of a case at all: what somebody typed may not even fit a database."""
    return text is not None and re.fullmatch(pattern(letter), text) is not None


def those(letter: str, given: Iterable[str]) -> list[str]:
    """What looks like such a number, of what somebody sent."""
    return [one for one in given if is_number(one, letter)]


def by_number(rows: Any, text: str | None) -> Any:
    """The one of `rows` with this number; None where there is none."""
    return rows.filter(number=text).first() if is_number(text) else None
