"""Who hears what of a structural failure (art. 2.12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from contractants.models import Contact
from desk.models import Event, User
from desk.notices import owe_user
from desk.permissions import Role
from incidents.escalation_notices import staff_of
from incidents.models.structural import StructuralFailure

HOLDERS = (Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT)
NOTICES: dict[str, list[tuple[str, str]]] = {
    "detect": [("structural_detected", "staff"), ("structural_detected_contact", "contractant")],
    "request_talk": [("structural_requested", "staff")],
    "plan_talk": [("structural_planned", "contractant")],
    "record_outcome": [("structural_outcome", "contractant")],
}


def announce(failure: StructuralFailure, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""
    for key, side in NOTICES.get(event.verb, []):
        for user in _people(failure, side):
            if user.pk != event.actor_id:
                owe_user(key, user, event=event)


def _people(failure: StructuralFailure, side: str) -> Iterator[User]:
    if side == "staff":
        yield from {user.pk: user for role in HOLDERS for user in staff_of(role)}.values()
        return
    main = Contact.objects.filter(
        contractant=failure.contractant, role=Contact.Role.MAIN, is_active=True, user__is_active=True
    )
    yield from (contact.user for contact in main.select_related("user"))


def context(failure: StructuralFailure, event: Event) -> dict[str, Any]:
    planned = event.data.get("planned_at")
    return {
        "numbers": [melding.number for melding in failure.meldingen.order_by("received_at")],
        "months": failure.below, "talk": failure.talk, "planned_at": datetime.fromisoformat(planned) if planned else None,
        "desk_link": settings.SITE_URL + failure.get_absolute_url(),
        "portal_link": settings.SITE_URL + reverse("incidents:portal_failures"),
    }  # fmt: skip
