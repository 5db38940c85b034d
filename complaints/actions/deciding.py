"""What only the contact decides: whether the solution and the klachtrapport will do (SLA 5)."""

from __future__ import annotations

from datetime import datetime

from complaints.actions.talk import say
from complaints.models import Complaint
from desk import door, texts
from desk.models import User


def accept_solution(complaint: Complaint, *, by: User, at: datetime, version: int | None = None) -> Complaint:
    """Now the productmanager owes a klachtrapport."""
    with door.change(complaint, "accept_solution", by=by, at=at, version=version) as change:
        change.case.solution_accepted_at = at
    return complaint


def refuse_solution(
    complaint: Complaint, *, by: User, at: datetime, reason: str, version: int | None = None
) -> Complaint:
    """Back to work, with the reason."""
    return _back(complaint, "refuse_solution", by, at, reason, version)


def accept_report(complaint: Complaint, *, by: User, at: datetime, version: int | None = None) -> Complaint:
    """With that the complaint is solved."""
    with door.change(complaint, "accept_report", by=by, at=at, version=version):
        pass
    return complaint


def refuse_report(
    complaint: Complaint, *, by: User, at: datetime, reason: str, version: int | None = None
) -> Complaint:
    """Back to work, with the reason. The accepted solution stands until another one is proposed."""
    return _back(complaint, "refuse_report", by, at, reason, version)


def withdraw(
    complaint: Complaint, *, by: User, at: datetime, reason: str, version: int | None = None
) -> Complaint:
    texts.required(reason=reason)
    with door.change(complaint, "withdraw", by=by, at=at, version=version) as change:
        change.case.ended_at = at
        change.data["message"] = say(change.case, "withdraw", by=by, at=at, body=reason).pk
    return complaint


def _back(
    complaint: Complaint, verb: str, by: User, at: datetime, reason: str, version: int | None
) -> Complaint:
    texts.required(reason=reason)
    with door.change(complaint, verb, by=by, at=at, version=version) as change:
        change.data["message"] = say(change.case, verb, by=by, at=at, body=reason).pk
    return complaint
