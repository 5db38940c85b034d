"""Until when the supplier means to have done the next step of a complaint, in Werkdagen (SLA 5)."""

from __future__ import annotations

from datetime import UTC, datetime

from complaints.models import Complaint, ComplaintTarget, State, Step
from complaints.models.complaint import TIMED
from desk.models import Limit
from domain.targets import Target
from incidents.duty import hours_now

WARNED_AT = (75, 100)  # percent of the time for a step


def retime(complaint: Complaint) -> None:
    """Set the target time of the step that is waited for now. One that already runs is kept; the caller saves."""
    step = TIMED.get(State(complaint.state))
    if step is None:
        complaint.due_step, complaint.due_at = "", None
    elif complaint.due_step != step:
        complaint.due_step, complaint.due_at = step, due(step, _start(complaint, step))


def due(step: Step, start: datetime) -> datetime:
    """Counted from the first moment of Kantoortijden; a changed target holds for steps that begin after it."""
    return Target(ComplaintTarget.days(step), "working_days", hours_now(start).office).due(start)


def limit(complaint: Complaint) -> Limit | None:
    """The step that runs now. The same step that begins anew has another target time, and is another limit."""
    if complaint.due_at is None:
        return None
    step, start = Step(complaint.due_step), _start(complaint, Step(complaint.due_step))
    key = f"{step}-{complaint.due_at.astimezone(UTC).isoformat()}"
    return Limit(key, {"step": step}, start, complaint.due_at, hours_now(start).office, WARNED_AT)


def _start(complaint: Complaint, step: Step) -> datetime:
    """Acknowledging and the first solution count from the receipt; whatever comes after a decision of the contact,
    from that decision: what brought the complaint into its state."""
    if step == Step.ACKNOWLEDGE or not complaint.solution:
        return complaint.received_at
    decisions = complaint.events().filter(target=complaint.state).exclude(source=complaint.state)
    return decisions.values_list("at", flat=True).last() or complaint.received_at
