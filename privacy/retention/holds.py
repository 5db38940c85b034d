"""Keeping something from being erased, and letting go of it again. Each is an event in the trail of the hold."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from contractants.models import Contact, Contractant
from desk import audit, texts
from desk.door import NotAllowed, NotNow
from desk.models import Case, Event, User
from incidents.models import Melding
from privacy.models import Erasure, LegalHold
from privacy.retention.queries import holds_on

Held = Melding | Contact | Contractant


def keeps(case: Case, at: datetime) -> bool:
    """Whether nothing may be taken out of `case`: for its Melding, its contact or its contractant."""
    melding = case if isinstance(case, Melding) else getattr(case, "melding", None)
    if isinstance(melding, Melding):
        return holds_on(melding, at).exists()
    whose = {name: pk for name in ("contact", "contractant") if (pk := getattr(case, f"{name}_id", None))}
    return bool(whose) and LegalHold.objects.in_force(at).filter(Q(*whose.items(), _connector=Q.OR)).exists()


@transaction.atomic
def place(on: Held, *, by: User, at: datetime, reason: str) -> LegalHold:
    """Hold all of `on` from `at`. Raises `NotAllowed`, `Invalid`, or `NotNow` where a hold stands already or its
    contractant is being erased."""
    _may(by)
    texts.required(reason=reason)
    field = type(on)._meta.model_name or ""
    _not_erasing(on)
    type(on)._base_manager.select_for_update().get(pk=on.pk)
    if LegalHold.objects.in_force(at).filter(**{field: on}).exists():
        raise NotNow(_("Hierop rust al een bewaarplicht."))
    hold = LegalHold.objects.create(**{field: on}, reason=reason.strip(), placed_at=at, placed_by=by)
    _record(hold, "place", by, at)
    return hold


@transaction.atomic
def lift(hold: LegalHold, *, by: User, at: datetime, reason: str) -> LegalHold:
    """Let retention do its work again from the next night on. Raises `NotAllowed`, `Invalid` or `NotNow`."""
    _may(by)
    texts.required(reason=reason)
    row = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if row.lifted_at is not None:
        raise NotNow(_("Deze bewaarplicht is al opgeheven."))
    row.lifted_at, row.lifted_by, row.lifted_because = at, by, reason.strip()
    row.save()
    _record(row, "lift", by, at)
    return row


def _not_erasing(on: Held) -> None:
    """The contractant is locked, as erasing does: whichever comes first, the other sees it."""
    contractant = on if isinstance(on, Contractant) else on.contractant
    if contractant is None:
        return
    Contractant.objects.select_for_update().get(pk=contractant.pk)
    if contractant.erasures.filter(state__in=[Erasure.State.APPROVED, Erasure.State.RUNNING]).exists():
        raise NotNow(_("Het wissen van de gegevens van deze contractant is al goedgekeurd."))


def _may(by: User) -> None:
    if not by.may("privacy.hold"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))


def _record(hold: LegalHold, verb: str, by: User, at: datetime) -> None:
    Event.objects.create(case_type=hold.case_type, case_id=hold.pk, verb=verb, at=at, actor=by)
    audit.log(f"{verb}_hold", by=by, at=at, obj=hold.melding or hold.contact or hold.contractant)
