"""Who hears what of a Change (SLA 10.1) and of a Release (SLA 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.models import Change, Release
from contractants.models import Contact
from desk.models import AbstractMessage, Event, User
from desk.notices import owe_user
from desk.notices.kinds import called
from desk.permissions import Role
from incidents.escalation_notices import staff_of
from sla.models import Contract

To = Callable[[Any, Event], Iterator[User]]


@called(gettext_lazy("de contactpersoon"))
def contact(change: Change, event: Event) -> Iterator[User]:
    if change.contact is not None and change.contact.is_active:
        yield from _others([change.contact.user], event)


@called(gettext_lazy("de contactpersoon, ook van een eigen aanvraag"))
def receipt(change: Change, event: Event) -> Iterator[User]:
    if change.contact is not None:
        yield change.contact.user


@called(gettext_lazy("de contactpersoon, als de Supportafdeling schrijft"))
def contact_of_desk(change: Change, event: Event) -> Iterator[User]:
    if event.actor is not None and event.actor.role != Role.CONTACT:
        yield from contact(change, event)


@called(gettext_lazy("wie de wijziging beoordeelde, anders de productmanagers"))
def keeper(change: Change, event: Event) -> Iterator[User]:
    own = change.assessed_by
    staff = [own] if own is not None and own.is_active else staff_of(Role.PRODUCT_MANAGER)
    yield from _others(staff, event)


@called(gettext_lazy("wie de wijziging beoordeelde, als de contactpersoon schrijft"))
def keeper_of_contact(change: Change, event: Event) -> Iterator[User]:
    if event.actor is not None and event.actor.role == Role.CONTACT:
        yield from keeper(change, event)


@called(gettext_lazy("wie moet goedkeuren"))
def approvers(change: Change, event: Event) -> Iterator[User]:
    """Everybody with a role that still has to, but not who asked for it or assessed it."""
    own = {change.requested_by_id, change.assessed_by_id}
    found = {user.pk: user for role in change.awaiting for user in staff_of(role) if user.pk not in own}
    yield from _others(found.values(), event)


@called(gettext_lazy("de productmanagers, zodra iedereen heeft goedgekeurd"))
def deciders(change: Change, event: Event) -> Iterator[User]:
    if not change.awaiting:
        yield from _others(staff_of(Role.PRODUCT_MANAGER), event)


@called(gettext_lazy("alle contactpersonen van contractanten met deze dienst"))
def served(release: Release, event: Event) -> Iterator[User]:
    day = localtime(event.at).date()
    lasting = Contract.objects.filter(service=release.service_id, starts_on__lte=day).exclude(ends_on__lt=day)
    rows = Contact.objects.filter(
        contractant__in=lasting.values("contractant"), is_active=True, user__is_active=True,
        contractant__is_active=True,
    )  # fmt: skip
    yield from (one.user for one in rows.select_related("user").order_by("pk"))


@called(gettext_lazy("alle contactpersonen van contractanten met deze dienst, als de release uit is"))
def served_if_out(release: Release, event: Event) -> Iterator[User]:
    if release.released_at is not None:
        yield from served(release, event)


def _others(users: Iterable[User], event: Event) -> Iterator[User]:
    yield from (user for user in users if user.is_active and user.pk != event.actor_id)


OF_CHANGE: dict[str, list[tuple[str, To]]] = {
    "register": [("change_received", receipt), ("change_requested", keeper)],
    "assess": [("change_to_approve", approvers)],
    "approve": [("change_approved", deciders)],
    "honour": [("change_honoured", contact)],
    "reject": [("change_rejected", contact)],
    "plan": [("change_planned", contact)],
    "agree_date": [("change_agreed", contact)],
    "go_live": [("change_released", contact)],
    "unplan": [("change_unplanned", contact)],
    "cancel": [("change_cancelled", contact)],
    "withdraw": [("change_withdrawn", keeper)],
    "warn": [("change_warning", keeper)],
    "breach": [("change_breach", keeper)],
    "reply": [("change_replied", contact_of_desk), ("change_contact_replied", keeper_of_contact)],
}
OF_RELEASE: dict[str, list[tuple[str, To]]] = {
    "publish": [("release_published", served)],
    "require": [("release_required", served_if_out)],
    "withdraw": [("release_withdrawn", served_if_out)],
}


def announce_change(change: Change, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""
    _announce(OF_CHANGE, change, event, change.told_from(event))


def announce_release(release: Release, event: Event) -> None:
    _announce(OF_RELEASE, release, event)


def _announce(
    table: dict[str, list[tuple[str, To]]], case: Any, event: Event, not_before: datetime | None = None
) -> None:
    for key, recipients in table.get(event.verb, []):
        for user in recipients(case, event):
            owe_user(key, user, event=event, not_before=not_before)


def context_of_change(change: Change, event: Event) -> dict[str, Any]:
    """What the text of a notice about `event` may use, all of it flat. `message` are the public words that came with
    it, or those of a contact."""
    release = change.release
    return {
        "subject": change.subject, "service": str(change.service), "actor": str(event.actor or _("Systeem")),
        "contractant": str(change.contractant or ""), "message": _said(change, event),
        "release": release.title if release else "", "day": _day(release.planned_on) if release and release.planned_on >= localtime(event.at).date() else "",
        "agreed": _day(change.agreed_on) if change.agreed_on else "",
        "response": _moment(change.response_due) if change.response_due and change.response_due > event.at else "",
        "due": _moment(change.response_due) if change.response_due else "", "percent": event.data.get("percent", ""),
        "note": change.release_note,
        "desk_link": settings.SITE_URL + change.get_absolute_url(),
        "portal_link": settings.SITE_URL + reverse("changes:portal_change", args=[change.number]),
    }  # fmt: skip


def context_of_release(release: Release, event: Event) -> dict[str, Any]:
    return {
        "release": release.title, "service": str(release.service), "reason": release.cve_reason if release.tells_compulsory else "",
        "message": _said(release, event), "introduction": release.introduction,
        "supported": _day(release.supported_until) if release.supported_until else "",
        "portal_link": settings.SITE_URL + reverse("changes:portal_release", args=[release.number]),
    }  # fmt: skip


def _said(case: Any, event: Event) -> str:
    public = AbstractMessage.Visibility.PUBLIC
    said = case.messages.filter(pk=event.data.get("message"), visibility=public).first()
    return str(said.body) if said else ""


def _day(day: Any) -> str:
    return date_format(day, "l j F Y")


def _moment(at: Any) -> str:
    return date_format(localtime(at), "l j F, H:i")
