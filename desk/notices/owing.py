"""Owing a notice, in the transaction of what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from desk.models import Event, Notice, NoticePreference, User
from desk.notices.kinds import kind_of


def owe(
    key: str, *, email: str, name: str = "", language: str = "nl", event: Event | None = None,
    data: dict[str, Any] | None = None, not_before: datetime | None = None, always: bool = False,
    held: bool = False,
) -> None:  # fmt: skip
    """Owe one person one message about `event`, to be sent at once, not before a moment of the business hours, or
    when whoever holds it releases it; owing it twice is owing it once.

    What somebody has turned off is written down and not sent, unless `always`.
    """
    notice = Notice(key=key, email=email.lower(), name=name, language=language, event=event, data=data or {})
    if event is not None:
        notice.case_type, notice.case_id = event.case_type, event.case_id
    if held or not_before is not None:
        notice.next_try_at = not_before
    if not always and unwanted(key, notice.email):
        notice.dropped_at, notice.dropped_because = Now(), Notice.Dropped.UNWANTED
    Notice.objects.bulk_create([notice], ignore_conflicts=event is not None)
    transaction.on_commit(wake)


def owe_user(
    key: str, user: User, *, event: Event | None = None, data: dict[str, Any] | None = None,
    not_before: datetime | None = None,
) -> None:  # fmt: skip
    owe(
        key, email=user.email, name=user.name, language=user.language, event=event, data=data,
        not_before=not_before,
    )  # fmt: skip


def unwanted(key: str, email: str) -> bool:
    group = kind_of(key).group
    return bool(group) and NoticePreference.objects.filter(group=group, user__email=email).exists()


def wake() -> None:
    """Ask a worker to deliver now. Only a wake-up call: without it, beat delivers within seconds."""
    from desk.tasks import deliver_notices, publish

    publish(deliver_notices)
