"""Words with a Change or a Release: said between contact and staff, noted among colleagues, or the reason of a step."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from changes.models import Change, ChangeMessage, Release, ReleaseMessage
from desk import door, texts
from desk.models import AbstractMessage, User

Words = ChangeMessage | ReleaseMessage
C = TypeVar("C", Change, Release)
PUBLIC, INTERNAL = AbstractMessage.Visibility.PUBLIC, AbstractMessage.Visibility.INTERNAL


def say(
    case: Change | Release, verb: str, *, by: User | None, at: datetime, body: str, visibility: str = PUBLIC,
    client_key: UUID | None = None,
) -> Words:  # fmt: skip
    """Store one contribution, inside a change that another action makes."""
    made: Words = case.messages.create(
        verb=verb, author=by, author_name=str(by or ""), body=body, at=at, visibility=visibility,
        client_key=client_key,
    )  # fmt: skip
    return made


def add(
    case: C, verb: str, *, by: User, at: datetime, body: str, visibility: str, client_key: UUID | None
) -> Words:
    """A reply or a note; the same `client_key` adds it once and returns what was added."""
    texts.required(body=body)
    with transaction.atomic():
        type(case)._base_manager.select_for_update().get(pk=case.pk)
        earlier: Words | None = case.messages.filter(client_key=client_key).first() if client_key else None
        if earlier is not None:
            return earlier
        with door.change(case, verb, by=by, at=at) as change:
            said = say(
                change.case, verb, by=by, at=at, body=body, visibility=visibility, client_key=client_key
            )
            change.data["message"] = said.pk
            if isinstance(change.case, Change) and verb == "reply":
                change.case.react(by, at)
    return said
