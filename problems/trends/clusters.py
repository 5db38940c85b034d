"""What Meldingen of late have in common, and how old the open work is (SLA 12.1)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from domain.likeness import MOST, groups

DAYS = 60
SHOWN, EXAMPLES = 8, 5
WORD = re.compile(r"[^\W\d_]{3,}")
LONG = re.compile(r"([aeou])\1")
# Stems by the same dictionary that search uses; the first lines of a description say what it is about.
NEWEST = """
SELECT id, number, subject, left(description, 600),
       tsvector_to_array(to_tsvector('dutch', subject || ' ' || left(description, 600)))
FROM incidents_melding
WHERE received_at >= %s AND received_at < %s AND state NOT IN ('cancelled', 'duplicate')
  AND restricted_at IS NULL
ORDER BY received_at DESC, id DESC LIMIT %s
"""
# Days since receipt: up to a week, two, four, a quarter, longer.
AGES = (7, 14, 28, 91)
AGEING = """
SELECT width_bucket(extract(epoch FROM %s - received_at) / 86400, ARRAY[7, 14, 28, 91]::numeric[]), priority, count(*)
FROM incidents_melding WHERE is_open GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Cluster:
    """`words` as people wrote them; `examples` are the newest, as (number, subject)."""

    size: int
    words: list[str]
    examples: list[tuple[str, str]]


def clusters(now: datetime, days: int = DAYS) -> list[Cluster]:
    """Of the last `days`, and of no more than the newest 2,000."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [now - timedelta(days=days), now, MOST])
        rows = cursor.fetchall()
    texts = [{stem for stem in row[4] if WORD.fullmatch(stem)} for row in rows]
    return [_cluster([rows[n] for n in group.members], group.words) for group in groups(texts)[:SHOWN]]


def _cluster(rows: list[tuple[Any, ...]], stems: tuple[str, ...]) -> Cluster:
    spoken = Counter(word.lower() for row in rows for word in WORD.findall(f"{row[2]} {row[3]}"))
    words = [_spoken(stem, spoken) for stem in stems]
    return Cluster(len(rows), words, [(row[1], row[2]) for row in rows[:EXAMPLES]])


def _spoken(stem: str, spoken: Counter[str]) -> str:
    """The word that is mostly used for a stem, in which a long vowel is written once."""
    forms = [word for word in spoken if word.startswith(stem) or LONG.sub(r"\1", word).startswith(stem)]
    return max(forms, key=lambda word: (spoken[word], -len(word)), default=stem)


def ageing(now: datetime) -> list[list[int]]:
    """How much of the open work is how old: for each of the spans of `AGES` the number of each priority."""
    table = [[0] * 4 for _span in range(len(AGES) + 1)]
    with connection.cursor() as cursor:
        cursor.execute(AGEING, [now])
        for span, priority, number in cursor.fetchall():
            table[span][priority - 1] = number
    return table
