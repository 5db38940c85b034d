"""Recording what the clock says (SLA 4.4): warnings, breaches and the escalations that they call for, once each,
however late or often it runs.

A Melding is late when its clock says so; the sweep only writes down that it happened, and tells people.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from desk import door
from desk.locks import only_one
from incidents.actions.escalation import climb
from incidents.clocks import UNACKNOWLEDGED, once_key, project, read, thresholds
from incidents.models import Melding

log = logging.getLogger(__name__)
ONE_ROUND = "clock rounds"  # the lock of a sweep and of a release: nothing is let go halfway a sweep
PROJECTION = [
    "response_state", "response_due", "response_budget", "response_elapsed", "response_met", "response_counts_at",
    "resolution_state", "resolution_due", "resolution_budget", "resolution_elapsed", "resolution_met",
    "resolution_counts_at",
    "next_due_at", "warns_at", "sweep_at",
]  # fmt: skip


def sweep(now: datetime, batch: int = 500) -> int:
    """Record every threshold passed before `now`, found by index; returns how many were recorded.

    A Melding that fails is logged with its number, holds up no other and is tried again by the next sweep. Returns 0
    at once while another worker sweeps or releases.
    """
    with only_one(ONE_ROUND) as alone:
        return _sweep_all(now, batch) if alone else 0


def _sweep_all(now: datetime, batch: int) -> int:
    recorded, failed = 0, set[int]()
    rows = Melding.objects.filter(sweep_at__lt=now).order_by("sweep_at").values_list("pk", "number")
    while due := rows.exclude(pk__in=failed)[:batch]:
        passed = {pk: _attempt(pk, number, now) for pk, number in due}
        wrong = {pk for pk, count in passed.items() if count is None}
        if not any(passed.values()) and not wrong:  # the rest is locked by whoever works on it
            break
        recorded += sum(filter(None, passed.values()))
        failed |= wrong
    return recorded


def _attempt(pk: int, number: str, now: datetime) -> int | None:
    """None where it failed."""
    try:
        return _sweep_one(pk, now)
    except Exception:
        log.exception("the sweep of %s failed", number)
        return None


@transaction.atomic
def _sweep_one(pk: int, now: datetime) -> int:
    melding = Melding.objects.select_for_update(skip_locked=True).filter(pk=pk, sweep_at__lt=now).first()
    if melding is None:
        return 0
    passed = [one for one in thresholds(melding, read(melding, now)) if one[0] < now]
    newest = {clock: figure for _, clock, figure in passed if verb_of(clock, figure) in {"warn", "breach"}}
    for at, clock, figure in passed:
        event = door.record(
            melding, verb_of(clock, figure), by=None, at=at,
            data={"clock": clock, "percent": figure, "noticed_at": now.isoformat()},
            once=once_key(clock, figure, melding.priority),
        )  # fmt: skip
        if newest.get(clock) == figure:  # after a stand-still, one message about where it stands now
            melding.announce(event)
    climb(melding, passed, now)
    project(melding, now)
    melding.save(update_fields=PROJECTION)
    return len(passed) or 1


def verb_of(clock: str, figure: int) -> str:
    """What passing this threshold is called in the trail."""
    if clock == UNACKNOWLEDGED:
        return UNACKNOWLEDGED
    return "warn" if figure < 100 else "breach" if figure == 100 else "overdue"
