"""The conversation about a complaint."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from complaints.models import Complaint, ComplaintMessage
from desk import door, texts
from desk.door import Refused
from desk.models import User
from desk.permissions import Role


def reply(
    complaint: Complaint, *, by: User, at: datetime, body: str, client_key: UUID | None = None,
    channel: str = "",
) -> ComplaintMessage:  # fmt: skip
    """Words that both sides read; the other side is told. Sending them twice adds them once."""
    return _add(complaint, "reply", by, at, body, client_key, channel)


def note(
    complaint: Complaint, *, by: User, at: datetime, body: str, client_key: UUID | None = None,
    channel: str = "",
) -> ComplaintMessage:  # fmt: skip
    """Words for colleagues who may see the complaint."""
    return _add(complaint, "note", by, at, body, client_key, channel)


def take_mail(complaint: Complaint, *, by: User, body: str, at: datetime) -> bool:
    """What somebody wrote in answer to a notice: of the contact a reply, of staff a note. False where it is not for
    them to say, or too late: then it goes nowhere, and certainly not to a Melding that others read."""
    if not Complaint.objects.visible_to(by).filter(pk=complaint.pk).exists():
        return False
    try:
        (reply if by.role == Role.CONTACT else note)(complaint, by=by, at=at, body=body, channel="email")
    except Refused:
        return False
    return True


def say(complaint: Complaint, verb: str, *, by: User, at: datetime, body: str, client_key: UUID | None = None,
        channel: str = "") -> ComplaintMessage:  # fmt: skip
    """Store one contribution, inside a change that another action makes."""
    internal = verb == "note"
    return ComplaintMessage.objects.create(
        complaint=complaint, verb=verb, author=by, author_name=str(by), body=body, at=at, client_key=client_key,
        channel=channel,
        visibility=ComplaintMessage.Visibility.INTERNAL if internal else ComplaintMessage.Visibility.PUBLIC,
    )  # fmt: skip


def _add(
    complaint: Complaint, verb: str, by: User, at: datetime, body: str, key: UUID | None, channel: str
) -> ComplaintMessage:
    texts.required(body=body)
    with transaction.atomic():
        Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
        if key and (earlier := ComplaintMessage.objects.filter(complaint=complaint, client_key=key).first()):
            return earlier
        with door.change(complaint, verb, by=by, at=at) as change:
            message = say(change.case, verb, by=by, at=at, body=body, client_key=key, channel=channel)
            change.data["message"] = message.pk
    return message
