"""Who hears that a hoofdcontactpersoon registered, changed or took off somebody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact
from desk.models import Event, User
from desk.notices import Kind, describe, owe_user
from desk.notices import owe as owe_one
from desk.permissions import KEEPERS

KINDS = {
    "register_contact": "contact_registered",
    "change_contact": "contact_changed",
    "remove_contact": "contact_removed",
}


def sample(turns: frozenset[str]) -> dict[str, Any]:
    return {"contractant": "Ziekenhuis Oost", "by": "Noor Verhagen", "person": "Sam Smit",
            "login_link": f"{settings.SITE_URL}/account/login/", "desk_link": f"{settings.SITE_URL}/beheer/"}  # fmt: skip


PERSON = Kind("contact_registered", _("Geregistreerd als contactpersoon"), sample=sample)
describe(
    PERSON,
    PERSON.like("contact_changed", _("Gegevens als contactpersoon gewijzigd")),
    PERSON.like("contact_removed", _("Afgemeld als contactpersoon")),
    PERSON.like("contacts_changed", _("Contactpersonen van een contractant gewijzigd")),
)


def owe(contact: Contact, event: Event, former: str) -> None:
    """Tell the person, at the `former` address too where that changed, and those who keep the register."""
    data = {
        "contractant": contact.contractant.name, "by": event.actor.name if event.actor else "",
        "person": contact.user.name, "login_link": f"{settings.SITE_URL}/account/login/",
        "desk_link": f"{settings.SITE_URL}/beheer/contractants/contact/{contact.pk}/change/",
    }  # fmt: skip
    key = KINDS[event.verb]
    owe_user(key, contact.user, event=event, data=data)
    if former and former != contact.user.email:
        owe_one(key, email=former, name=contact.user.name, event=event, data=data)
    for keeper in User.objects.filter(role__in=KEEPERS["contractants"], is_active=True).order_by("pk"):
        owe_user("contacts_changed", keeper, event=event, data=data)
