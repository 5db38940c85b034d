"""Counting measurements where they belong: by Dienst, action and day of Amsterdam, and each slow one by itself (SLA 7.7).

What arrives at once adds up: rows are locked in one order, and added to in the database. A batch counts once, whatever
comes twice or together: its key, what was counted and the answer are one transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from desk.door import Invalid
from desk.models import User
from domain.percentiles import bucket, empty
from reports.models import Baseline, Histogram, MeasurementBatch, PerformanceLimit, SlowAction
from reports.models.performance import in_force
from reports.performance.reading import OLDEST, Measurement, Wrong, read

KEYS_KEPT = OLDEST + timedelta(days=1)  # sent again after that, its measurements are too old to count
MOST_ACTIONS = 200  # of a Dienst on a day: more are no actions, but addresses with numbers in them
AT_ONCE = 200
ADD = """
INSERT INTO reports_histogram
    (service_id, action, day, counts, longest, over_limit, over_baseline, last_at) VALUES {rows}
ON CONFLICT (service_id, action, day) DO UPDATE SET
    counts = (
        SELECT array_agg(mine + more ORDER BY place)
        FROM unnest(reports_histogram.counts, excluded.counts) WITH ORDINALITY AS pair (mine, more, place)
    ),
    longest = greatest(reports_histogram.longest, excluded.longest),
    over_limit = reports_histogram.over_limit + excluded.over_limit,
    over_baseline = reports_histogram.over_baseline + excluded.over_baseline,
    last_at = greatest(reports_histogram.last_at, excluded.last_at)
"""
ROW = "(%s, %s, %s, %s::bigint[], %s, %s, %s, %s)"


@dataclass
class Cell:
    """What is added to one row, and by which agreements: more than `limit` seconds is too slow, and more than `far`."""

    limit: float
    far: float | None
    baseline: float | None
    counts: list[int] = field(default_factory=empty)
    longest: float = 0.0
    over_limit: int = 0
    over_baseline: int = 0
    last_at: datetime | None = None

    def add(self, one: Measurement, source: User | None) -> SlowAction | None:
        self.counts[bucket(one.seconds)] += one.count
        self.longest = max(self.longest, one.seconds)
        self.last_at = max(self.last_at or one.at, one.at)
        over_limit, over_baseline = one.seconds > self.limit, self.far is not None and one.seconds > self.far
        self.over_limit += one.count * over_limit
        self.over_baseline += one.count * over_baseline
        if not (over_limit or over_baseline):
            return None
        return SlowAction(
            service=one.service, action=one.action, at=one.at, seconds=one.seconds, count=one.count,
            over_limit=over_limit, over_baseline=over_baseline, baseline=self.baseline, source=source,
        )  # fmt: skip


@transaction.atomic
def take(key: str, rows: Sequence[Any], *, by: User, at: datetime) -> dict[str, Any]:
    """Count the rows of a batch that can be read; the answer says how many, and what is wrong with each of the others.

    The same batch again gets the same answer. Raises `Invalid` where its key came with other rows before.
    """
    print_ = hashlib.sha256(json.dumps(rows, sort_keys=True).encode(errors="surrogatepass")).hexdigest()
    MeasurementBatch.objects.bulk_create(
        [MeasurementBatch(source=by, key=key, fingerprint=print_, received_at=at)], ignore_conflicts=True
    )
    batch = MeasurementBatch.objects.get(source=by, key=key)
    if batch.fingerprint != print_:
        raise Invalid({"batch": _("Deze sleutel is al voor een andere batch gebruikt.")})
    if batch.answer is None:
        batch.answer = _answer(key, rows, by, at)
        batch.save(update_fields=["answer"])
    answer: dict[str, Any] = batch.answer
    return answer


def _answer(key: str, rows: Sequence[Any], by: User, at: datetime) -> dict[str, Any]:
    measured, wrong = read(rows, at)
    left_out = store(list(measured.values()), source=by)
    places = list(measured)
    text = _("Deze Dienst heeft die dag al %(most)d acties. Gebruik namen zonder nummers erin.")
    wrong += [Wrong(places[n], "action", text % {"most": MOST_ACTIONS}) for n in left_out]
    errors = sorted((asdict(one) for one in wrong), key=lambda one: one["index"])
    return {"batch": key, "stored": len(rows) - len(errors), "refused": len(errors), "errors": errors}


@transaction.atomic
def store(measured: Sequence[Measurement], *, source: User | None) -> list[int]:
    """Count them; returns the places of those that are not, because their Dienst has too many actions."""
    left_out = _too_many(measured)
    kept = [one for place, one in enumerate(measured) if place not in left_out]
    cells = _cells(kept)
    slow = [found for one in kept if (found := cells[one.cell].add(one, source))]
    rows = [
        (*place, cell.counts, cell.longest, cell.over_limit, cell.over_baseline, cell.last_at)
        for place, cell in sorted(cells.items())
    ]
    for start in range(0, len(rows), AT_ONCE):
        _add(rows[start : start + AT_ONCE])
    SlowAction.objects.bulk_create(slow, batch_size=1000)
    return sorted(left_out)


def forget(now: datetime) -> None:
    """Keys of batches that can no longer come again."""
    MeasurementBatch.objects.filter(received_at__lt=now - KEYS_KEPT).delete()


def _too_many(measured: Sequence[Measurement]) -> set[int]:
    services, days = {one.service.pk for one in measured}, {one.cell[2] for one in measured}
    rows = Histogram.objects.filter(service__in=services, day__in=days)
    known: dict[tuple[int, date], set[str]] = {}
    for service, action, day in rows.values_list("service_id", "action", "day"):
        known.setdefault((service, day), set()).add(action)
    left_out = set()
    for place, one in enumerate(measured):
        service, action, day = one.cell
        actions = known.setdefault((service, day), set())
        if action in actions or len(actions) < MOST_ACTIONS:
            actions.add(action)
        else:
            left_out.add(place)
    return left_out


def _cells(measured: Iterable[Measurement]) -> dict[tuple[int, str, date], Cell]:
    """One for each row that is added to, with the agreements of its day."""
    places = {one.cell for one in measured}
    limits = list(PerformanceLimit.objects.all())
    agreed: dict[tuple[int, str], list[Baseline]] = {}
    for row in Baseline.objects.filter(service__in={service for service, _action, _day in places}):
        agreed.setdefault((row.service_id, row.action), []).append(row)
    cells = {}
    for service, action, day in places:
        limit = in_force(limits, day) or PerformanceLimit()
        baseline = in_force(agreed.get((service, action), []), day)
        usual = baseline.seconds if baseline else None
        far = usual * limit.times_baseline if usual else None
        cells[service, action, day] = Cell(limit.seconds, far, usual)
    return cells


def _add(rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            ADD.format(rows=", ".join([ROW] * len(rows))), [value for row in rows for value in row]
        )
