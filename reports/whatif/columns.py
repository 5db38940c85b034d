"""Many rows of whole numbers at once, out of the database and into it, without a Python object for each."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

Numbers = npt.NDArray[np.int64]
HEADER, TRAILER = 19, 2  # of PostgreSQL's binary COPY; a row is the number of its fields, and each with its length


def read(sql: str, params: dict[str, Any], names: tuple[str, ...]) -> dict[str, Numbers]:
    """What `sql` selects: as many columns as `names`, each a bigint and never null."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)", params) as copy:
        data = b"".join(copy)
    parts = [part for name in names for part in ((f"{name} length", ">i4"), (name, ">i8"))]
    shape = np.dtype([("fields", ">i2"), *parts])
    rows = np.frombuffer(data, shape, (len(data) - HEADER - TRAILER) // shape.itemsize, HEADER)
    return {name: rows[name].astype(np.int64) for name in names}
