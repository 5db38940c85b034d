"""Recording that time runs out (SLA 4.4), once each, however late or often it runs.

A case is late when its own times say so; a sweep only writes down that it happened, and tells people.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models, transaction

from desk import door
from desk.locks import only_one
from desk.models import TimedCase

log = logging.getLogger(__name__)
BATCH = 500


def sweep(model: type[TimedCase], now: datetime, batch: int = BATCH) -> int:
    """Record every threshold that cases of this kind passed before `now`; returns how many were recorded. Returns 0 at
    once while another worker does."""
    rows = model._base_manager.filter(sweep_at__lt=now)
    with only_one(f"sweep of {model.case_type}") as alone:
        return each(rows, lambda pk: _sweep_one(model, pk, now), batch) if alone else 0


def each(rows: models.QuerySet[Any], one: Callable[[int], int], batch: int = BATCH) -> int:
    """Call `one` with the key of each of `rows`, until none is left; returns the sum of its answers.

    `one` takes the row out of `rows`, or answers 0 where somebody else works on it. Where it fails that is logged with
    the number of the case, holds up no other and is left to the next sweep.
    """
    recorded, failed = 0, set[int]()
    keys = rows.order_by("sweep_at", "pk").values_list("pk", "number")
    while due := keys.exclude(pk__in=failed)[:batch]:
        passed = {pk: _attempt(one, pk, number) for pk, number in due}
        wrong = {pk for pk, count in passed.items() if count is None}
        if not any(passed.values()) and not wrong:  # the rest is locked by whoever works on it
            break
        recorded += sum(filter(None, passed.values()))
        failed |= wrong
    return recorded


def _attempt(one: Callable[[int], int], pk: int, number: str) -> int | None:
    """None where it failed."""
    try:
        return one(pk)
    except Exception:
        log.exception("the sweep of %s failed", number)
        return None


@transaction.atomic
def _sweep_one(model: type[TimedCase], pk: int, now: datetime) -> int:
    rows = model._base_manager.select_for_update(skip_locked=True)
    case = rows.filter(pk=pk, sweep_at__lt=now).first()
    if case is None:
        return 0
    limit = case.limit()
    passed = [(at, percent) for at, percent in case.ahead(limit) if at < now]
    for at, percent in passed:
        assert limit is not None
        event = door.record(
            case, "warn" if percent < 100 else "breach", by=None, at=at,
            data={**limit.facts, "percent": percent, "noticed_at": now.isoformat()}, once=limit.once(percent),
        )  # fmt: skip
        if (at, percent) == passed[-1]:  # after a stand-still, one message about where it stands now
            case.announce(event)
    case.project(now)
    case.save(update_fields=["sweep_at"])
    return len(passed) or 1
