"""Numbers of cases: short, readable, and unique whatever happens at once."""

from __future__ import annotations

import re
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


NUMBER = re.compile("[A-Z][0-9]{2}-[0-9]{5,12}")


def by_number(rows: Any, text: str | None) -> Any:
    """The one of `rows` with this number, whatever somebody typed in an address; None where there is none."""
    return rows.filter(number=text).first() if text and NUMBER.fullmatch(text) else None


def pattern(letter: str) -> str:
    """What such a number looks like in an address."""
    return letter + "[0-9]{2}-[0-9]{5,12}"
