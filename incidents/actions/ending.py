"""What ends with a Melding."""

from __future__ import annotations

from datetime import datetime

from desk import door
from incidents.models import Escalation, Melding
from incidents.models.escalation import UNDER_WAY


def under_way(melding: Melding) -> Escalation | None:
    """The escalation of `melding` that is under way; there is at most one."""
    return Escalation.objects.filter(melding=melding, state__in=UNDER_WAY).first()


def lapse(melding: Melding, at: datetime) -> None:
    """Nothing is left to escalate; within the change that ends `melding`."""
    if escalation := under_way(melding):
        with door.change(escalation, "lapse", by=None, at=at) as change:
            change.case.ended_at = at
