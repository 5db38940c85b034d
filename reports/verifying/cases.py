"""Every other kind of case: its state and version by its trail, and the times that follow from fixed terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from changes.models import Change
from complaints.models import Complaint
from complaints.models.complaint import TIMED
from desk.models import Case, Event
from incidents.models import Melding
from reports.verifying.checking import Difference, Fields, Scope, against_trails, through_door
from sla.adapter import terms


def differences(scope: Scope) -> Iterator[Difference]:
    for model in Case.kinds():
        if model is not Melding:
            yield from _of(model, scope)


def _of(model: type[Case], scope: Scope) -> Iterator[Difference]:
    every: Any = model._base_manager
    rows = every.only("number", "state", "version", *COLUMNS.get(model, ()))
    if scope.number:
        rows = rows.filter(number=scope.number)
    if scope.since:
        written = Event.objects.filter(case_type=model.case_type, case_id=OuterRef("pk"), at__gte=scope.since)
        rows = rows.filter(Exists(written))
    yield from against_trails(model, rows, _values, scope)


def _values(case: Case, trail: list[Event], now: datetime) -> Fields:
    acts = through_door(trail)
    yield "state", str(case.state), acts[-1].target if acts else None
    yield "version", case.version, max((event.data["version"] for event in acts), default=None)
    yield from MORE.get(type(case), lambda case: iter(()))(case)


def _change(change: Change) -> Fields:
    """SLA 10.3: by the version that held at receipt; the supplier's own Change is promised to nobody."""
    held = terms(change.policy_version_id)
    promise = held.targets["response", held.change_priority] if change.contact_id else None
    yield "response_due", change.response_due, promise and promise.due(change.requested_at)


def _complaint(complaint: Complaint) -> Fields:
    """Which step is timed follows from its state; how long it may take did from figures that may have changed since."""
    step = TIMED.get(complaint.state, "")
    yield "due_step", complaint.due_step, str(step)
    yield "due_at", complaint.due_at is not None, bool(step)


COLUMNS: dict[type[Case], tuple[str, ...]] = {
    Change: ("response_due", "requested_at", "policy_version", "contact"),
    Complaint: ("due_step", "due_at"),
}
MORE: dict[type[Case], Callable[[Any], Fields]] = {Change: _change, Complaint: _complaint}
