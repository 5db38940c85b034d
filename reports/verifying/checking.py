"""What a look at everything goes by: each check yields what differs, and counts what it looked at."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Model, QuerySet

from desk.locks import waited_too_long
from desk.models import Case, Event

log = logging.getLogger(__name__)
PIECE = 1000
Row = TypeVar("Row", bound=Model)
C = TypeVar("C", bound=Case)


@dataclass(frozen=True)
class Difference:
    """A field of something stored, by the number of that, that does not follow from the events. Values as text."""

    kind: str
    number: str
    field: str
    stored: str
    rebuilt: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    @property
    def identity(self) -> str:
        """The same tomorrow, also where what was rebuilt goes on with the clock."""
        return f"{self.kind} {self.number} {self.field} {self.stored}\n"


@dataclass
class Scope:
    """What to look at: what was received or made from `since` on, or what has this number; all, without either.
    `checked` counts, by kind; `busy` what could not be looked at, since others kept it locked."""

    now: datetime
    since: datetime | None = None
    number: str = ""
    checked: Counter[str] = field(default_factory=Counter)
    busy: Counter[str] = field(default_factory=Counter)

    @property
    def is_whole(self) -> bool:
        return self.since is None and not self.number

    def narrowed(self, rows: QuerySet[Row], moment: str) -> QuerySet[Row]:
        """Of cases, `moment` being the column that says since when they are there."""
        asked: dict[str, Any] = {"number": self.number} if self.number else {}
        if self.since:
            asked[f"{moment}__gte"] = self.since
        return rows.filter(**asked)


Fields = Iterator[tuple[str, Any, Any]]  # name, stored, rebuilt
Values = Callable[[C, list[Event], datetime], Fields]
Check = Callable[[Scope], Iterator[Difference]]


def pieces(rows: QuerySet[Row], size: int = PIECE) -> Iterator[list[Row]]:
    """All rows, so many at a time in the order of their ids, however many there are."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield found
        last = found[-1].pk


def against_trails(
    model: type[C], rows: QuerySet[C], values: Values[C], scope: Scope
) -> Iterator[Difference]:
    """What differs of `rows`, two queries for each piece. Somebody may be at work meanwhile, so whatever differs is
    looked at once more, while nobody else can change it; what stays locked, once more at the end."""
    kind, look = model.case_type, partial(_once_more, model, rows, values, scope.now)
    busy, still = list[int](), list[int]()
    for found in pieces(rows):
        trails = _trails(model, [case.pk for case in found])
        scope.checked[kind] += len(found)
        odd = (case.pk for case in found if any(_compared(case, trails[case.pk], values, scope.now)))
        yield from _surely(odd, look, busy)
    yield from _surely(busy, look, still)
    if still:
        scope.checked[kind] -= len(still)
        scope.busy[kind] += len(still)


def _surely(
    ids: Iterable[int], look: Callable[[int], list[Difference] | None], busy: list[int]
) -> Iterator[Difference]:
    for pk in ids:
        if (found := look(pk)) is None:
            busy.append(pk)
        else:
            yield from found


def _once_more(
    model: type[C], rows: QuerySet[C], values: Values[C], now: datetime, pk: int
) -> list[Difference] | None:
    """What differs of one that nobody can change meanwhile; None where others keep it locked."""
    try:
        with transaction.atomic():
            case = rows.select_for_update().filter(pk=pk).first()
            return list(_compared(case, _trails(model, [pk])[pk], values, now)) if case else []
    except OperationalError as error:
        if waited_too_long(error):
            return None
        raise


def _compared(case: C, trail: list[Event], values: Values[C], now: datetime) -> Iterator[Difference]:
    return unequal(case.case_type, case.number, _as_known(case, trail, values, now))


def _as_known(case: C, trail: list[Event], values: Values[C], now: datetime) -> Fields:
    """As of the last event, where somebody or a sweep went on with it after `now`."""
    yield from values(case, trail, max([now, *(event.noticed_at for event in trail)]))


def _trails(model: type[Case], ids: list[int]) -> dict[int, list[Event]]:
    """The events of each, in the order in which they were written down."""
    trails: dict[int, list[Event]] = {pk: [] for pk in ids}
    for event in Event.objects.filter(case_type=model.case_type, case_id__in=ids).order_by("pk"):
        trails[event.case_id].append(event)
    return trails


def through_door(trail: list[Event]) -> list[Event]:
    """Those that the one door of writing recorded, under lock: only these carry a version."""
    return [event for event in trail if "version" in event.data]


def unequal(kind: str, number: str, values: Iterable[tuple[str, Any, Any]]) -> Iterator[Difference]:
    """Of (field, stored, rebuilt) those that differ. Where no more can be rebuilt that is a difference too, in the
    events, which says what kind of error it was; an error of the connection is raised."""
    try:
        for name, stored, rebuilt in values:
            if stored != rebuilt:
                yield Difference(kind, number, name, _text(stored), _text(rebuilt))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("%s %s cannot be rebuilt", kind, number, exc_info=True)
        yield Difference(kind, number, "events", "", type(error).__name__)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
