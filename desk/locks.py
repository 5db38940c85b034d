"""What one at a time does, of all that share the database, and what waits for another."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection

TOO_LONG = frozenset({"55P03", "57014"})  # lock or statement time-out


def waited_too_long(error: OperationalError) -> bool:
    """Whether somebody else kept a row locked; the connection itself is well."""
    return getattr(error.__cause__, "sqlstate", "") in TOO_LONG


@contextmanager
def only_one(what: str) -> Iterator[bool]:
    """Whether this process may do `what` now; False while another does. A process that dies lets go of it."""
    key = zlib.crc32(what.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:  # a connection that broke has let go of it already
            with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
