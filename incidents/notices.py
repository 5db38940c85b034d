"""Who hears what of a Melding: one table from event to recipients and template.

The channel is e-mail; webhooks are told of every event by `desk.webhooks`. What each notice is called, and who may
do without it, stands in `incidents.notice_kinds`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Contact
from desk.door import record
from desk.models import Event, Notice, User
from desk.notices import owe
from desk.notices.kinds import called
from desk.permissions import STAFF, Role
from incidents.duty import answering, hours_for, is_open
from incidents.models import Channel, Melding, Message
from sla.queries import contracts_on

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Recipient:
    """An address to write to; never the one who did it."""

    email: str
    name: str
    language: str = "nl"


Recipients = Callable[[Melding, Event], Iterator[Recipient]]


@called(gettext_lazy("de melder"))
def reporter(melding: Melding, event: Event) -> Iterator[Recipient]:
    if melding.contact is not None:
        if melding.contact.is_active and melding.contact.user_id != event.actor_id:
            yield _of(melding.contact.user)
    elif melding.reporter_email:
        yield Recipient(melding.reporter_email, melding.reporter_name)


@called(gettext_lazy("de melder, ook van een eigen melding"))
def receipt(melding: Melding, event: Event) -> Iterator[Recipient]:
    """The reporter hears that it arrived, also when it was they who sent it in."""
    if melding.contact is not None and melding.contact.user_id == event.actor_id:
        yield _of(melding.contact.user)
    else:
        yield from reporter(melding, event)


@called(gettext_lazy("de behandelaar"))
def assignee(melding: Melding, event: Event) -> Iterator[Recipient]:
    if melding.assignee is not None and melding.assignee_id != event.actor_id and melding.assignee.is_active:
        yield _of(melding.assignee)


@called(gettext_lazy("de hoofdcontactpersoon van elke geraakte contractant"))
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


@called(
    gettext_lazy("de behandelaar; zonder behandelaar bij prioriteit 1 wie nu opneemt, of straks als eerste")
)
def somebody_who_phones(melding: Melding, event: Event) -> Iterator[Recipient]:
    """Whoever can phone the person whose mailbox takes no mail; for a P1 there is always somebody (SLA 4.2)."""
    if melding.assignee is not None and melding.assignee.mail_rejected_at is None:
        yield from assignee(melding, event)
    elif melding.priority == 1:
        for user in answering(hours_for(melding), event.at):
            yield _of(user)


@called(gettext_lazy("de behandelaar, als de contactpersoon schrijft"))
def assignee_of_contact(melding: Melding, event: Event) -> Iterator[Recipient]:
    if _by_contact(event):
        yield from assignee(melding, event)


@called(gettext_lazy("de melder, als de Supportafdeling schrijft"))
def reporter_of_desk(melding: Melding, event: Event) -> Iterator[Recipient]:
    if not _by_contact(event):
        yield from reporter(melding, event)


def _by_contact(event: Event) -> bool:
    return event.actor is None or event.actor.role == Role.CONTACT


@called(gettext_lazy("wie bij prioriteit 1 nu opneemt, of straks als eerste"))
def duty(melding: Melding, event: Event) -> Iterator[Recipient]:
    """Who has to act on a P1: within Kantoortijden its assignee, else the Supportafdeling; outside them whoever
    answers now or next (SLA 4.2). Told once each time that it becomes a P1."""
    if _became_p1(melding, event):
        for user in responsible(melding, event.at):
            if user.pk != event.actor_id:
                yield _of(user)


@called(
    gettext_lazy(
        "de behandelaar; zonder behandelaar de Supportafdeling, en buiten kantoortijd wie dienst heeft"
    )
)
def team(melding: Melding, event: Event) -> Iterator[Recipient]:
    """Who has to act on what the clock says, at the moment that they can."""
    for user in responsible(melding, noticed_at(event)):
        yield _of(user)


def noticed_at(event: Event) -> datetime:
    """When the desk knew: what a clock passed while nothing ran is noticed later than it happened."""
    return datetime.fromisoformat(event.data.get("noticed_at") or event.at.isoformat())


def responsible(melding: Melding, at: datetime) -> list[User]:
    hours = hours_for(melding)
    opens = hours.next_answer(at, melding.priority)
    own = melding.assignee
    if own is not None and own.is_active and is_open(hours.office, opens):
        return [own]
    return answering(hours, at, melding.priority)


def _became_p1(melding: Melding, event: Event) -> bool:
    if melding.priority != 1 or event.verb == "register":
        return melding.priority == 1
    before = melding.events().filter(pk__lt=event.pk, data__has_key="priority").order_by("-at", "-id").first()
    return before is None or before.data["priority"] != 1


# A contact hears of each step without anybody thinking of it (SLA 10.1).
NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    "register": [("melding_received", receipt), ("p1_duty", duty), ("p1_found", main_contacts)],
    "assign": [("melding_assigned", assignee)],
    "set_priority": [("melding_priority", reporter), ("p1_duty", duty), ("p1_found", main_contacts)],
    "complete": [("p1_found", main_contacts)],
    "convert": [("melding_converted", reporter), ("p1_duty", duty)],
    "wait_for_contractant": [("melding_question", reporter)],
    "resolve": [("melding_resolved", reporter)],
    "reopen": [("melding_reopened", assignee)],
    "accept": [("melding_accepted", assignee)],
    "close": [("melding_closed", reporter)],
    "cancel": [("melding_cancelled", reporter)],
    "reply": [("melding_contact_replied", assignee_of_contact), ("melding_replied", reporter_of_desk)],
    "merge": [("melding_merged", reporter)],
    "mark_duplicate": [("melding_merged", reporter)],
    "agree_date": [("melding_agreed", reporter)],
    "cannot_meet": [("melding_cannot_meet", reporter)],
    "available_again": [("melding_available_again", assignee)],
    "warn": [("melding_warning", team)],
    "breach": [("melding_breach", team)],
    "mail_rejected": [("melding_unreachable", somebody_who_phones)],
}
# Held until somebody is there to act on it; `incidents.actions.release` then tells each person once.
HELD = frozenset({"melding_warning", "melding_breach"})


def announce(melding: Melding, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""
    for key, recipients in NOTICES.get(event.verb, []):
        for to in recipients(melding, event):
            owe(
                key, email=to.email, name=to.name, language=to.language, event=event,
                always=melding.always_tells, held=key in HELD,
            )  # fmt: skip


def could_not_tell(melding: Melding, notice: Notice, at: datetime) -> None:
    """Record that somebody cannot be told by mail, once for each person and Melding: whoever works on it has to
    phone. A mailbox of our own people that fails starts nothing."""
    if notice.key == "melding_unreachable" or _is_staff(notice.email):
        return
    person = hashlib.sha256(notice.email.encode()).hexdigest()[:16]
    with suppress(IntegrityError), transaction.atomic():
        melding.announce(record(
            melding, "mail_rejected", by=None, at=at, data={"notice": notice.pk}, once=f"mail_rejected:{person}",
        ))  # fmt: skip


def _is_staff(email: str) -> bool:
    return User.objects.filter(email=email, role__in=STAFF).exists()


def context(melding: Melding, event: Event) -> dict[str, Any]:
    """What the template of a notice about `event` may use. `message` is the public text that came with it, and
    empty for an internal note; `portal_link` is empty for a reporter who cannot sign in; `other` is the number
    of the Melding that this one is a duplicate of, where its reporter may know it."""
    said = _said(melding, event)
    other = melding.duplicate_of
    lost = Notice.objects.get(pk=event.data["notice"]) if event.verb == "mail_rejected" else None
    supplier = melding.policy_version.policy.supplier
    return {
        "message": said,
        "actor": str(event.actor) if event.actor else melding.reporter,
        "desk_link": settings.SITE_URL + melding.get_absolute_url(),
        "portal_link": settings.SITE_URL + portal_path(melding) if melding.contact_id else "",
        "other": other.number if other and other.contractant_id == melding.contractant_id else "",
        "unreachable": f"{lost.name} <{lost.email}>".strip() if lost else "",
        "phone": _phone_of(melding, lost) if lost else "",
        "phone_lines": melding.policy_version.phone_lines,
        "sender": _("Supportafdeling %(supplier)s") % {"supplier": supplier},
    }


def _said(melding: Melding, event: Event) -> str:
    if "message" not in event.data:
        return ""
    public = Message.objects.filter(melding=melding, visibility=Message.Visibility.PUBLIC)
    said = public.filter(pk=event.data["message"]).first()
    return said.body if said else ""


def _phone_of(melding: Melding, notice: Notice) -> str:
    contact = Contact.objects.filter(user__email=notice.email).first()
    return contact.phone if contact else melding.reporter_phone


def portal_path(melding: Melding) -> str:
    return reverse("incidents:portal_melding", args=[melding.number])


def _of(user: User) -> Recipient:
    return Recipient(user.email, user.name, user.language)
