"""The clocks and facts of Meldingen, anew from their events (SLA 2.21, 2.25)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import datetime
from typing import Any

from desk.models import Event
from incidents.actions.sweep import PROJECTION
from incidents.clocks import CLOCKS, project, read
from incidents.models import Melding
from reports.verifying.checking import Difference, Fields, Scope, against_trails, through_door

KIND = Melding.case_type
FACTS = ("priority", "kind", "policy_version")
SETTING = frozenset(
    {"register", "set_priority", "convert", "apply_policy"}
)  # a link has a kind too, of its own
COLUMNS = ("number", "state", "version", "received_at", *FACTS, *PROJECTION)
STANDING = frozenset({"stopped", "paused"})  # the others count on while nothing is written


def differences(scope: Scope) -> Iterator[Difference]:
    rows = scope.narrowed(Melding.objects.only(*COLUMNS), "received_at")
    yield from against_trails(Melding, rows, values, scope)


def values(melding: Melding, trail: list[Event], now: datetime) -> Fields:
    yield from _facts(melding, trail)
    again = copy(melding)
    project(again, now, trail=trail)
    for name in PROJECTION:
        stored, rebuilt = getattr(melding, name), getattr(again, name)
        if name.endswith("_elapsed") and getattr(again, name.replace("elapsed", "state")) not in STANDING:
            rebuilt = _while_running(melding, trail, name, rebuilt)
        yield name, stored, rebuilt


def _while_running(melding: Melding, trail: list[Event], name: str, most: int) -> Any:
    """What counted when it was last written, which lies between the last act and now."""
    acts = [event.at for event in through_door(trail)]
    stored, reading = getattr(melding, name), read(melding, max(acts), trail)
    least = next(reading[clock].elapsed for clock in CLOCKS if name.startswith(clock))
    return stored if least <= stored <= most else f"{least} - {most}"


def _facts(melding: Melding, trail: list[Event]) -> Fields:
    """What the events themselves say, by the last that speaks of it. What was recorded past the door of writing may
    tell of a state that the case was no longer in."""
    told: dict[str, Any] = {}
    for event in through_door(trail):
        said = {**event.data, "state": event.target}
        known = {"version", "state", *(FACTS if event.verb in SETTING else ())}
        told |= {name: value for name, value in said.items() if name in known}
    stored = {
        "state": str(melding.state),
        "version": melding.version,
        "policy_version": melding.policy_version_id,
    }
    for name, value in told.items():
        yield name, stored.get(name, getattr(melding, name)), value
