"""Taking away what otherwise stays (art. 7): what the database lets pass meanwhile, and what apps above this one have to say
of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from desk.door import NotNow
from desk.models import Case

# Each says whether nothing may be taken out of a case at an instant.
HOLDS: list[Callable[[Case, datetime], bool]] = []
# Each gives up what it keeps as a copy of these cases, within the transaction that took words out of them; `all` of it
# where those may stand anywhere.
COPIES: list[Callable[[list[Case], bool], None]] = []


@contextmanager
def erasing() -> Iterator[None]:
    """Published reports and stored months may change meanwhile; within the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL desk.erasing = 'on'")
        yield
        cursor.execute("SET LOCAL desk.erasing = 'off'")


def is_held(case: Case | None, at: datetime) -> bool:
    return case is not None and any(holds(case, at) for holds in HOLDS)


def refuse_held(case: Case | None, at: datetime) -> None:
    """Raises `NotNow` where nothing may be taken out of `case` at that instant."""
    if case is not None and is_held(case, at):
        raise NotNow(
            _("%(number)s valt onder een bewaarplicht: er mag niets uit worden verwijderd.")
            % {"number": case.number}
        )
