"""Who hears what of the request of a data subject. A mail names its number, never the person (docs/decisions/0009)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact
from desk.models import Event, User
from desk.notices import owe_user
from desk.notices.kinds import called
from desk.permissions import Role
from privacy.models import DataRequest

Recipients = Callable[[DataRequest, Event], Iterator[User]]


@called(_("de privacy officer"))
def officers(request: DataRequest, event: Event) -> Iterator[User]:
    yield from User.objects.filter(role=Role.PRIVACY_OFFICER, is_active=True).order_by("pk")


@called(_("de hoofdcontactpersonen van de verwerkingsverantwoordelijke"))
def controller(request: DataRequest, event: Event) -> Iterator[User]:
    main = Contact.objects.filter(
        contractant=request.contractant_id, role=Contact.Role.MAIN, is_active=True, user__is_active=True
    )
    yield from (one.user for one in main.select_related("user").order_by("pk"))


NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    "register": [("data_request_new", officers)],
    "pass_on": [("data_request_passed_on", controller)],
    "instruct": [("data_request_instructed", officers)],
    "carry_out": [("data_request_carried_out", controller)],
    "warn": [("data_request_warning", officers)],
    "breach": [("data_request_breach", officers)],
}


def announce(request: DataRequest, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""
    for key, recipients in NOTICES.get(event.verb, []):
        for user in recipients(request, event):
            if user.pk != event.actor_id:
                owe_user(key, user, event=event, not_before=request.told_from(event))


def context(request: DataRequest, event: Event) -> dict[str, Any]:
    return {
        "contractant": str(request.contractant), "right": str(request.get_right_display()),
        "due": date_format(localtime(request.due_at), "l j F Y, H:i") if request.due_at else "",
        "desk_link": settings.SITE_URL + request.get_absolute_url(),
        "portal_link": settings.SITE_URL + reverse("privacy:portal_request", args=[request.number]),
    }  # fmt: skip
