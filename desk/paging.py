"""Pages of a long list by the values of its last row: as fast on page thousand as on page one, and stable
while rows arrive."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import CharField, DateField, DateTimeField, F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

from desk.audit import here

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Key:
    """A column of the order. Where it can be null, null comes last; the last key of an order is unique."""

    name: str
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`previous` and `next` are the cursors of the neighbours; empty where there is none."""

    rows: list[Row]
    previous: str
    next: str


def page(
    rows: QuerySet[Row], keys: Sequence[Key], *, size: int, after: str = "", before: str = ""
) -> Page[Row]:
    """The page after or before a cursor, else the first. A cursor that makes no sense counts as none."""
    found = _page(rows, keys, size, after, before)
    here.show(len(found.rows))
    return found


def _page(rows: QuerySet[Row], keys: Sequence[Key], size: int, after: str, before: str) -> Page[Row]:
    if place := _read(before, keys, rows.model):
        found = list(_ordered(rows.filter(_beyond(keys, place, back=True)), keys, back=True)[: size + 1])
        if len(found) > size:
            found = found[:size][::-1]
            return Page(found, _cursor(found[0], keys), _cursor(found[-1], keys))
    start = None if before else _read(after, keys, rows.model)
    asked = rows.filter(_beyond(keys, start)) if start else rows
    found = list(_ordered(asked, keys)[: size + 1])
    shown = found[:size]
    has_more = len(found) > size
    return Page(
        shown,
        _cursor(shown[0], keys) if start and shown else "",
        _cursor(shown[-1], keys) if has_more else "",
    )


def is_readable(cursor: str, keys: Sequence[Key], model: type[Model]) -> bool:
    """Whether `page` would take this cursor for the order `keys`, for who must say that it does not."""
    return _read(cursor, keys, model) is not None


def _ordered(rows: QuerySet[Row], keys: Sequence[Key], back: bool = False) -> QuerySet[Row]:
    return rows.order_by(*order(keys, back))


def order(keys: Sequence[Key], back: bool = False) -> list[OrderBy]:
    """For `order_by`, in this order or backwards."""
    return [_order(key, back) for key in keys]


def _order(key: Key, back: bool) -> OrderBy:
    down = key.descending != back
    column = F(key.name)
    if not key.nullable:
        return column.desc() if down else column.asc()
    return column.desc(nulls_first=True) if back else column.asc(nulls_last=True)


def _beyond(keys: Sequence[Key], place: list[Any], back: bool = False) -> Q:
    """Rows past `place`: equal in some first keys and further in the next one."""
    past, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, place, strict=True):
        past |= equal & _further(key, value, back)
        equal &= Q(**{f"{key.name}__isnull": True}) if value is None else Q(**{key.name: value})
    return past & _at_or_past(keys[0], place[0], back)


def _further(key: Key, value: Any, back: bool) -> Q:
    null = Q(**{f"{key.name}__isnull": True})
    if value is None:
        return ~null if back else Q(pk__in=[])
    further = Q(**{f"{key.name}__{'lt' if key.descending != back else 'gt'}": value})
    return further | null if key.nullable and not back else further


def _at_or_past(key: Key, value: Any, back: bool) -> Q:
    """What follows from the rest, written out so that the index starts at the right place."""
    if value is None or key.nullable:
        return Q()
    return Q(**{f"{key.name}__{'lte' if key.descending != back else 'gte'}": value})


def _cursor(row: Model, keys: Sequence[Key]) -> str:
    values = [getattr(row, key.name) for key in keys]
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(cursor: str, keys: Sequence[Key], model: type[Model]) -> list[Any] | None:
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_value(value, key, model) for value, key in zip(plain, keys, strict=True)]
    except (ValueError, TypeError, RecursionError):
        return None


def _value(value: Any, key: Key, model: type[Model]) -> Any:
    """What the column can hold; anything else raises ValueError or TypeError."""
    if value is None and key.nullable:
        return None
    column = model._meta.get_field(key.name)
    if isinstance(column, CharField):
        if isinstance(value, str) and b"\x00" not in value.encode():
            return value
    elif isinstance(column, DateTimeField):
        moment = datetime.fromisoformat(value)
        if moment.utcoffset() is not None:
            return moment
    elif isinstance(column, DateField):
        return date.fromisoformat(value)
    elif type(value) is int and abs(value) < 2**63:
        return value
    raise ValueError(key.name)
