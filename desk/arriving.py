"""What is under way into the desk by mail, API or monitoring, and what was taken out of it (`desk.quarantine`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from desk.kept_files import or_nothing
from desk.models import Case, Quarantined


@dataclass
class WayIn:
    """Something that is coming in. `rows` are what was taken out of it, `places` where. With `later` they are stored
    once its transaction has begun."""

    source: str
    at: datetime
    later: bool = False
    rows: list[Quarantined] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    def add(self, row: Quarantined) -> None:
        if not self.later:
            row.save()
        self.rows.append(row)

    def store(self, whole: Quarantined) -> None:
        """What waited for the transaction that is now under way, as parts of `whole`."""
        self.later, waited = False, self.rows
        whole.save()
        for row in waited:
            row.part_of = whole
            row.save()
        self.rows = [*waited, whole]

    def drop(self) -> None:
        """It was refused for another reason, so that its sender still has it."""
        if self.rows:
            Quarantined.objects.filter(pk__in=[row.pk for row in self.rows]).delete()


under_way: ContextVar[WayIn | None] = ContextVar("way_in", default=None)


@contextmanager
def way_in(source: str, at: datetime, *, later: bool = False) -> Iterator[WayIn]:
    """What is masked within this came in by `source` at `at` (aware), and belongs to the case that is written next."""
    going = WayIn(source, at, later)
    token = under_way.set(going)
    try:
        with or_nothing():
            yield going
    finally:
        under_way.reset(token)


def belongs_to(case: Case) -> None:
    """Called by the door for each event of each case."""
    going = under_way.get()
    if going is not None and going.rows:
        rows = Quarantined.objects.filter(pk__in=[row.pk for row in going.rows], case_id=None)
        rows.update(case_type=case.case_type, case_id=case.pk)
