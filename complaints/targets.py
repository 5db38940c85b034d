"""Until when the supplier means to have done the next step of a complaint, in Werkdagen (SLA 5)."""

from __future__ import annotations

from datetime import datetime

from complaints.models import Complaint, ComplaintTarget, State, Step
from complaints.models.complaint import TIMED
from domain.targets import Target
from incidents.duty import hours_now


def retime(complaint: Complaint, at: datetime) -> None:
    """Set the target time of the step that is waited for now. One that already runs is kept; the caller saves."""
    step = TIMED.get(State(complaint.state))
    if step is None:
        complaint.due_step, complaint.due_at = "", None
    elif complaint.due_step != step:
        complaint.due_step, complaint.due_at = step, due(step, _start(complaint, step, at))


def due(step: Step, start: datetime) -> datetime:
    """Counted from the first moment of Kantoortijden; a changed target holds for steps that begin after it."""
    return Target(ComplaintTarget.days(step), "working_days", hours_now(start).office).due(start)


def _start(complaint: Complaint, step: Step, at: datetime) -> datetime:
    """Acknowledging and the first solution count from the receipt; whatever comes after a decision of the contact,
    from that decision."""
    return complaint.received_at if step == Step.ACKNOWLEDGE or not complaint.solution else at
