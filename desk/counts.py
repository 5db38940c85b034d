"""How many rows each of several lists holds, in one query that costs the same at any size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

MOST = 999


def counts(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """By the names of `lists`, which are identifiers. Counting stops at `MOST` + 1; see `shown`."""
    parts: list[str] = []
    params: list[Any] = []
    for name, rows in lists.items():
        sql, values = rows.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS {name}_rows)")  # noqa: S608 (parameters stay apart)
        params += values
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), params)
        row = cursor.fetchone()
    return dict(zip(lists, row, strict=True))


def shown(number: int) -> str:
    """As pages write it: "999+" where counting stopped."""
    return f"{MOST}+" if number > MOST else str(number)
