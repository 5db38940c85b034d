"""People on both sides of the ladder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from contractants.models import Contact
from desk.models import Notice, User
from desk.permissions import Role
from incidents import actions
from incidents.models import Channel, Escalation, Melding
from tests import factories
from tests.factories import MOMENT

LATER = MOMENT + timedelta(minutes=30)
LADDER = [Role.SUPPORT, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT]


@dataclass
class Cast:
    """One member of staff for each echelon, lowest first, and the contacts of one contractant."""

    noor: Contact = field(default_factory=lambda: factories.contact(user__name="Noor Verhagen"))

    def __post_init__(self) -> None:
        factories.load_policies()
        self.staff: list[User] = [
            factories.staff(role, name=f"Echelon {n}") for n, role in enumerate(LADDER, 1)
        ]
        own = {"contractant": self.noor.contractant}
        self.main = factories.contact(role="main_contact", user__name="Hoofd Contact", **own)
        self.partner = factories.contact(role="partnership_contact", user__name="Namens Netwerk", **own)

    def melding(self, **fields: object) -> Melding:
        given = {"contact": self.noor, "channel": Channel.PORTAL, "by": self.noor.user, **fields}
        return factories.registered(**given)  # type: ignore[arg-type]

    def escalated(self, reason: str = "content", **more: object) -> Escalation:
        """By the contact, an hour after the Melding came in."""
        melding = self.melding()
        given = {"reason": reason, "words": "Wij horen niets.", **more}
        actions.escalate(melding, by=self.noor.user, at=LATER, **given)  # type: ignore[arg-type]
        return melding.escalations.get()


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def told(cast: Cast) -> Callable[[Escalation, str], list[tuple[str, str]]]:
    """Who was owed which notice about the newest event with this verb, as (name, key)."""

    def found(escalation: Escalation, verb: str) -> list[tuple[str, str]]:
        event = escalation.events().filter(verb=verb).latest("pk")
        return sorted(Notice.objects.filter(event=event).values_list("name", "key"))

    return found
