"""Recording what the clock says (SLA 4.4): warnings and breaches, once each, however late or often it runs.

A Melding is late when its clock says so; the sweep only writes down that it happened, and tells people.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from desk import door
from incidents.clocks import once_key, project, read, thresholds
from incidents.models import Melding

PROJECTION = [
    "response_state", "response_due", "response_budget", "response_elapsed", "response_met",
    "resolution_state", "resolution_due", "resolution_budget", "resolution_elapsed", "resolution_met",
    "next_due_at", "warns_at", "sweep_at",
]  # fmt: skip


def sweep(now: datetime, batch: int = 500) -> int:
    """Record every threshold passed before `now`, found by index; returns how many were recorded."""
    recorded = 0
    while due := list(
        Melding.objects.filter(sweep_at__lt=now).order_by("sweep_at").values_list("pk", flat=True)[:batch]
    ):
        passed = [_sweep_one(pk, now) for pk in due]
        recorded += sum(passed)
        if not any(passed):  # the rest is being swept by somebody else
            break
    return recorded


@transaction.atomic
def _sweep_one(pk: int, now: datetime) -> int:
    melding = Melding.objects.select_for_update(skip_locked=True).filter(pk=pk, sweep_at__lt=now).first()
    if melding is None:
        return 0
    passed = [
        (at, clock, percent) for at, clock, percent in thresholds(melding, read(melding, now)) if at < now
    ]
    newest = {clock: percent for _, clock, percent in passed}
    for at, clock, percent in passed:
        event = door.record(
            melding, "breach" if percent >= 100 else "warn", by=None, at=at,
            data={"clock": clock, "percent": percent}, once=once_key(clock, percent, melding.priority),
        )  # fmt: skip
        if newest[clock] == percent:  # after a stand-still, one message about where it stands now
            melding.announce(event)
    project(melding, now)
    melding.save(update_fields=PROJECTION)
    return len(passed) or 1
