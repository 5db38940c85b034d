"""Changes and Releases as the desk makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from changes.actions import change as changes
from changes.actions import release as releases
from changes.actions.request import Request, register
from changes.models import Change, Release
from contractants.models import Contact, Service
from desk.models import User
from desk.permissions import Role
from tests import factories
from tests.factories import MOMENT

LATER = MOMENT + timedelta(hours=1)
COMING = date(2026, 9, 1)


@dataclass(frozen=True)
class Cast:
    """People on both sides of a Change, with a contract for the Dienst."""

    contact: Contact
    agent: User
    manager: User
    level_manager: User
    service: Service

    def request(self, **fields: Any) -> Request:
        given: dict[str, Any] = {
            "subject": "Agenda in kleur", "description": "Geef elk soort overleg een eigen kleur.",
            "goal": "In één oogopslag zien welk overleg het is.", "service": self.service, "contact": self.contact,
        }  # fmt: skip
        return Request(**{**given, **fields})

    def asked(self, by: User | None = None, at: datetime = MOMENT, **fields: Any) -> Change:
        return register(self.request(**fields), by=by or self.contact.user, at=at)

    def assessed(self, risk_level: str = "high", **fields: Any) -> Change:
        return self.assess(self.asked(**fields), risk_level)

    def assess(self, change: Change, risk_level: str = "high", by: User | None = None) -> Change:
        return changes.assess(
            change, by=by or self.agent, at=LATER, cost="16 uur", risk="Raakt ieder scherm", risk_level=risk_level,
            benefit="Minder zoeken",
        )  # fmt: skip

    def honoured(self, **fields: Any) -> Change:
        change = self.assessed(**fields)
        for user in (self.manager, self.level_manager):
            changes.approve(change, by=user, at=LATER)
        return changes.honour(change, by=self.manager, at=LATER)

    def release(self, name: str = "8.2", planned_on: date = COMING, **fields: Any) -> Release:
        given: dict[str, Any] = {"kind": "release", "service": self.service, "at": MOMENT, **fields}
        return releases.register(by=self.manager, name=name, planned_on=planned_on, **given)

    def accepted(self, release: Release, **fields: Any) -> Change:
        change = self.honoured(**fields)
        changes.plan(
            change, by=self.manager, at=LATER, release=release, release_note="De agenda heeft kleuren."
        )
        for step in (changes.build, changes.verify):
            step(change, by=self.agent, at=LATER)
        return changes.accept(change, by=self.manager, at=LATER)

    def published(self, release: Release, at: datetime = LATER) -> Release:
        releases.freeze(release, by=self.manager, at=at)
        return releases.publish(release, by=self.manager, at=at)


@pytest.fixture
def cast(db: None) -> Cast:
    factories.load_policies()
    service = factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")
    contact = factories.contact(user__name="Hanneke Bos", user__email="hanneke@zorg.example")
    factories.ContractFactory.create(contractant=contact.contractant, service=service)
    return Cast(
        contact, factories.staff(name="Sam de Vries"), factories.staff(Role.PRODUCT_MANAGER, name="Pim Mulder"),
        factories.staff(Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen"), service,
    )  # fmt: skip
