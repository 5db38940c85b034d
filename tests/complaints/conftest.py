"""People around a complaint: a contact, the Supportafdeling, a productmanager and a service level manager."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from complaints import actions
from complaints.actions import Received
from complaints.models import About, Complaint, State
from contractants.models import Contact
from desk.models import User
from desk.permissions import Role
from tests import factories
from tests.factories import MOMENT

REPORT: dict[str, Any] = {
    "complained": "Drie weken geen antwoord.", "found": "De melding lag op een verkeerde stapel.",
    "done": "Beantwoord, met excuses.", "prevention": "Elke dag nalopen wat blijft liggen.",
}  # fmt: skip
LATER = MOMENT + timedelta(hours=1)


@dataclass
class Cast:
    """One of each, and the steps that bring a complaint into a state."""

    noor: Contact = field(default_factory=lambda: factories.contact(user__name="Noor Verhagen"))

    def __post_init__(self) -> None:
        factories.load_policies()
        self.sam = factories.staff(Role.SUPPORT, name="Sam de Vries", email="sam@desk.example")
        self.duty = factories.staff(Role.ON_CALL, name="Joost Bakema", email="joost@desk.example")
        self.fatma = factories.staff(Role.PRODUCT_MANAGER, name="Fatma Yıldız", email="fatma@desk.example")
        self.marieke = factories.staff(
            Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen", email="marieke@desk.example"
        )
        self.people: dict[str, User] = {
            Role.SUPPORT: self.sam, Role.ON_CALL: self.duty, Role.PRODUCT_MANAGER: self.fatma,
            Role.SERVICE_LEVEL_MANAGER: self.marieke, Role.CONTACT: self.noor.user,
            **{role: factories.staff(role) for role in (Role.MANAGEMENT, Role.ADMINISTRATOR, Role.MACHINE)},
        }  # fmt: skip

    def complaint(self, about: str = About.OTHER, at: datetime = MOMENT, **fields: Any) -> Complaint:
        """Sent in by the contact in the portal."""
        given = {"subject": "Al drie weken geen antwoord", "description": "Wij horen niets.", **fields}
        given.setdefault("contact", self.noor)
        return actions.register(Received(about=about, **given), by=given["contact"].user, at=at)

    def assigned(self, about: str = About.OTHER, **fields: Any) -> Complaint:
        complaint = self.complaint(about, **fields)
        by = self.marieke if about == About.SUPPORT else self.sam
        return actions.assign(complaint, by=by, at=LATER, assignee=self.fatma)

    def brought(self, state: str, about: str = About.OTHER, **fields: Any) -> Complaint:
        """By the acts that lead there."""
        if state == State.REGISTERED:
            return self.complaint(about, **fields)
        complaint = self.assigned(about, **fields)
        acts: list[tuple[str, Any]] = [
            (State.IN_TREATMENT, lambda: actions.start(complaint, by=self.fatma, at=LATER)),
            (State.PROPOSED, lambda: actions.propose(complaint, by=self.fatma, at=LATER, solution="Wij bellen u.")),
            (State.ACCEPTED, lambda: actions.accept_solution(complaint, by=self.noor.user, at=LATER)),
            (State.REPORTED, lambda: actions.send_report(complaint, by=self.fatma, at=LATER, **REPORT)),
            (State.SOLVED, lambda: actions.accept_report(complaint, by=self.noor.user, at=LATER)),
            (State.CLOSED, lambda: actions.close(complaint, by=self.closer(about), at=LATER)),
        ]  # fmt: skip
        if state == State.WITHDRAWN:
            return actions.withdraw(complaint, by=self.noor.user, at=LATER, reason="Al opgelost.")
        for reached, act in acts:
            if complaint.state == state:
                break
            act()
            assert complaint.state == reached
        return complaint

    def closer(self, about: str) -> User:
        return self.marieke if about == About.SUPPORT else self.sam


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()
