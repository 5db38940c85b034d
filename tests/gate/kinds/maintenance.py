"""Onderhoud at a Dienst that the owner alone has, and the owner's own address for a calendar program."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from changes.actions import maintenance as actions
from changes.models import Maintenance
from desk.permissions import Role
from incidents.models import Melding
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner

MARK = "GEHEIM"


def mark(melding: Melding) -> dict[str, Any]:
    assert melding.contact
    planner = factories.staff(Role.PRODUCT_MANAGER, name=f"{MARK} planner")
    service = factories.ServiceFactory.create(slug="besloten", name="Besloten dienst")
    factories.ContractFactory.create(contractant=melding.contact.contractant, service=service)
    start = MOMENT + timedelta(days=90, hours=12)
    case: Maintenance = actions.draft(
        by=planner, at=MOMENT, title=f"{MARK} onderhoud", services=[service], kind="urgent", starts_at=start,
        ends_at=start + timedelta(hours=2), has_impact=True, description=f"{MARK} omschrijving",
    )  # fmt: skip
    actions.note(case, by=planner, at=MOMENT, body=f"{MARK} parelmoer notitie")
    actions.plan(case, by=planner, at=MOMENT, reason=f"{MARK} parelmoer notitie")
    actions.publish(case, by=planner, at=MOMENT)
    actions.open_feed(melding.contact.user, at=MOMENT)
    return {"maintenance": case.number, "maintenance_window": case.number}


CORNER = Corner(
    unknown={"maintenance": "O26-99999", "maintenance_window": "O26-99999"},
    mark=mark,
    for_contacts=frozenset(
        {"changes:portal_maintenance", "api:maintenance_windows", "api:maintenance_window"}
    ),
)
