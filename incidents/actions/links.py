"""Meldingen in relation to each other: merge and split without losing a word, duplicates, follow-ups."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from desk import door, texts
from desk.door import Invalid
from desk.models import User
from incidents.actions.ending import lapse
from incidents.actions.life import as_report
from incidents.actions.register import register
from incidents.actions.restricting import keeps_readers, restrict_like
from incidents.actions.storing import index
from incidents.actions.talk import say
from incidents.models import Attachment, Kind, Melding, Message, Relation


@transaction.atomic
def merge(melding: Melding, *, by: User, at: datetime, into: Melding, version: int | None = None) -> Melding:
    """End `melding` as a duplicate of `into` and move its words and files there; each remembers its origin.

    Only within one contractant: words of one may not come before the eyes of another. Nor do those of a restricted one
    come before anybody who was not let in.
    """
    _lock_pair(melding, into)
    if melding.contractant_id not in (None, into.contractant_id):
        raise Invalid(
            {"into": _("Deze meldingen zijn van verschillende contractanten. Gebruik “Dubbel van”.")}
        )
    if not keeps_readers(melding, into):
        raise Invalid(
            {"into": _("Deze melding is afgeschermd, en de andere niet voor dezelfde mensen. Gebruik “Dubbel van”.")}
        )  # fmt: skip
    with door.change(melding, "merge", by=by, at=at, version=version) as change:
        _mark(change, into)
        moved = Message.objects.filter(melding=melding)
        moved.filter(origin=None).update(origin=melding)
        moved.update(melding=into)
        files = Attachment.objects.filter(melding=melding)
        files.filter(origin=None).update(origin=melding)
        files.update(melding=into)
    with door.change(into, "note", by=by, at=at) as change:
        opening = say(
            into, "note", by=by, at=at, body=f"{melding.number}: {melding.subject}\n\n{melding.description}"
        )
        Message.objects.filter(pk=opening.pk).update(origin=melding)
        change.data |= {"message": opening.pk, "merged": melding.pk}
    index(melding, into)
    return into


@transaction.atomic
def mark_duplicate(
    melding: Melding, *, by: User, at: datetime, other: Melding, version: int | None = None
) -> Melding:
    """End `melding` as a duplicate of `other`; each keeps its own conversation."""
    _lock_pair(melding, other)
    with door.change(melding, "mark_duplicate", by=by, at=at, version=version) as change:
        _mark(change, other)
    return melding


@transaction.atomic
def split(
    melding: Melding, *, by: User, at: datetime, messages: list[int], subject: str, version: int | None = None
) -> Melding:
    """Move the chosen messages with their files to a new Melding about `subject`, received when this one was."""
    chosen = melding.messages.filter(pk__in=messages)
    if len(set(messages)) != chosen.count() or not messages:
        raise Invalid({"messages": _("Kies berichten van deze melding.")})
    texts.required(subject=subject)
    with door.change(melding, "split", by=by, at=at, version=version) as change:
        words = "\n\n".join(message.body for message in chosen)
        report = replace(
            as_report(change.case), subject=subject, description=words, received_at=melding.received_at,
            priority=melding.priority,
        )  # fmt: skip
        part = register(report, by=by, at=at, accept_missing=True, like=change.case)
        Attachment.objects.filter(message__in=messages, origin=None).update(origin=melding)
        Attachment.objects.filter(message__in=messages).update(melding=part)
        chosen.filter(origin=None).update(origin=melding)
        Message.objects.filter(pk__in=messages).update(melding=part)
        Relation.objects.create(melding=part, other=melding, kind=Relation.Kind.SPLIT)
        change.data["into"] = part.pk
    index(melding, part)
    return part


def relate(
    melding: Melding, *, by: User, at: datetime, other: Melding, kind: str, version: int | None = None
) -> Melding:
    """Record that `melding` is a duplicate, part or follow-up of `other`."""
    if kind not in Relation.Kind.values:
        raise Invalid({"kind": _("Kies een soort relatie.")})
    if melding.pk == other.pk:
        raise Invalid({"other": _("Een melding kan niet naar zichzelf verwijzen.")})
    with door.change(melding, "relate", by=by, at=at, version=version) as change:
        Relation.objects.get_or_create(melding=melding, other=other, kind=kind)
        change.data |= {"other": other.pk, "kind": kind}
    return melding


@transaction.atomic
def follow_up(
    melding: Melding, *, by: User, at: datetime, subject: str, description: str, priority: int,
    version: int | None = None,
) -> Melding:  # fmt: skip
    """After a workaround: the rest of the work, with a lower priority and clocks of its own (SLA 9.3)."""
    if not melding.priority < priority <= 4:
        raise Invalid({"priority": _("Het vervolg heeft een lagere prioriteit dan deze melding (SLA 9.3).")})
    with door.change(melding, "follow_up", by=by, at=at, version=version) as change:
        report = replace(
            as_report(change.case), kind=Kind.INCIDENT, subject=subject, description=description,
            priority=priority, received_at=None, breach_of_confidentiality=False, impact="", urgency="",
        )  # fmt: skip
        rest = register(report, by=by, at=at, accept_missing=True, contacted=True, like=change.case)
        Relation.objects.create(melding=rest, other=melding, kind=Relation.Kind.FOLLOW_UP)
        change.data["into"] = rest.pk
    return rest


def _lock_pair(melding: Melding, other: Melding) -> None:
    """Lock both, always in the same order, so that two of these at once, there and back, neither wait for
    each other nor make a circle."""
    if melding.pk == other.pk:
        raise Invalid({"into": _("Een melding kan niet naar zichzelf verwijzen.")})
    pair = Melding.objects.select_for_update(of=("self",)).filter(pk__in=[melding.pk, other.pk])
    now = {row.pk: row for row in pair.order_by("pk")}
    for one in (melding, other):
        one.restricted_at = now[one.pk].restricted_at
    if now[other.pk].duplicate_of_id is not None:
        raise Invalid({"into": _("Die melding is zelf dubbel. Kies de melding waar zij naar verwijst.")})


def _mark(change: door.Change[Melding], other: Melding) -> None:
    change.case.duplicate_of = other
    change.data["into"] = other.pk
    Relation.objects.get_or_create(melding=change.case, other=other, kind=Relation.Kind.DUPLICATE)
    if change.case.restricted_at is None:
        restrict_like(change.case, other, by=change.by, at=change.at)
    lapse(change.case, change.at)
