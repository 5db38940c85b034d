"""What people do about the data of a contractant: have it handed over, plan that it is erased, approve that."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contractants.models import Contractant
from desk import audit
from desk.door import NotAllowed, NotNow
from desk.models import User
from desk.tasks import publish
from privacy.handover import terms
from privacy.models import Erasure, Handover


def make_handover(contractant: Contractant, *, by: User, at: datetime) -> Handover:
    """Have all its data made ready to fetch, within seconds also without a broker; the one that is under way already
    where there is one. Raises `NotAllowed`, and `NotNow` once the term for it is past (art. 10.9)."""
    from privacy.tasks import make_handovers

    _may(by, "handover.make")
    until = terms.handed_until(contractant, at)
    if until is not None and terms.today(at) > until:
        raise NotNow(_("De termijn voor overdragen is verstreken."))
    try:
        with transaction.atomic():
            made = Handover.objects.create(contractant=contractant, asked_by=by, asked_at=at)
            audit.log("handover_make", by=by, at=at, obj=contractant, mode=audit.Mode.EXPORT)
    except IntegrityError:
        return Handover.objects.filter(contractant=contractant, state__in=["waiting", "running"]).get()
    transaction.on_commit(lambda: publish(make_handovers))
    return made


def fetch(handover: Handover, *, by: User, at: datetime) -> Handover:
    """Count that somebody fetches it. Raises `NotNow` where it is not there any more."""
    with transaction.atomic():
        row = Handover.objects.select_for_update().get(pk=handover.pk)
        if row.state != Handover.State.READY or row.expires_at is None or row.expires_at <= at:
            raise NotNow(_("Dit bestand kan niet meer worden opgehaald."))
        row.fetched += 1
        row.save(update_fields=["fetched"])
        rows = sum(row.counts.values())
        audit.log("handover_fetch", by=by, at=at, obj=row, mode=audit.Mode.EXPORT, count=rows)
    return row


def plan_erasure(contractant: Contractant, *, by: User, at: datetime) -> Erasure:
    """Plan that all its data is erased as soon as the contract allows (VWO 4.3), for somebody else to approve. Raises
    `NotAllowed`, and `NotNow` while a contract runs or another erasing is under way."""
    _may(by, "erasure.plan")
    ended = terms.ended(contractant, at)
    first, policy = terms.erased_from(contractant, at), terms.policies(contractant)
    if ended is None or first is None:
        raise NotNow(_("Er loopt nog een contract, of er is er nooit een geweest."))
    try:
        with transaction.atomic():
            made = Erasure.objects.create(
                party=contractant.public_id, contractant=contractant, ended_on=ended, not_before=first, policy=policy,
                planned_by=by, planned_at=at,
            )  # fmt: skip
            audit.log("erasure_plan", by=by, at=at, obj=contractant)
    except IntegrityError:
        raise NotNow(_("Het wissen is al gepland.")) from None
    return made


@transaction.atomic
def approve_erasure(erasure: Erasure, *, by: User, at: datetime) -> Erasure:
    """Agree that it is erased; a worker does so at once. Raises `NotAllowed` for whoever planned it, and `NotNow` while
    something stands in the way."""
    from privacy.tasks import erase_contractants

    row = _planned(erasure)
    _may(by, "erasure.approve")
    if by.pk == row.planned_by_id:
        raise NotAllowed(_("Een ander dan wie het wissen plande, keurt het goed."))
    if row.contractant is None:
        raise NotNow(_("Deze contractant bestaat niet meer."))
    Contractant.objects.select_for_update().get(pk=row.contractant.pk)  # as whoever places a hold does
    if why := terms.blocks(row.contractant, at):
        raise NotNow(" ".join(why))
    row.state, row.approved_by, row.approved_at = Erasure.State.APPROVED, by, at
    row.save()
    audit.log("erasure_approve", by=by, at=at, obj=row.contractant)
    transaction.on_commit(lambda: publish(erase_contractants))
    return row


@transaction.atomic
def withdraw_erasure(erasure: Erasure, *, by: User, at: datetime) -> Erasure:
    """Not after all; possible until it is approved."""
    row = _planned(erasure)
    _may(by, "erasure.plan")
    row.state, row.finished_at = Erasure.State.WITHDRAWN, at
    row.save()
    audit.log("erasure_withdraw", by=by, at=at, obj=row.contractant)
    return row


def _planned(erasure: Erasure) -> Erasure:
    row = Erasure.objects.select_for_update(of=("self",)).get(pk=erasure.pk)
    if row.state != Erasure.State.PLANNED:
        raise NotNow(_("Dit wacht niet meer op goedkeuring."))
    return row


def _may(by: User, verb: str) -> None:
    if not by.may(verb):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
