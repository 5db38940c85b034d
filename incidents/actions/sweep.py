"""Recording what the clock says (SLA 4.4): warnings, breaches and the escalations that they call for, once each,
however late or often it runs.

A Melding is late when its clock says so; the sweep only writes down that it happened, and tells people.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from desk import door
from desk.locks import only_one
from desk.sweep import BATCH, each
from incidents.actions.escalation import climb
from incidents.clocks import UNACKNOWLEDGED, once_key, project, read, thresholds
from incidents.models import Melding

ONE_ROUND = "clock rounds"  # the lock of a sweep and of a release: nothing is let go halfway a sweep
PROJECTION = [
    "response_state", "response_due", "response_budget", "response_elapsed", "response_met", "response_counts_at",
    "resolution_state", "resolution_due", "resolution_budget", "resolution_elapsed", "resolution_met",
    "resolution_counts_at",
    "next_due_at", "warns_at", "sweep_at",
]  # fmt: skip


def sweep(now: datetime, batch: int = BATCH) -> int:
    """Record every threshold passed before `now`, found by index; returns how many were recorded. Returns 0 at once
    while another worker sweeps or releases."""
    rows = Melding.objects.filter(sweep_at__lt=now)
    with only_one(ONE_ROUND) as alone:
        return each(rows, lambda pk: _sweep_one(pk, now), batch) if alone else 0


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


@transaction.atomic
def rebuild(pk: int, now: datetime) -> None:
    """Make the projection of one Melding anew from its events, where it was found to differ; as of the last of them
    where somebody went on with it after `now`."""
    melding = Melding.objects.select_for_update().get(pk=pk)
    trail = list(melding.events())
    project(melding, max([now, *(event.noticed_at for event in trail)]), trail=trail)
    melding.save(update_fields=PROJECTION)


def verb_of(clock: str, figure: int) -> str:
    """What passing this threshold is called in the trail."""
    if clock == UNACKNOWLEDGED:
        return UNACKNOWLEDGED
    return "warn" if figure < 100 else "breach" if figure == 100 else "overdue"
