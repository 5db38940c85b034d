"""Who is told of a sub-processor: the hoofdcontactpersonen that are concerned, and who objected (VWO 7.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact
from desk.models import Event, Notice, User
from desk.notices import owe_user
from desk.notices.kinds import called
from desk.permissions import Role
from privacy.models import Announced, Objection, Subprocessor
from sla.queries import AMSTERDAM

Recipients = Callable[[Subprocessor, Event], Iterator[User]]


def main_contacts(case: Subprocessor) -> Any:
    return Contact.objects.filter(
        contractant__in=case.concerned(), role=Contact.Role.MAIN, is_active=True, user__is_active=True
    ).select_related("user", "contractant")


@called(_("de hoofdcontactpersonen van de betrokken contractanten"))
def concerned(case: Subprocessor, event: Event) -> Iterator[User]:
    yield from (contact.user for contact in main_contacts(case).order_by("pk"))


@called(_("wie bezwaar maakte; bij een brief de hoofdcontactpersonen van die contractant"))
def objector(case: Subprocessor, event: Event) -> Iterator[User]:
    made = Objection.objects.select_related("by").get(pk=event.data["objection"])
    if not made.by_letter:
        yield made.by
        return
    yield from (contact.user for contact in main_contacts(case).filter(contractant=made.contractant))


@called(_("de privacy officer"))
def officers(case: Subprocessor, event: Event) -> Iterator[User]:
    yield from User.objects.filter(role=Role.PRIVACY_OFFICER, is_active=True).order_by("pk")


@called(_("de hoofdcontactpersonen, als het al was aangekondigd"))
def who_was_told(case: Subprocessor, event: Event) -> Iterator[User]:
    if case.announced_at is not None:
        yield from concerned(case, event)


NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    "make_known": [("subprocessor_announced", concerned)],
    "object_to": [("subprocessor_objection", officers)],
    "record_objection": [("subprocessor_objection", officers)],
    "answer": [("subprocessor_answered", objector)],
    "withdraw": [("subprocessor_withdrawn", who_was_told)],
}


def announce(case: Subprocessor, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction; of an announcement it is kept whom it went to."""
    for key, recipients in NOTICES.get(event.verb, []):
        for user in recipients(case, event):
            if user.is_active and user.pk != event.actor_id:
                owe_user(key, user, event=event)
    if event.verb == "make_known":
        _keep(case, event)


def _keep(case: Subprocessor, event: Event) -> None:
    owed = {notice.email: notice for notice in Notice.objects.filter(event=event)}
    Announced.objects.bulk_create(
        Announced(subprocessor=case, contact=contact, notice=owed[contact.user.email.lower()])
        for contact in main_contacts(case)
    )


def context(case: Subprocessor, event: Event) -> dict[str, Any]:
    made = Objection.objects.select_related("contractant").filter(pk=event.data.get("objection")).first()
    return {
        "subprocessor": case.name, "task": case.task, "country": case.country, "until": _last_day(case),
        "contractant": str(made.contractant) if made else "", "honoured": bool(made and made.honoured),
        "answer": made.answer if made else "", "desk_link": settings.SITE_URL + case.get_absolute_url(),
        "portal_link": settings.SITE_URL + reverse("privacy:portal_subprocessor", args=[case.number]),
    }  # fmt: skip


def _last_day(case: Subprocessor) -> str:
    """The last day on which one may object: the end itself is already the next."""
    if case.objections_until is None or case.announced_at is None:
        return ""
    announced = case.announced_at.astimezone(AMSTERDAM).date()
    days = (localtime(case.objections_until, AMSTERDAM).date() - announced).days - 1
    return date_format(announced.fromordinal(announced.toordinal() + days), "l j F Y")
