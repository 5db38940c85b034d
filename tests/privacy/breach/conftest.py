"""People around a security incident: an agent, the privacy officer, a director, and two controllers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from contractants.models import Contact
from desk.models import User
from desk.notices import deliver
from desk.permissions import Role
from incidents.models import Melding
from privacy.breach import actions
from privacy.breach.actions import Answers, Suspicion
from privacy.models import BreachState, Letter, SecurityIncident
from tests import factories
from tests.factories import MOMENT

LATER = MOMENT + timedelta(hours=2)
HEALTH = Answers(
    personal="yes", categories=["health", "contact"], lost=["confidentiality"], persons=40, consequences=("discrimination",)
)  # fmt: skip
CLOSING: dict[str, Any] = {
    "effects": "Geen misbruik gezien.",
    "measures": "De update is teruggedraaid.",
    "lessons": "Eerst testen.",
}


@dataclass
class Cast:
    """One of each role, and the acts that bring an incident into a state."""

    noor: Contact = field(default_factory=lambda: factories.contact(
        user__name="Noor Verhagen", user__email="noor@delinde.example", role=Contact.Role.MAIN, contractant__name="De Linde"))  # fmt: skip
    wil: Contact = field(default_factory=lambda: factories.contact(
        user__name="Wil Oever", user__email="wil@veluwe.example", role=Contact.Role.MAIN, contractant__name="Veluwe"))  # fmt: skip

    def __post_init__(self) -> None:
        factories.load_policies()
        self.sam = factories.staff(Role.SUPPORT, name="Sam de Vries", email="sam@desk.example")
        self.jip = factories.staff(Role.SUPPORT, name="Jip Boer", email="jip@desk.example")
        self.oscar = factories.staff(Role.PRIVACY_OFFICER, name="Oscar Brandsma", email="oscar@desk.example")
        self.hanna = factories.staff(Role.MANAGEMENT, name="Hanna Postma", email="hanna@desk.example")
        self.marieke = factories.staff(
            Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen", email="marieke@desk.example"
        )

    @property
    def parties(self) -> list[Any]:
        return [self.noor.contractant, self.wil.contractant]

    def opened(self, at: datetime = MOMENT, by: User | None = None, **fields: Any) -> SecurityIncident:
        given = {
            "subject": "Agenda zichtbaar",
            "description": "Een andere regio zag het.",
            "aspect": "confidentiality",
            **fields,
        }
        return actions.open_incident(Suspicion(**given), by=by or self.sam, at=at)

    def melding(self, **fields: Any) -> Melding:
        return factories.registered(contact=self.noor, **fields)

    def brought(self, state: str, at: datetime = LATER, **fields: Any) -> SecurityIncident:
        """By the acts that lead there; letters are approved by another than who wrote them."""
        case = self.opened(**fields)
        parties = [] if state == BreachState.NO_BREACH else self.parties
        acts: list[tuple[str, Any]] = [
            (BreachState.ASSESSING, lambda: actions.assess(case, by=self.oscar, at=at, answers=HEALTH, controllers=parties)),
            (BreachState.BREACH, lambda: actions.confirm(case, by=self.oscar, at=at, risk="high")),
            (BreachState.INFORMING, lambda: actions.draft(case, by=self.oscar, at=at)),
            (BreachState.FOLLOW_UP, lambda: self.told(case, at)),
            (BreachState.CLOSED, lambda: actions.close(case, by=self.oscar, at=at, **CLOSING)),
        ]  # fmt: skip
        if state == BreachState.NO_BREACH:
            acts[1] = (
                state,
                lambda: actions.rule_out(case, by=self.oscar, at=at, deviation="Alleen testgegevens."),
            )
        for reached, act in acts:
            if case.state == state:
                break
            act()
            case.refresh_from_db()
            assert case.state == reached
        return case

    def told(self, case: SecurityIncident, at: datetime) -> None:
        actions.approve(case, by=self.hanna, at=at, letters=drafts(case))
        deliver(at)
        actions.settle(at)


def drafts(case: SecurityIncident) -> list[Letter]:
    return list(Letter.objects.filter(affected__incident=case, approved_at=None))


def mailed(at: datetime) -> dict[str, str]:
    """Who was written to since the last look, and what."""
    mail.outbox.clear()
    deliver(at)
    return {
        message.to[0].rpartition("<")[2].rstrip(">"): f"{message.subject}\n{message.body}"
        for message in mail.outbox
    }


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()
