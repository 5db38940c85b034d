"""Who hears what of Onderhoud (SLA 7.1, 7.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.models import Maintenance, MaintenanceMessage
from changes.models.maintenance import services_for
from contractants.models import Contact
from desk.models import AbstractMessage, Event, User
from desk.notices import owe_user
from desk.notices.kinds import called
from desk.permissions import Role
from incidents.escalation_notices import staff_of
from sla.queries import AMSTERDAM, contracts_on

Recipients = Callable[[Maintenance, Event], Iterator[User]]


@called(gettext_lazy("de contactpersonen van iedere contractant met een contract voor de dienst"))
def contractants(case: Maintenance, event: Event) -> Iterator[User]:
    """Those with a contract on the day that it begins; whoever knew of an earlier day is told where it differs."""
    if not event.data.get("told", True):
        return
    moments = {case.starts_at, _moment(event, "from") or case.starts_at}
    held = [
        contracts_on(moment).filter(service__maintenances=case).values("contractant") for moment in moments
    ]
    seen: set[int] = set()
    for contracts in held:
        for contact in _contacts(contracts):
            if contact.user_id not in seen:
                seen.add(contact.user_id)
                yield contact.user


def _contacts(contractants: Any) -> Any:
    active = Contact.objects.filter(is_active=True, user__is_active=True, contractant__is_active=True)
    return active.filter(contractant__in=contractants).select_related("user")


@called(gettext_lazy("wie het plande; anders de productmanager"))
def planner(case: Maintenance, event: Event) -> Iterator[User]:
    if case.planned_by is not None and case.planned_by.is_active:
        yield case.planned_by
    else:
        yield from staff_of(Role.PRODUCT_MANAGER)


NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    "publish": [("maintenance_announced", contractants)],
    "move": [("maintenance_moved", contractants)],
    "start": [("maintenance_started", contractants)],
    "cancel": [("maintenance_cancelled", contractants)],
    "push_aside": [("maintenance_pushed_aside", contractants), ("maintenance_new_date", planner)],
}


def announce(case: Maintenance, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""
    for key, recipients in NOTICES.get(event.verb, []):
        for user in recipients(case, event):
            if user.pk != event.actor_id:
                owe_user(key, user, event=event, data={"services": _services(case, user, event)})


def _services(case: Maintenance, user: User, event: Event) -> str:
    """Those of its Diensten that `user` may know of, now and on the day that it was moved from."""
    moments = {case.starts_at, _moment(event, "from") or case.starts_at}
    known = [services_for(user, moment.astimezone(AMSTERDAM).date()) for moment in moments]
    shown = {service for found in known for service in found.filter(maintenances=case)}
    return ", ".join(str(service) for service in case.services.all() if service in shown)


def context(case: Maintenance, event: Event) -> dict[str, Any]:
    """What the template of a notice about `event` may use: flat texts, in the language of the moment, of the times
    that held at the event."""
    said = MaintenanceMessage.objects.filter(
        pk=event.data.get("message"), maintenance=case, visibility=AbstractMessage.Visibility.PUBLIC
    ).first()
    start = _moment(event, "starts_at") or case.starts_at
    return {
        "number": case.number, "title": case.title, "description": case.description,
        "services": ", ".join(str(service) for service in case.services.all()),
        "day": date_format(localtime(start), "l j F Y"),
        "when": span(start, _moment(event, "ends_at") or case.ends_at),
        "before": date_format(localtime(before), "l j F Y, H:i") if (before := _moment(event, "from")) else "",
        "impact": impact(case.has_impact), "message": said.body if said else "",
        "urgent": event.data.get("for", ""),
        "desk_link": settings.SITE_URL + case.get_absolute_url(),
        "portal_link": f"{settings.SITE_URL}{reverse('changes:portal_maintenance')}#{case.number}",
    }  # fmt: skip


def span(start: datetime, end: datetime) -> str:
    """From when until when, in the time of the desk; the day once where it is the same."""
    first, last = localtime(start), localtime(end)
    until = "H:i" if first.date() == last.date() else "l j F Y, H:i"
    return f"{date_format(first, 'l j F Y, H:i')} – {date_format(last, until)}"


def impact(noticeable: bool) -> str:
    if noticeable:
        return _("De dienst is dan niet of beperkt beschikbaar.")
    return _("U merkt hier naar verwachting niets van.")


def _moment(event: Event, name: str) -> datetime | None:
    return datetime.fromisoformat(event.data[name]) if event.data.get(name) else None
