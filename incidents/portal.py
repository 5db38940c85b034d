"""A Melding as the contractant reads it: in plain words, its public conversation, its clocks explained."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Contact
from desk.models import User
from desk.permissions import Role
from incidents import escalations
from incidents.cards import card
from incidents.clocks import CLOCKS, read
from incidents.models import Attachment, Channel, Melding, Message, State
from incidents.timeline import files, initials
from incidents.times import full

PLAIN: dict[State, Promise] = {
    State.RECEIVED: gettext_lazy(
        "Wij hebben uw melding ontvangen. Een medewerker pakt die zo snel mogelijk op."
    ),
    State.IN_PROGRESS: gettext_lazy("Wij werken aan uw melding."),
    State.WAITING_CONTRACTANT: gettext_lazy("Wij hebben u iets gevraagd. Met uw antwoord kunnen wij verder."),
    State.WAITING_CHAIN: gettext_lazy(
        "Een andere partij werkt hieraan mee. Wij houden de regie en houden u op de hoogte."
    ),
    State.RESOLVED: gettext_lazy("Volgens ons is uw melding opgelost. Klopt dat?"),
    State.REOPENED: gettext_lazy("Uw melding is heropend. Wij gaan er weer mee aan de slag."),
    State.CLOSED: gettext_lazy("Deze melding is gesloten."),
    State.CANCELLED: gettext_lazy("Wij behandelen deze melding niet verder."),
    State.DUPLICATE: gettext_lazy("Dit was al bij ons gemeld. Wij behandelen het onder een andere melding."),
}
LABELS: dict[State, Promise] = {
    State.RECEIVED: gettext_lazy("ontvangen"),
    State.IN_PROGRESS: gettext_lazy("in behandeling"),
    State.WAITING_CONTRACTANT: gettext_lazy("wacht op u"),
    State.WAITING_CHAIN: gettext_lazy("in behandeling"),
    State.RESOLVED: gettext_lazy("opgelost"),
    State.REOPENED: gettext_lazy("heropend"),
    State.CLOSED: gettext_lazy("gesloten"),
    State.CANCELLED: gettext_lazy("niet behandeld"),
    State.DUPLICATE: gettext_lazy("al bekend"),
}
SAID_AS: dict[str, Promise] = {
    "solution": gettext_lazy("oplossing"),
    "question": gettext_lazy("vraag aan u"),
    "reopen": gettext_lazy("heropend"),
    "cancel": gettext_lazy("niet verder behandeld"),
    "cannot_meet": gettext_lazy("nieuwe verwachting"),
}
UNDER_WAY = frozenset({State.IN_PROGRESS, State.WAITING_CONTRACTANT, State.WAITING_CHAIN, State.REOPENED})


def unreachable(contact: Contact) -> list[User]:
    """Whose mailbox rejects our mail, as far as `contact` has to know: their own, and for a hoofdcontactpersoon those
    of all colleagues."""
    rejecting = User.objects.filter(mail_rejected_at__isnull=False, is_active=True)
    if contact.role == Contact.Role.MAIN:
        return list(rejecting.filter(contact__contractant=contact.contractant_id, contact__is_active=True))
    return list(rejecting.filter(pk=contact.user_id))


def row(melding: Melding) -> dict[str, Any]:
    """A Melding in the list: what it is, how far, and until when."""
    return {
        "melding": melding, "label": LABELS[State(melding.state)], "reporter": melding.reporter,
        "until": _until(melding), "waits_for_you": melding.state == State.WAITING_CONTRACTANT,
    }  # fmt: skip


def _until(melding: Melding) -> str:
    if not melding.is_open:
        return ""
    if melding.expected_at:
        return _("nieuwe verwachting: opgelost uiterlijk %(at)s") % {"at": full(melding.expected_at)}
    if melding.resolution_due:
        return _("oplossing uiterlijk %(at)s") % {"at": full(melding.resolution_due)}
    return _("termijn staat stil") if melding.resolution_state == "paused" else _("datum in overleg")


def page(melding: Melding, user: User, now: datetime) -> dict[str, Any]:
    """All that the page of one Melding shows to a contact."""
    return {
        "melding": melding, "label": LABELS[State(melding.state)], "plain": PLAIN[State(melding.state)],
        "who": _who(melding), "until": _until(melding), "steps": _steps(melding), "entries": _entries(melding, user),
        "escalations": [escalations.whole(one) for one in escalations.of_melding(melding)],
        "clocks": _clocks(melding, now), "facts": _facts(melding), "phone_lines": melding.policy_version.phone_lines,
    }  # fmt: skip


def _who(melding: Melding) -> str:
    if melding.assignee and melding.is_open:
        return _("%(name)s behandelt uw melding.") % {"name": melding.assignee}
    return ""


def _steps(melding: Melding) -> list[dict[str, Any]]:
    """How far it is: received, in hand, solved, closed."""
    state = State(melding.state)
    if state in {State.CANCELLED, State.DUPLICATE}:
        return []
    order = [
        ({State.RECEIVED}, _("Ontvangen"), full(melding.received_at)),
        (UNDER_WAY, _("In behandeling"), ""),
        ({State.RESOLVED}, _("Opgelost"), ""),
        ({State.CLOSED}, _("Gesloten"), ""),
    ]
    place = next(place for place, (states, *_rest) in enumerate(order) if state in states)
    return [
        {"label": label, "at": at, "done": index < place or state == State.CLOSED, "current": index == place}
        for index, (_states, label, at) in enumerate(order)
    ]


def _clocks(melding: Melding, now: datetime) -> list[dict[str, Any]]:
    if melding.state in {State.CANCELLED, State.DUPLICATE}:
        return []
    reading = read(melding, now)
    return [_card(name, card(name, reading[name]), reading[name].state) for name in CLOCKS]


def _card(name: str, drawn: dict[str, Any], state: str) -> dict[str, Any]:
    """Where staff read what to do about it, the contractant reads what will happen."""
    return drawn | {"sub": _("De datum spreken wij met u af.")} if state == "untimed" else drawn


def _entries(melding: Melding, user: User) -> list[dict[str, Any]]:
    shown = Attachment.objects.filter(visibility=Message.Visibility.PUBLIC)
    said = (
        Message.objects.visible_to(user).filter(melding=melding)
        .select_related("author__contact__contractant").prefetch_related(Prefetch("attachments", shown))
    )  # fmt: skip
    opening = shown.filter(melding=melding, message=None)
    return [_opening(melding, opening), *map(_entry, said)]


def _opening(melding: Melding, attached: Any) -> dict[str, Any]:
    author = melding.reporter or _("Supportafdeling")
    return {
        "id": "melding", "kind": "public", "at": melding.received_at, "author": author, "initials": initials(author),
        "role": str(melding.contractant or ""), "body": melding.description, "channel": "",
        "channel_label": Channel(melding.channel).label, "attachments": files(attached),
    }  # fmt: skip


def _entry(message: Message) -> dict[str, Any]:
    author = str(message.author or message.author_name or _("Onbekend"))
    return {
        "id": message.pk, "kind": "public", "at": message.at, "author": author, "initials": initials(author),
        "role": _role(message), "body": message.body, "attachments": files(message.attachments.all()),
    }  # fmt: skip


def _role(message: Message) -> str:
    contact: Contact | None = getattr(message.author, "contact", None)
    staff = message.author is not None and message.author.role != Role.CONTACT
    speaks_for = _("Supportafdeling") if staff else str(contact.contractant) if contact else ""
    return " · ".join(part for part in (speaks_for, str(SAID_AS.get(message.verb, ""))) if part)


def _facts(melding: Melding) -> list[dict[str, Any]]:
    facts = [
        (_("Soort"), melding.get_kind_display()),
        (_("Dienst"), str(melding.service or _("nog niet bekend"))),
        (_("Prioriteit"), str(melding.priority)),
        (_("Door u verwacht"), str(melding.expected_priority or "")),
        (_("Gemeld door"), melding.reporter),
        (_("Afspraken"), str(melding.policy_version)),
        (_("Beoogd doel"), melding.goal),
        (_("Voorbeelden"), melding.examples),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]
