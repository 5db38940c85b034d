"""Many rows of numbers at once, out of the database and into it, without a Python object for each.

PostgreSQL's binary COPY has every bigint and every timestamptz in eight bytes, so that rows without nulls are as wide
as each other, and so are those with nulls at the same places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from domain.instants import MICROSECONDS

Numbers = npt.NDArray[np.int64]
START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
SINCE = 946_684_800 * MICROSECONDS  # its moments count from the year 2000
INFINITY = np.iinfo(np.int64).max


def read(sql: str, params: dict[str, Any], names: Sequence[str]) -> dict[str, Numbers]:
    """What `sql` selects: as many columns as `names`, each a bigint or a timestamptz (see `moments`), never null."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)", params) as copy,
    ):
        data = b"".join(copy)
    shape = _shape([(name, 8) for name in names])
    rows = np.frombuffer(data, shape, (len(data) - len(START) - len(END)) // shape.itemsize, len(START))
    return {name: rows[name].astype(np.int64) for name in names}


def moments(column: Numbers, never: int) -> Numbers:
    """A timestamptz as microseconds since 1970; infinity as `never`."""
    return np.where(column == INFINITY, never, column + SINCE * (column != INFINITY))


def write(
    table: str, columns: dict[str, tuple[Numbers, int]], nullable: dict[str, tuple[Numbers, int]]
) -> None:
    """Add rows: of each column its numbers and how many bytes the database keeps each in; in `nullable` moments in
    microseconds since 1970, and what stands for null among them."""
    nulls = {name: numbers == null for name, (numbers, null) in nullable.items()}
    pattern = sum((is_null << n for n, is_null in enumerate(nulls.values())), start=np.int64(0))
    names = ", ".join([*columns, *nullable])
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(START)
        for one in np.unique(pattern):
            which = np.flatnonzero(pattern == one)
            parts = [(name, numbers[which], size) for name, (numbers, size) in columns.items()]
            parts += [
                (name, numbers[which] - SINCE, 0 if nulls[name][which[0]] else 8)
                for name, (numbers, _null) in nullable.items()
            ]
            copy.write(_rows(parts, len(which)))
        copy.write(END)


def _rows(parts: list[tuple[str, Numbers, int]], number: int) -> bytes:
    """Rows of the same width; a size of 0 is null."""
    rows = np.zeros(number, _shape([(name, size) for name, _numbers, size in parts]))
    rows["fields"] = len(parts)
    for name, numbers, size in parts:
        rows[f"size of {name}"] = size or -1
        if size:
            rows[name] = numbers
    return rows.tobytes()


def _shape(parts: Sequence[tuple[str, int]]) -> np.dtype[Any]:
    """A row: the number of its fields, and before each its size."""
    fields = [("fields", ">i2")]
    for name, size in parts:
        fields += [(f"size of {name}", ">i4"), *([(name, f">i{size}")] if size else [])]
    return np.dtype(fields)
