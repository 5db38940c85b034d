"""What a look at everything goes by: each check yields what differs, and counts what it looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from desk.models import Case, Event

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
    `checked` counts, by kind."""

    now: datetime
    since: datetime | None = None
    number: str = ""
    checked: Counter[str] = field(default_factory=Counter)

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
    looked at once more, while nobody else can change it."""
    for found in pieces(rows):
        trails = _trails(model, [case.pk for case in found])
        scope.checked[model.case_type] += len(found)
        for case in found:
            if list(unequal(model.case_type, case.number, values(case, trails[case.pk], scope.now))):
                yield from _once_more(model, rows, case.pk, values, scope.now)


@transaction.atomic
def _once_more(
    model: type[C], rows: QuerySet[C], pk: int, values: Values[C], now: datetime
) -> list[Difference]:
    case = rows.select_for_update().get(pk=pk)
    trail = _trails(model, [pk])[pk]
    until = max([now, *(event.at for event in trail)])
    return list(unequal(model.case_type, case.number, values(case, trail, until)))


def _trails(model: type[Case], ids: list[int]) -> dict[int, list[Event]]:
    """The events of each, in the order in which they were written down."""
    trails: dict[int, list[Event]] = {pk: [] for pk in ids}
    for event in Event.objects.filter(case_type=model.case_type, case_id__in=ids).order_by("pk"):
        trails[event.case_id].append(event)
    return trails


def unequal(kind: str, number: str, values: Iterable[tuple[str, Any, Any]]) -> Iterator[Difference]:
    """Of (field, stored, rebuilt) those that differ."""
    for name, stored, rebuilt in values:
        if stored != rebuilt:
            yield Difference(kind, number, name, _text(stored), _text(rebuilt))


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
