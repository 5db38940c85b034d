"""Keeping a Melding from all but those who work on the security incident that it is about (SLA 7.3, 7.4).

What carries the same words is kept from the same people: its duplicates, what it was merged into, and what is split
off it or follows from it afterwards. All of them are restricted from the same moment on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

from desk import door
from desk.models import User
from incidents.models import Melding, MeldingAccess
from incidents.models.monitoring import SAME_IDS


@transaction.atomic
def restrict(melding: Melding, *, by: User, at: datetime) -> Melding:
    """From `at` on for whoever restricted it, who works on it, and the roles that watch over it. Once is enough."""
    if melding.restricted_at is None:
        alike = [one for one in _same(_holder(melding)) if one.pk != melding.pk]
        people = [by, *(one.assignee for one in [melding, *alike])]
        for one in [melding, *alike]:
            _close(one, people, by, at, since=at)
    return melding


def restrict_like(melding: Melding, other: Melding, *, by: User | None, at: datetime) -> None:
    """Where `other` is restricted: `melding`, a row that the caller holds and saves, from the same moment on and for the
    same people; and its duplicates."""
    if other.restricted_at is None:
        return
    people = [access.user for access in other.accesses.select_related("user")]
    melding.restricted_at = other.restricted_at
    door.record(melding, "restrict", by=by, at=at, data={"people": _add(melding, people, by, at)})
    for one in _same(melding):
        if one.pk != melding.pk:
            _close(one, people, by, at, since=other.restricted_at)


def let_in(melding: Melding, *, by: User | None, at: datetime, user: User) -> Melding:
    """To it and to all that is restricted along with it."""
    for one in [melding, *_along(melding)]:
        with door.change(one, "let_in", by=by, at=at) as change:
            change.data["people"] = _add(change.case, [user], by, at)
    return melding


def shut_out(melding: Melding, *, by: User, at: datetime, user: User) -> Melding:
    for one in [melding, *_along(melding)]:
        with door.change(one, "shut_out", by=by, at=at) as change:
            MeldingAccess.objects.filter(melding=change.case, user=user).delete()
            change.data["people"] = [user.pk]
    return melding


def keeps_readers(melding: Melding, into: Melding) -> bool:
    """Whether the words of `melding` reach nobody new in `into`, where they are restricted."""
    if melding.restricted_at is None:
        return True
    added = into.accesses.exclude(user__in=melding.accesses.values("user"))
    told = into.contact_id in (None, melding.contact_id)
    return into.restricted_at is not None and told and not added.exists()


def _close(
    melding: Melding, people: Iterable[User | None], by: User | None, at: datetime, since: datetime
) -> None:
    if melding.restricted_at is None:
        with door.change(melding, "restrict", by=by, at=at) as change:
            change.case.restricted_at = change.case.restricted_at or since
            change.data["people"] = _add(change.case, people, by, at)


def _holder(melding: Melding) -> Melding:
    """The one that its words were merged into, or else itself: what was marked as a duplicate keeps its own."""
    above = held = melding
    while above.duplicate_of is not None:
        above = above.duplicate_of
        held = above if above.messages.filter(origin=melding).exists() else held
    return held


def _same(melding: Melding) -> list[Melding]:
    """It, its duplicates, and theirs."""
    ids = RawSQL(SAME_IDS, [[melding.pk]])  # noqa: S611 (no words of people)
    return list(Melding._base_manager.filter(pk__in=ids).select_related("assignee").order_by("pk"))


def _along(melding: Melding) -> list[Melding]:
    """What was restricted along with it, and along with that."""
    found, new = {melding.pk}, {melding.pk}
    while melding.restricted_at and new:
        near = Q(relations__other__in=new) | Q(related_by__melding__in=new)
        rows = Melding._base_manager.filter(near, restricted_at=melding.restricted_at)
        new = set(rows.values_list("pk", flat=True)) - found
        found |= new
    return list(Melding._base_manager.filter(pk__in=found - {melding.pk}).order_by("pk"))


def _add(melding: Melding, users: Iterable[User | None], by: User | None, at: datetime) -> list[int]:
    rows = [MeldingAccess(melding=melding, user=user, given_by=by, at=at) for user in users if user]
    MeldingAccess.objects.bulk_create(rows, ignore_conflicts=True)
    return list(dict.fromkeys(row.user_id for row in rows))
