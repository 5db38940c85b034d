"""Who hears that a report was published (SLA 13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from contractants.models import Contact
from desk.models import Event, User
from desk.notices import owe_user
from desk.notices.kinds import called
from desk.permissions import Role
from incidents.escalation_notices import staff_of
from reports.models import ServiceLevelReport

Recipients = Callable[[ServiceLevelReport, Event], Iterator[User]]
READERS = (Contact.Role.MAIN, Contact.Role.PARTNERSHIP)


@called(
    gettext_lazy("de hoofdcontactpersoon en de contactpersoon van het samenwerkingsverband, over hun contractant")
)  # fmt: skip
def contractant(report: ServiceLevelReport, event: Event) -> Iterator[User]:
    if report.contractant_id is None:
        return
    contacts = Contact.objects.filter(
        contractant=report.contractant, role__in=READERS, is_active=True, user__is_active=True
    )
    yield from (contact.user for contact in contacts.select_related("user").order_by("pk"))


@called(gettext_lazy("servicelevelmanager, productmanager en directie, over alle contractanten"))
def managers(report: ServiceLevelReport, event: Event) -> Iterator[User]:
    if report.contractant_id is None:
        roles = (Role.SERVICE_LEVEL_MANAGER, Role.PRODUCT_MANAGER, Role.MANAGEMENT)
        yield from {user.pk: user for role in roles for user in staff_of(role)}.values()


NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    "publish": [("report_published", contractant), ("report_published_staff", managers)]
}


def announce(report: ServiceLevelReport, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""
    for key, recipients in NOTICES.get(event.verb, []):
        for user in recipients(report, event):
            if user.pk != event.actor_id:
                owe_user(key, user, event=event)


def context(report: ServiceLevelReport, event: Event) -> dict[str, Any]:
    portal = reverse("reports:portal_report", args=[report.number])
    return {
        "month": date_format(report.month, "F Y"), "service": str(report.service),
        "contractant": str(report.contractant or ""), "supplier": report.data["scope"]["supplier"],
        "sender": report.data["scope"]["supplier"],
        "desk_link": settings.SITE_URL + report.get_absolute_url(), "portal_link": settings.SITE_URL + portal,
    }  # fmt: skip
