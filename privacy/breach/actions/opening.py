"""Opening a security incident, and who may read it (SLA 7.3, 7.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from desk import audit, door, texts
from desk.door import Invalid, NotAllowed, NotNow
from desk.mail.enclosures import Post
from desk.models import AbstractMessage, IdempotentRequest, User
from desk.numbers import next_number
from desk.permissions import SEES_RESTRICTED, STAFF, may
from incidents.actions import let_in as let_in_to_melding
from incidents.actions import restrict, set_priority
from incidents.actions import shut_out as shut_out_of_melding
from incidents.models import Melding
from privacy.breach.clock import due
from privacy.models import Aspect, BreachAccess, BreachMessage, BreachState, SecurityIncident

LONGEST_AGO = timedelta(days=365)


@dataclass(frozen=True)
class Suspicion:
    """What somebody noticed. `known_at`: when the desk got knowledge, None for now."""

    subject: str
    description: str
    aspect: str
    known_at: datetime | None = None
    melding: Melding | None = None


def open_incident(
    suspicion: Suspicion, *, by: User, at: datetime, client_key: UUID | None = None
) -> SecurityIncident:
    """By any member of staff; the Melding that it is about is restricted from then on, and of priority 1 where
    confidentiality is at stake. One `client_key` opens once. Raises `NotAllowed`, `Invalid`, `NotNow`."""
    if not may(by, "breach.open"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    _check(suspicion, at)
    with transaction.atomic():
        key = f"breach-{client_key}"
        seen, is_new = IdempotentRequest.objects.get_or_create(
            user=by, key=key, defaults={"fingerprint": "", "body": {}}
        ) if client_key else (None, True)  # fmt: skip
        if seen is not None and not is_new:
            return SecurityIncident.objects.get(number=dict(seen.body or {})["number"])
        case = _create(suspicion, by, at)
        if seen is not None:
            seen.body = {"number": case.number}
            seen.save(update_fields=["body"])
    return case


def _check(suspicion: Suspicion, at: datetime) -> None:
    texts.required(subject=suspicion.subject, description=suspicion.description)
    known, errors = suspicion.known_at or at, {}
    if suspicion.aspect not in Aspect.values:
        errors["aspect"] = _("Kies wat is aangetast.")
    if len(suspicion.subject) > texts.SUBJECT_MAX:
        errors["subject"] = _("Hooguit %(most)d tekens.") % {"most": texts.SUBJECT_MAX}
    if known > at:
        errors["known_at"] = _("Dit tijdstip ligt in de toekomst.")
    if known < at - LONGEST_AGO:
        errors["known_at"] = _("Dit tijdstip ligt meer dan een jaar terug.")
    if errors:
        raise Invalid(errors)


def _create(suspicion: Suspicion, by: User, at: datetime) -> SecurityIncident:
    known, melding = suspicion.known_at or at, suspicion.melding
    if melding is not None:
        _restrict(melding, suspicion.aspect, by, at)
    case = SecurityIncident(
        number=next_number("B", "breach_number", at), subject=suspicion.subject.strip(), description=suspicion.description,
        aspect=suspicion.aspect, melding=melding, opened_by=by, opened_at=at, known_at=known, due_at=due(known),
    )  # fmt: skip
    case.save()
    admit(case, [by, melding.assignee if melding else None], by=by, at=at)
    case.project(at)
    case.save(update_fields=["sweep_at"])
    case.announce(
        door.record(case, "open", by=by, at=at, source="", data={"version": 1, "aspect": case.aspect})
    )
    return case


def _restrict(melding: Melding, aspect: str, by: User, at: datetime) -> None:
    Melding._base_manager.select_for_update().get(pk=melding.pk)
    running = SecurityIncident.objects.filter(melding=melding).exclude(state=BreachState.CLOSED).first()
    if running is not None:
        raise NotNow(
            _("Bij deze melding loopt al beveiligingsincident %(number)s.") % {"number": running.number}
        )
    restrict(melding, by=by, at=at)
    field = {
        Aspect.CONFIDENTIALITY: "breach_of_confidentiality",
        Aspect.INTEGRITY: "breach_of_integrity",
    }.get(Aspect(aspect))
    if aspect == Aspect.CONFIDENTIALITY and melding.priority != 1 and melding.is_open:
        said = _("De vertrouwelijkheid is in het geding (SLA 7.4).")
        set_priority(melding, by=None, at=at, reason=said, priority=1)
    melding.refresh_from_db()
    if field and (aspect != Aspect.CONFIDENTIALITY or melding.priority == 1):
        setattr(melding, field, True)
        melding.save(update_fields=[field])


def admit(
    case: SecurityIncident, users: Iterable[User | None], *, by: User | None, at: datetime
) -> list[int]:
    """Let people in to the incident and the Melding that it is about, within the caller's transaction; returns who is new."""
    known = set(case.accesses.values_list("user", flat=True))
    new = {
        user.pk: user for user in users if user and user.pk not in known and user.role not in SEES_RESTRICTED
    }
    for user in new.values():
        BreachAccess.objects.create(incident=case, user=user, given_by=by, at=at)
        if case.melding and not case.melding.accesses.filter(user=user).exists():
            let_in_to_melding(case.melding, by=None, at=at, user=user)
    return list(new)


def let_in(
    case: SecurityIncident, *, by: User, at: datetime, user: User, version: int | None = None
) -> SecurityIncident:
    with door.change(case, "let_in", by=by, at=at, version=version) as change:
        if user.role not in STAFF or not user.is_active:
            raise Invalid({"user": _("Alleen medewerkers kunnen toegang krijgen.")})
        change.data["people"] = admit(change.case, [user], by=by, at=at)
        if not change.data["people"]:
            raise Invalid({"user": _("Heeft al toegang.")})
    return case


def shut_out(
    case: SecurityIncident, *, by: User, at: datetime, user: User, version: int | None = None
) -> SecurityIncident:
    with door.change(case, "shut_out", by=by, at=at, version=version) as change:
        change.case.accesses.filter(user=user).delete()
        if change.case.melding:
            shut_out_of_melding(change.case.melding, by=by, at=at, user=user)
        change.data["people"] = [user.pk]
    return case


def note(
    case: SecurityIncident, *, by: User, at: datetime, body: str, client_key: UUID | None = None
) -> BreachMessage:
    """Words for whoever may read the incident."""
    texts.required(body=body)
    with transaction.atomic():
        SecurityIncident.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if client_key and (
            earlier := BreachMessage.objects.filter(incident=case, client_key=client_key).first()
        ):
            return earlier
        with door.change(case, "note", by=by, at=at) as change:
            said = _say(change, by, body, client_key=client_key)
    return said


def take_mail(case: SecurityIncident, *, by: User, post: Post, at: datetime) -> bool:
    """What somebody answers by mail to a letter or a notice, as a note; what came with it stays with the mail. False where
    it is not for them to say: then it goes nowhere, and certainly not to a Melding that others read."""
    answers = case.wrote_to(by)
    if not (answers or case.is_open_to(by)):
        return False
    kept = _("De bijlagen staan bij de originele mail, in Beheer onder binnengekomen mail.")
    told = [post.body, post.told, kept if post.files else ""]
    # An addressee may not write notes: the desk does, of what they said.
    with door.change(case, "note", by=None if answers else by, at=at) as change:
        _say(change, by, "\n\n".join(one for one in told if one), channel="email")
        change.data["answer"] = answers
    if answers:
        audit.log("note", by=by, at=at, obj=case)
    return True


def _say(change: door.Change[SecurityIncident], by: User, body: str, **more: Any) -> BreachMessage:
    said = BreachMessage.objects.create(
        incident=change.case, verb="note", author=by, author_name=str(by), body=body, at=change.at,
        visibility=AbstractMessage.Visibility.INTERNAL, **more,
    )  # fmt: skip
    change.data["message"] = said.pk
    return said
