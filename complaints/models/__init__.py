"""The complaint and what belongs to it."""

from complaints.models.complaint import ENDED, OPEN, TOWARDS_DESK, About, Complaint, State
from complaints.models.parts import ComplaintAttachment, ComplaintMessage, ComplaintReport
from complaints.models.target import SHIPPED, ComplaintTarget, Step

__all__ = [
    "ENDED", "OPEN", "SHIPPED", "TOWARDS_DESK", "About", "Complaint", "ComplaintAttachment", "ComplaintMessage",
    "ComplaintReport", "ComplaintTarget", "State", "Step",
]  # fmt: skip
