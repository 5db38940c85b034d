"""Who hears what of a security incident: inside, its number and what to do; a controller, the letter (SLA 9.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from contractants.models import Contact
from desk import door
from desk.door import record
from desk.models import Event, Notice, User
from desk.notices import owe
from desk.notices.kinds import called
from desk.permissions import Role
from incidents.times import full
from privacy.breach.actions.informing import addressees
from privacy.breach.actions.opening import admit
from privacy.models import LETTER, BreachRung, BreachState, FollowUp, Letter, SecurityIncident

Recipients = Callable[[SecurityIncident, Event], Iterator[User]]


def _with(*roles: str) -> Iterable[User]:
    return User.objects.filter(role__in=roles, is_active=True).order_by("pk")


@called(gettext_lazy("de privacy officers; de directie als die er niet zijn"))
def officers(case: SecurityIncident, event: Event) -> Iterator[User]:
    yield from list(_with(Role.PRIVACY_OFFICER)) or _with(Role.MANAGEMENT)


@called(gettext_lazy("de privacy officers, als een contactpersoon per mail antwoordt"))
def officers_of_answer(case: SecurityIncident, event: Event) -> Iterator[User]:
    if event.data.get("answer"):
        yield from officers(case, event)


@called(gettext_lazy("wie de ladder van de 24 uur noemt"))
def rung(case: SecurityIncident, event: Event) -> Iterator[User]:
    yield from _with(*BreachRung.ladder().get(event.data["percent"], []))


@called(gettext_lazy("wie brieven mag goedkeuren"))
def approvers(case: SecurityIncident, event: Event) -> Iterator[User]:
    yield from _with(Role.PRIVACY_OFFICER, Role.MANAGEMENT)


@called(gettext_lazy("wie de actie doet"))
def owner(case: SecurityIncident, event: Event) -> Iterator[User]:
    yield from User.objects.filter(pk=event.data["owner"], is_active=True)


@called(gettext_lazy("wie toegang kreeg"))
def newcomers(case: SecurityIncident, event: Event) -> Iterator[User]:
    yield from User.objects.filter(pk__in=event.data["people"], is_active=True)


@called(gettext_lazy("de hoofdcontactpersonen van elke betrokken verwerkingsverantwoordelijke"))
def controllers(case: SecurityIncident, event: Event) -> Iterator[User]:
    for letter in Letter.objects.filter(pk__in=event.data["letters"]).select_related("affected__contractant"):
        yield from (one.user for one in addressees(letter.affected))


NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    "open": [("breach_opened", officers)],
    "warn": [("breach_warning", rung)],
    "breach": [("breach_late", rung)],
    "draft": [("breach_to_approve", approvers)],
    "approve": [(LETTER, controllers)],
    "mail_rejected": [("breach_phone", officers)],
    "note": [("breach_answer", officers_of_answer)],
    "plan": [("breach_action", owner)],
    "let_in": [("breach_access", newcomers)],
    "reassess": [("breach_reassess", officers)],
    "informed": [("breach_informed", officers)],
}


def announce(case: SecurityIncident, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction. Whom the ladder calls is let in."""
    if event.verb == "approve":
        _send(case, event)
        return
    for key, recipients in NOTICES.get(event.verb, []):
        people = [user for user in recipients(case, event) if user.pk != event.actor_id]
        if event.verb in {"warn", "breach"}:
            admit(case, people, by=None, at=event.noticed_at)
        for user in people:
            owe(
                key,
                email=user.email,
                name=user.name,
                language=user.language,
                event=event,
                not_before=event.noticed_at,
                always=True,
            )


def _send(case: SecurityIncident, event: Event) -> None:
    for letter in Letter.objects.filter(pk__in=event.data["letters"]).select_related("affected__contractant"):
        for one in addressees(letter.affected):
            owe(LETTER, email=one.user.email, name=one.user.name, language=one.user.language, event=event,
                data={"letter": letter.pk, "words": letter.body}, not_before=event.at, always=True)  # fmt: skip


def still_addressed(notice: Notice) -> bool:
    letter = Letter.objects.select_related("affected").filter(pk=notice.data["letter"]).first()
    return letter is not None and addressees(letter.affected).filter(user__email=notice.email).exists()


def could_not_tell(case: SecurityIncident, notice: Notice, at: Any) -> None:
    """A letter came back: somebody has to phone. Once for each person and letter."""
    if notice.key != LETTER:
        return
    person = hashlib.sha256(notice.email.encode()).hexdigest()[:16]
    once = f"mail_rejected:{notice.data['letter']}:{person}"
    if case.events().filter(verb="mail_rejected", data__notice=notice.pk).exists():
        return
    with suppress(IntegrityError), transaction.atomic():
        case.announce(record(case, "mail_rejected", by=None, at=at, data={"notice": notice.pk}, once=once))
    if case.state == BreachState.FOLLOW_UP and case.told_at() is None:
        with door.change(case, "untold", by=None, at=at):
            pass


def context(case: SecurityIncident, event: Event) -> dict[str, Any]:
    """What a text about `event` may use: no subject and no words, for a mailbox is no safe place."""
    lost = Notice.objects.get_queryset().filter(pk=event.data.get("notice")).first()
    contact = Contact.objects.filter(user__email=lost.email).first() if lost else None
    action = FollowUp.objects.filter(pk=event.data.get("follow_up")).first()
    return {
        "due": full(case.due_at), "percent": event.data.get("percent", ""), "passed_at": full(localtime(event.at)),
        "desk_link": settings.SITE_URL + case.get_absolute_url(), "portal_link": f"{settings.SITE_URL}/portaal/beveiliging/",
        "unreachable": str(lost.name) if lost else "", "phone": contact.phone if contact else "",
        "action_due": action.due_on.isoformat() if action else "",
    }  # fmt: skip
