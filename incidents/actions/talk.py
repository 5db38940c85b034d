"""The conversation: answers that the contractant reads, and notes that it does not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from desk import attachments, door, texts
from desk.door import Invalid
from desk.models import Upload, User
from desk.permissions import Role
from incidents.actions.storing import index, store_files
from incidents.models import Melding, Message, State


def reply(
    melding: Melding, *, by: User | None, at: datetime, body: str, files: list[Upload] | None = None,
    images_masked: bool = False, client_key: UUID | None = None, channel: str = "", author_name: str = "",
) -> Message:  # fmt: skip
    """Add a public answer. The first one of an agent is the first contact (SLA 2.25); one of a contact ends
    waiting for the contractant, and reopens nothing: on a solved Melding it waits for an agent to decide.
    The same `client_key` adds it once and returns what was added. `author_name` is for who is no user."""
    given = client_key, channel, author_name
    return _say(melding, "reply", by, at, body, files or [], images_masked, *given)


def note(
    melding: Melding, *, by: User | None, at: datetime, body: str, files: list[Upload] | None = None,
    client_key: UUID | None = None, channel: str = "",
) -> Message:  # fmt: skip
    """Add an internal note, which no contractant sees, finds or is mailed."""
    return _say(melding, "note", by, at, body, files or [], True, client_key, channel)


def attach(
    melding: Melding, *, by: User, at: datetime, files: list[Upload], images_masked: bool = False
) -> Message:
    """Add files with a line that says so."""
    if not files:
        raise Invalid({"files": _("Kies ten minste één bestand.")})
    return reply(
        melding, by=by, at=at, body=_("Bijlage toegevoegd."), files=files, images_masked=images_masked
    )


def read_reaction(melding: Melding, *, by: User, at: datetime, version: int | None = None) -> Melding:
    """An agent decided that what was written on a solved Melding needs nothing more."""
    with door.change(melding, "read_reaction", by=by, at=at, version=version) as change:
        change.case.reacted_at = None
    return melding


def _say(
    melding: Melding, verb: str, by: User | None, at: datetime, body: str, files: list[Upload],
    images_masked: bool, client_key: UUID | None, channel: str, author_name: str = "",
) -> Message:  # fmt: skip
    texts.required(body=body)
    types = attachments.check(files, images_masked=images_masked)
    with transaction.atomic():
        if client_key and (earlier := _said_before(melding, client_key)):
            return earlier
        with door.change(melding, verb, by=by, at=at) as change:
            message = say(
                change.case, verb, by=by, at=at, body=body, client_key=client_key, channel=channel,
                author_name=author_name,
            )  # fmt: skip
            store_files(
                change.case, files, types, by=by, at=at, message=message, visibility=message.visibility
            )
            change.data["message"] = message.pk
            change.data["contacted"] = verb == "reply" and speaks_for_desk(by)
            if verb == "reply" and not change.case.is_open:
                change.case.reacted_at = None if speaks_for_desk(by) else at
        index(melding)
        if verb == "reply" and melding.state == State.WAITING_CONTRACTANT and not speaks_for_desk(by):
            _end_waiting(melding, message, at)
    return message


def _said_before(melding: Melding, client_key: UUID) -> Message | None:
    """What was added with this key. The lock makes the second of two at once wait for the first."""
    Melding.objects.select_for_update().get(pk=melding.pk)
    earlier: Message | None = Message.objects.filter(melding=melding, client_key=client_key).first()
    return earlier


def say(
    melding: Melding, verb: str, *, by: User | None, at: datetime, body: str, client_key: UUID | None = None,
    channel: str = "", author_name: str = "",
) -> Message:  # fmt: skip
    """Store one contribution, inside a change that another action makes."""
    return Message.objects.create(
        melding=melding, verb=verb, author=by, author_name=str(by) if by else author_name[:120], body=body, at=at,
        client_key=client_key, channel=channel,
        visibility=Message.Visibility.INTERNAL if verb == "note" else Message.Visibility.PUBLIC,
    )  # fmt: skip


def speaks_for_desk(by: User | None) -> bool:
    return by is not None and by.role != Role.CONTACT


def _end_waiting(melding: Melding, message: Message, at: datetime) -> None:
    with door.change(melding, "resume", by=None, at=at) as change:
        change.data["because"] = "reply"
        change.data["message"] = message.pk
