"""The conversation about a complaint."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint, ComplaintAttachment, ComplaintMessage
from desk import attachments, door, texts
from desk.door import Invalid, Refused
from desk.mail.enclosures import INTERNAL, PUBLIC, Post
from desk.models import Upload, User
from desk.permissions import Role


def reply(
    complaint: Complaint, *, by: User, at: datetime, body: str, files: list[Upload] | None = None,
    images_masked: bool = False, client_key: UUID | None = None, channel: str = "",
) -> ComplaintMessage:  # fmt: skip
    """Words that both sides read, with files; the other side is told. Sending them twice adds them once."""
    types = attachments.check(files or [], images_masked=images_masked)
    return _add(complaint, "reply", by, at, body, client_key, channel, files or [], types)


def note(
    complaint: Complaint, *, by: User | None, at: datetime, body: str, client_key: UUID | None = None,
    channel: str = "",
) -> ComplaintMessage:  # fmt: skip
    """Words for colleagues who may see the complaint."""
    return _add(complaint, "note", by, at, body, client_key, channel)


def attach(
    complaint: Complaint, *, by: User, at: datetime, files: list[Upload], images_masked: bool = False
) -> ComplaintMessage:
    """Add files with a line that says so."""
    if not files:
        raise Invalid({"files": _("Kies ten minste één bestand.")})
    words = _("Bijlage toegevoegd.")
    return reply(complaint, by=by, at=at, body=words, files=files, images_masked=images_masked)


def take_mail(complaint: Complaint, *, by: User, post: Post, at: datetime) -> bool:
    """What somebody wrote and enclosed in answer to a notice: of the contact a reply, of staff a note; and the mail
    itself for colleagues. False where it is not for them to say, or too late: then it goes nowhere, and certainly
    not to a Melding that others read."""
    if not Complaint.objects.visible_to(by).filter(pk=complaint.pk).exists():
        return False
    try:
        with transaction.atomic():
            _take(complaint, by, post, at)
    except Refused:
        return False
    return True


def _take(complaint: Complaint, by: User, post: Post, at: datetime) -> None:
    verb = reply if by.role == Role.CONTACT else note
    message = verb(complaint, by=by, at=at, body=post.body, channel="email")
    for one in post.files:
        keep(complaint, [one.upload], [one.content_type], by=by, at=at, message=message,
             visibility=INTERNAL if one.hidden else message.visibility)  # fmt: skip
    ComplaintAttachment.objects.create(complaint=complaint, message=message, at=at, **post.original)
    if post.told:
        note(complaint, by=None, at=at, body=post.told)


def keep(
    complaint: Complaint, files: list[Upload], types: list[str], *, by: User, at: datetime,
    message: ComplaintMessage | None = None, visibility: str = PUBLIC,
) -> None:  # fmt: skip
    """Store files that were checked, within the caller's transaction."""
    ComplaintAttachment.keep(
        files, types, complaint=complaint, message=message, author=by, at=at, visibility=visibility
    )


def say(complaint: Complaint, verb: str, *, by: User | None, at: datetime, body: str, client_key: UUID | None = None,
        channel: str = "") -> ComplaintMessage:  # fmt: skip
    """Store one contribution, inside a change that another action makes."""
    internal = verb == "note"
    return ComplaintMessage.objects.create(
        complaint=complaint, verb=verb, author=by, author_name=str(by or _("Systeem")), body=body, at=at, client_key=client_key,
        channel=channel,
        visibility=INTERNAL if internal else PUBLIC,
    )  # fmt: skip


def _add(
    complaint: Complaint, verb: str, by: User | None, at: datetime, body: str, key: UUID | None, channel: str,
    files: list[Upload] | None = None, types: list[str] | None = None,
) -> ComplaintMessage:  # fmt: skip
    texts.required(body=body)
    with transaction.atomic():
        Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
        if key and (earlier := ComplaintMessage.objects.filter(complaint=complaint, client_key=key).first()):
            return earlier
        with door.change(complaint, verb, by=by, at=at) as change:
            message = say(change.case, verb, by=by, at=at, body=body, client_key=key, channel=channel)
            if by is not None and files:
                keep(change.case, files, types or [], by=by, at=at, message=message)
            change.data["message"] = message.pk
    return message
