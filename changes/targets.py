"""Until when a Change waits for the first reaction of staff (SLA 10.3)."""

from __future__ import annotations

from datetime import datetime

from changes.models import Change
from desk.models import Limit
from sla.adapter import terms
from sla.models import PolicyVersion


def due(version: PolicyVersion, received: datetime) -> datetime | None:
    """By the priority that the policy gives a Wijziging; None where it is by agreement."""
    held = terms(version.pk)
    promise = held.targets["response", held.change_priority]
    return promise.due(received) if promise else None


def limit(change: Change) -> Limit | None:
    """Of one that is open and to which nobody of staff reacted; warned of at the percentages of its own policy. There
    is one reaction, so whatever happens to the Change later begins no other."""
    if change.response_due is None or change.responded_at is not None or not change.is_open:
        return None
    held = terms(change.policy_version_id)
    return Limit(
        "response", {"clock": "response"}, change.requested_at, change.response_due,
        held.calendars["response", held.change_priority], tuple({*held.warnings, 100}),
    )  # fmt: skip
