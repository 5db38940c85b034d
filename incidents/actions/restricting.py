"""Keeping a Melding from all but those who work on the security incident that it is about (SLA 7.3, 7.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from desk import door
from desk.models import User
from incidents.models import Melding, MeldingAccess


def restrict(melding: Melding, *, by: User, at: datetime) -> Melding:
    """From `at` on for whoever restricted it, who works on it, and the roles that watch over it. Once is enough."""
    if melding.restricted_at is not None:
        return melding
    with door.change(melding, "restrict", by=by, at=at) as change:
        change.case.restricted_at = at
        change.data["people"] = _add(change.case, [by, change.case.assignee], by, at)
    return melding


def let_in(melding: Melding, *, by: User | None, at: datetime, user: User) -> Melding:
    with door.change(melding, "let_in", by=by, at=at) as change:
        change.data["people"] = _add(change.case, [user], by, at)
    return melding


def shut_out(melding: Melding, *, by: User, at: datetime, user: User) -> Melding:
    with door.change(melding, "shut_out", by=by, at=at) as change:
        MeldingAccess.objects.filter(melding=change.case, user=user).delete()
        change.data["people"] = [user.pk]
    return melding


def _add(melding: Melding, users: Iterable[User | None], by: User | None, at: datetime) -> list[int]:
    rows = [MeldingAccess(melding=melding, user=user, given_by=by, at=at) for user in users if user]
    MeldingAccess.objects.bulk_create(rows, ignore_conflicts=True)
    return [row.user_id for row in rows]
