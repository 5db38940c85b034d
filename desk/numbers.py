"""Numbers of cases: short, readable, and unique whatever happens at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
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


def those(letter: str, given: Iterable[str]) -> list[str]:
    """What looks like such a number, of what somebody sent; the rest never reaches the database."""
    return [one for one in given if re.fullmatch(pattern(letter), one)]
