"""Everything that may be done to a sub-processor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from contractants.models import Contact, Contractant, Service
from desk import door, texts
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import User
from desk.numbers import next_number
from domain.privacy import objections_end
from privacy.models import Objection, Subprocessor
from sla.queries import AMSTERDAM


@dataclass(frozen=True)
class Proposed:
    """Who would do what for us, where, with which data and under which agreement (VWO 7.1)."""

    name: str
    task: str
    data: str
    country: str
    agreement: str
    place: str = "eea"
    services: Iterable[Service] = field(default=(), compare=False)


@transaction.atomic
def register(proposed: Proposed, *, by: User, at: datetime) -> Subprocessor:
    """Put it on the register as proposed. Raises `NotAllowed` or `Invalid`."""
    if not by.may("subprocessor.handle"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    words = {name: getattr(proposed, name) for name in ("name", "task", "data", "country", "agreement")}
    texts.required(**words)
    made = Subprocessor.objects.create(
        **words, place=proposed.place, number=next_number("U", "subprocessor_number", at)
    )
    made.services.set(proposed.services)
    door.record(made, "register", by=by, at=at, source="", data={"version": 1})
    return made


def make_known(case: Subprocessor, *, by: User, at: datetime, version: int | None = None) -> Subprocessor:
    """Tell every hoofdcontactpersoon that is concerned; from then on they may object (VWO 7.2)."""
    with door.change(case, "make_known", by=by, at=at, version=version) as change:
        change.case.announced_at = at
        change.case.objections_until = objections_end(at, settings.OBJECTION_DAYS, AMSTERDAM)
    return case


def object_to(
    case: Subprocessor, *, by: User, at: datetime, reason: str, version: int | None = None
) -> Subprocessor:
    """By a hoofdcontactpersoon, in time and with reasons (VWO 7.2). Once for each contractant."""
    with door.change(case, "object_to", by=by, at=at) as change:
        if not change.case.takes_objections(at):
            raise NotNow(_("De termijn om bezwaar te maken is voorbij."))
        contractant = Contact.objects.select_related("contractant").get(user=by).contractant
        change.data["objection"] = _keep(change.case, contractant, reason, by=by, received_at=at).pk
    return case


def record_objection(
    case: Subprocessor, *, by: User, at: datetime, contractant: Contractant, received_at: datetime, reason: str,
    version: int | None = None,
) -> Subprocessor:  # fmt: skip
    """What came by letter; one that came too late is kept and answered all the same."""
    if received_at > at:
        raise Invalid({"received_at": _("Dit tijdstip ligt in de toekomst.")})
    with door.change(case, "record_objection", by=by, at=at, version=version) as change:
        kept = _keep(change.case, contractant, reason, by=by, received_at=received_at, by_letter=True)
        change.data["objection"] = kept.pk
    return case


def answer(
    case: Subprocessor, *, by: User, at: datetime, objection: Objection, honoured: bool, answer: str,
    version: int | None = None,
) -> Subprocessor:  # fmt: skip
    """Honour an objection or not, with the reason; whoever made it is told."""
    texts.required(answer=answer)
    with door.change(case, "answer", by=by, at=at, version=version) as change:
        row = Objection.objects.select_for_update().get(pk=objection.pk, subprocessor=change.case)
        if row.answered_at is not None:
            raise NotNow(_("Dit bezwaar is al beantwoord."))
        row.honoured, row.answer, row.answered_at, row.answered_by = honoured, answer, at, by
        row.save()
        change.data |= {"objection": row.pk, "honoured": honoured}
    return case


def activate(case: Subprocessor, *, by: User, at: datetime, version: int | None = None) -> Subprocessor:
    """Only when the time to object is over, and every objection was answered and none honoured (VWO 7.2)."""
    with door.change(case, "activate", by=by, at=at, version=version) as change:
        until = change.case.objections_until
        if until is None or at < until:
            raise NotNow(_("De termijn om bezwaar te maken loopt nog."))
        if change.case.objections.filter(answered_at=None).exists():
            raise NotNow(_("Er is nog een bezwaar niet beantwoord."))
        if change.case.objections.filter(honoured=True).exists():
            raise NotNow(
                _("Er is een bezwaar gehonoreerd. Trek deze subverwerker in, of kondig een andere aan.")
            )
        change.case.active_since = at
    return case


def withdraw(case: Subprocessor, *, by: User, at: datetime, version: int | None = None) -> Subprocessor:
    """It will not be used; whoever was told of it, is told so."""
    return _ended(case, "withdraw", by, at, version)


def end(case: Subprocessor, *, by: User, at: datetime, version: int | None = None) -> Subprocessor:
    return _ended(case, "end", by, at, version)


def _ended(case: Subprocessor, verb: str, by: User, at: datetime, version: int | None) -> Subprocessor:
    with door.change(case, verb, by=by, at=at, version=version) as change:
        change.case.ended_at = at
    return case


def _keep(
    case: Subprocessor, contractant: Contractant, reason: str, *, by: User, received_at: datetime, by_letter: bool = False
) -> Objection:  # fmt: skip
    texts.required(reason=reason)
    if Objection.objects.filter(subprocessor=case, contractant=contractant).exists():
        raise NotNow(_("Deze contractant heeft al bezwaar gemaakt."))
    return Objection.objects.create(
        subprocessor=case, contractant=contractant, by=by, by_letter=by_letter, received_at=received_at, reason=reason
    )  # fmt: skip
