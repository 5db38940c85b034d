"""Everything that may be done to the request of a data subject."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contractants.models import Contractant
from desk import door, texts
from desk.door import Invalid, NotAllowed
from desk.models import User
from desk.numbers import next_number
from privacy.models import DataRequest
from privacy.models.request import RequestChannel, Right


@dataclass(frozen=True)
class Asked:
    """What a data subject asks, as it came in. One of `reference` and `person` says who, to the controller."""

    contractant: Contractant
    right: str
    channel: str
    received_at: datetime
    reference: str = ""
    person: str = ""


@transaction.atomic
def register(asked: Asked, *, by: User, at: datetime) -> DataRequest:
    """Write it down, to be passed on. Raises `NotAllowed` or `Invalid`."""
    if not by.may("request.register"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    _check(asked, at)
    made = DataRequest(**vars(asked), number=next_number("G", "data_request_number", at), registered_by=by)
    made.project(at)
    made.save()
    made.announce(door.record(made, "register", by=by, at=at, source="", data={"version": 1}))
    return made


def pass_on(request: DataRequest, *, by: User, at: datetime, version: int | None = None) -> DataRequest:
    """Refer it to the controller: its hoofdcontactpersonen are told (VWO 8.1). One without any is refused."""
    with door.change(request, "pass_on", by=by, at=at, version=version) as change:
        main = change.case.contractant.contacts.filter(
            role="main_contact", is_active=True, user__is_active=True
        )
        if not main.exists():
            raise door.NotNow(_("Deze contractant heeft geen hoofdcontactpersoon. Registreer die eerst."))
        change.case.passed_on_at = at
    return request


def instruct(
    request: DataRequest, *, by: User, at: datetime, instruction: str, version: int | None = None
) -> DataRequest:
    """What the controller asks of the processor (VWO 8.2)."""
    texts.required(instruction=instruction)
    with door.change(request, "instruct", by=by, at=at, version=version) as change:
        change.case.instruction = instruction
    return request


def carry_out(
    request: DataRequest, *, by: User, at: datetime, result: str, version: int | None = None
) -> DataRequest:
    texts.required(result=result)
    with door.change(request, "carry_out", by=by, at=at, version=version) as change:
        change.case.result, change.case.carried_out_at = result, at
    return request


def close(request: DataRequest, *, by: User, at: datetime, version: int | None = None) -> DataRequest:
    """After it was carried out, or where the controller needs nothing of the desk."""
    with door.change(request, "close", by=by, at=at, version=version) as change:
        change.case.ended_at = at
    return request


def _check(asked: Asked, at: datetime) -> None:
    errors = texts.errors_in(reference=asked.reference, person=asked.person)
    if asked.right not in Right.values:
        errors["right"] = _("Kies wat de betrokkene vraagt.")
    if asked.channel not in RequestChannel.values:
        errors["channel"] = _("Kies hoe het verzoek binnenkwam.")
    if asked.received_at > at:
        errors["received_at"] = _("Dit tijdstip ligt in de toekomst.")
    if not asked.reference.strip() and not asked.person.strip():
        errors["reference"] = _(
            "Geef een kenmerk dat de verwerkingsverantwoordelijke kent, of anders een naam."
        )
    if errors:
        raise Invalid(errors)
