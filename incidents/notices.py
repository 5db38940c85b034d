"""Who hears what of a Melding: one table from event to recipients and template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from contractants.models import Contact
from desk.models import Event, Notice, User
from desk.notices import owe
from desk.permissions import Role
from incidents.models import Channel, Melding, Message
from sla.queries import contracts_on


@dataclass(frozen=True)
class Recipient:
    """An address to write to; never the one who did it."""

    email: str
    name: str
    language: str = "nl"


Recipients = Callable[[Melding, Event], Iterator[Recipient]]


def reporter(melding: Melding, event: Event) -> Iterator[Recipient]:
    if melding.contact is not None:
        if melding.contact.is_active and melding.contact.user_id != event.actor_id:
            yield _of(melding.contact.user)
    elif melding.reporter_email:
        yield Recipient(melding.reporter_email, melding.reporter_name)


def receipt(melding: Melding, event: Event) -> Iterator[Recipient]:
    """The reporter hears that it arrived, also when it was they who sent it in."""
    if melding.contact is not None and melding.contact.user_id == event.actor_id:
        yield _of(melding.contact.user)
    else:
        yield from reporter(melding, event)


def assignee(melding: Melding, event: Event) -> Iterator[Recipient]:
    if melding.assignee is not None and melding.assignee_id != event.actor_id and melding.assignee.is_active:
        yield _of(melding.assignee)


def main_contacts(melding: Melding, event: Event) -> Iterator[Recipient]:
    """Of every affected contractant, once, when the supplier itself saw a P1 first (SLA 9.1)."""
    seen_first = melding.channel in {Channel.MONITORING, Channel.SUPPLIER}
    if melding.priority != 1 or not seen_first or not melding.service:
        return
    contracts = contracts_on(melding.received_at).filter(service=melding.service)
    told = Notice.objects.filter(key="p1_found", case_type=melding.case_type, case_id=melding.pk)
    affected = Contact.objects.filter(
        role=Contact.Role.MAIN, is_active=True, user__is_active=True, contractant__is_active=True,
        contractant__in=contracts.values("contractant"),
    ).exclude(user__email__in=told.values("email"))  # fmt: skip
    for contact in affected.select_related("user"):
        yield _of(contact.user)


# A contact hears of each step without anybody thinking of it (SLA 10.1).
NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    "register": [("melding_received", receipt), ("p1_found", main_contacts)],
    "assign": [("melding_assigned", assignee)],
    "set_priority": [("melding_priority", reporter), ("p1_found", main_contacts)],
    "complete": [("p1_found", main_contacts)],
    "convert": [("melding_converted", reporter)],
    "wait_for_contractant": [("melding_question", reporter)],
    "resolve": [("melding_resolved", reporter)],
    "reopen": [("melding_reopened", assignee)],
    "accept": [("melding_accepted", assignee)],
    "close": [("melding_closed", reporter)],
    "cancel": [("melding_cancelled", reporter)],
    "merge": [("melding_merged", reporter)],
    "mark_duplicate": [("melding_merged", reporter)],
    "agree_date": [("melding_agreed", reporter)],
    "available_again": [("melding_available_again", assignee)],
    "warn": [("melding_warning", assignee)],
    "breach": [("melding_breach", assignee)],
}


def announce(melding: Melding, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""
    rows = NOTICES.get(event.verb, [])
    if event.verb == "reply":
        by_contact = event.actor is None or event.actor.role == Role.CONTACT
        rows = [("melding_contact_replied", assignee)] if by_contact else [("melding_replied", reporter)]
    for key, recipients in rows:
        for to in recipients(melding, event):
            owe(key, email=to.email, name=to.name, language=to.language, event=event)


def context(melding: Melding, event: Event) -> dict[str, Any]:
    """What the template of a notice about `event` may use. `message` is the public text that came with it, and
    empty for an internal note; `portal_link` is empty for a reporter who cannot sign in; `other` is the number
    of the Melding that this one is a duplicate of, where its reporter may know it."""
    said = Message.objects.filter(
        pk=event.data.get("message"), melding=melding, visibility=Message.Visibility.PUBLIC
    ).first()
    other = melding.duplicate_of
    supplier = melding.policy_version.policy.supplier
    return {
        "message": said.body if said else "",
        "actor": str(event.actor) if event.actor else melding.reporter,
        "desk_link": settings.SITE_URL + melding.get_absolute_url(),
        "portal_link": settings.SITE_URL + portal_path(melding) if melding.contact_id else "",
        "other": other.number if other and other.contractant_id == melding.contractant_id else "",
        "phone_lines": melding.policy_version.phone_lines,
        "sender": _("Supportafdeling %(supplier)s") % {"supplier": supplier},
    }


def portal_path(melding: Melding) -> str:
    return reverse("incidents:portal_melding", args=[melding.number])


def _of(user: User) -> Recipient:
    return Recipient(user.email, user.name, user.language)
