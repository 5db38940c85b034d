"""A search over the raw database and the files, by what is there and not by what the models say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier

from desk import postbus
from privacy.handover.words import pattern, pieces

TEXTS = (
    "text",
    "character varying",
    "character",
    "json",
    "jsonb",
    "ARRAY",
    "tsvector",
    "bytea",
    "inet",
    "xml",
)
OWN = ("privacy_erasure", "terms")  # holds the words while it looks for them
PIECE = 1 << 22


def found(words: list[str]) -> list[dict[str, int | str]]:
    """Each place with how many rows or files of it hold one of the words; empty when nothing is left."""
    return [*_in_database(words), *_in_files(words)]


def _in_database(words: list[str]) -> Iterator[dict[str, int | str]]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE table_schema = current_schema AND t.table_type = 'BASE TABLE' AND c.data_type = ANY(%s)"
            " ORDER BY 1, 2",
            [list(TEXTS)],
        )
        for table, column in [place for place in cursor.fetchall() if place != OWN]:
            count = 0
            for some in pieces(words):
                query = SQL("SELECT count(*) FROM {} WHERE {}::text ~* %s").format(
                    Identifier(table), Identifier(column)
                )
                cursor.execute(query, [pattern(some)])
                count += cursor.fetchone()[0]
            if count:
                yield {"place": f"{table}.{column}", "count": count}


def _in_files(words: list[str]) -> Iterator[dict[str, int | str]]:
    """By their bytes, also across two pieces."""
    wanted = [re.compile(pattern(some).encode(), re.IGNORECASE) for some in pieces(words)]
    overlap = max((len(word.encode()) for word in words), default=0)
    folders = [settings.MEDIA_ROOT, *([postbus.folder()] if postbus.is_local() else [])]
    files = [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]
    hits = sum(_holds(path, wanted, overlap) for path in files)
    if hits:
        yield {"place": "files", "count": hits}


def _holds(path: Path, wanted: list[re.Pattern[bytes]], overlap: int) -> bool:
    tail = b""
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            piece = tail + piece
            if any(one.search(piece) for one in wanted):
                return True
            tail = piece[-overlap:] if overlap else b""
    return False
