"""Registering a complaint: the Supportafdeling for a contact, or the contact in the portal (SLA 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.talk import keep
from complaints.models import About, Complaint
from contractants.models import Contact, Service
from desk import attachments, door, texts
from desk.door import Invalid, NotAllowed
from desk.models import IdempotentRequest, Upload, User
from desk.numbers import next_number
from desk.permissions import Role, may
from incidents.actions.register import LONGEST_AGO
from incidents.models import Melding


@dataclass(frozen=True)
class Received:
    """What the contact complains about. `received_at` is when it reached the supplier, None for now."""

    contact: Contact
    about: str
    subject: str
    description: str
    service: Service | None = None
    meldingen: Iterable[Melding] = ()
    received_at: datetime | None = None


def register(
    received: Received, *, by: User, at: datetime, files: list[Upload] | None = None, images_masked: bool = False,
    client_key: UUID | None = None,
) -> Complaint:  # fmt: skip
    """Record it with its files and tell both sides. One `client_key` registers once. Raises `NotAllowed` or `Invalid`.

    The Supportafdeling registers no complaint about itself: that goes straight to the productmanager or the
    service level manager (SLA 5).
    """
    _check(received, by, at)
    types = attachments.check(files or [], images_masked=images_masked)
    with transaction.atomic():
        seen, is_new = IdempotentRequest.objects.get_or_create(
            user=by, key=f"complaint-{client_key}", defaults={"fingerprint": "", "body": {}}
        ) if client_key else (None, True)  # fmt: skip
        if seen is not None and not is_new:
            return _made_before(seen, by)
        complaint = _create(received, by, at)
        keep(complaint, files or [], types, by=by, at=at)
        if seen is not None:
            seen.body = {"number": complaint.number}
            seen.save(update_fields=["body"])
    return complaint


def _made_before(seen: IdempotentRequest, by: User) -> Complaint:
    """Where they may still see it: meanwhile it can be about the Supportafdeling."""
    found = Complaint.objects.visible_to(by).filter(number=dict(seen.body or {})["number"]).first()
    if found is None:
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    return found


def _create(received: Received, by: User, at: datetime) -> Complaint:
    complaint = Complaint(
        number=_number(received.about, at), contractant=received.contact.contractant, contact=received.contact,
        about=received.about, service=received.service, subject=received.subject.strip(),
        description=received.description, received_at=received.received_at or at, registered_by=by,
    )  # fmt: skip
    complaint.project(at)
    complaint.save()
    complaint.meldingen.set(received.meldingen)
    complaint.announce(door.record(complaint, "register", by=by, at=at, source="", data={"version": 1}))
    return complaint


def _number(about: str, at: datetime) -> str:
    """Complaints about the Supportafdeling are counted apart, so that no gap in the others tells of one."""
    if about != About.SUPPORT:
        return next_number("K", "complaint_number", at)
    return next_number("K", "complaint_apart_number", at).replace("-", "-9")


def _check(received: Received, by: User, at: datetime) -> None:
    if not _may(received, by):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    texts.required(subject=received.subject, description=received.description)
    errors = {}
    if received.about not in About.values:
        errors["about"] = _("Kies waar de klacht over gaat.")
    if len(received.subject) > texts.SUBJECT_MAX:
        errors["subject"] = _("Hooguit %(most)d tekens.") % {"most": texts.SUBJECT_MAX}
    if received.received_at is not None and received.received_at > at:
        errors["received_at"] = _("Dit tijdstip ligt in de toekomst.")
    if received.received_at is not None and received.received_at < at - LONGEST_AGO:
        errors["received_at"] = _("Dit tijdstip ligt meer dan een jaar terug.")
    errors |= lacks(received.about, received.service, received.meldingen)
    if any(one.contractant_id != received.contact.contractant_id for one in received.meldingen):
        errors["meldingen"] = _("Dit is geen melding van deze contractant.")
    if errors:
        raise Invalid(errors)


def lacks(about: str, service: Service | None, meldingen: Iterable[Melding]) -> dict[str, str]:
    """What one about this has to name, and does not."""
    if about == About.SERVICE and service is None:
        return {"service": _("Kies om welke Dienst het gaat.")}
    if about == About.HANDLING and not meldingen:
        return {"meldingen": _("Geef aan om welke melding het gaat.")}
    return {}


def _may(received: Received, by: User) -> bool:
    if not may(by, "complaint.register") or not received.contact.is_active:
        return False
    if by.role == Role.CONTACT:
        return received.contact.user_id == by.pk
    return received.about in abouts(by)


def abouts(user: User) -> list[str]:
    """What a complaint that this person registers may be about."""
    apart = user.role in {Role.SUPPORT, Role.ON_CALL}
    return [about for about in About.values if not (apart and about == About.SUPPORT)]
