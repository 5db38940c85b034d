"""Who else has a case open, and who is writing: remembered in the cache for under a minute, recorded nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from desk.models import Case, User

LASTS = timedelta(seconds=40)  # two and a half times the pace at which a page that is open says so


@dataclass(frozen=True)
class Onlooker:
    name: str
    writes: bool
    until: datetime


def look(case: Case, user: User, *, writes: bool, at: datetime) -> list[Onlooker]:
    """Note that `user` has `case` open at `at` (aware), and tell who else has, by name.

    Two who look at the very same instant may learn of each other one turn later.
    """
    key = f"presence:{case.case_type}:{case.pk}"
    known: dict[int, Onlooker] = cache.get(key) or {}
    others = {pk: one for pk, one in known.items() if pk != user.pk and one.until > at}
    cache.set(key, {**others, user.pk: Onlooker(str(user), writes, at + LASTS)}, LASTS.seconds)
    return sorted(others.values(), key=lambda one: one.name)
