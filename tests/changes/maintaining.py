"""Onderhoud for tests, made the way the desk does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from changes.actions import maintenance as actions
from changes.models import Maintenance, MaintenanceState
from contractants.models import Contact, Service
from desk.models import User
from desk.permissions import Role
from sla.queries import AMSTERDAM
from tests import factories

# A Monday: 10:00 in Amsterdam (summer time), without holidays in the weeks after it.
NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
HOURS = timedelta(hours=2)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


NIGHT = local("2026-07-01 20:00")


def mdo() -> Service:
    """Dienst MDO, with the shipped promises in force."""
    factories.load_policies()
    return Service.objects.get_or_create(slug="dienst-mdo", defaults={"name": "Dienst MDO"})[0]


def served(service: Service, name: str = "Hanneke Bos", **fields: Any) -> Contact:
    """A contact whose contractant has a contract for `service`."""
    contact = factories.contact(user__name=name, **fields)
    factories.ContractFactory.create(contractant=contact.contractant, service=service)
    return contact


def drafted(
    by: User, service: Service, start: datetime = NIGHT, at: datetime = NOW, **given: Any
) -> Maintenance:
    options: dict[str, Any] = {
        "title": "Certificaten vervangen", "kind": "regular", "has_impact": True, "services": [service],
        "ends_at": start + HOURS,
    }  # fmt: skip
    return actions.draft(by=by, at=at, starts_at=start, **{**options, **given})


def planned(
    by: User, service: Service, start: datetime = NIGHT, at: datetime = NOW, **given: Any
) -> Maintenance:
    return actions.plan(drafted(by, service, start, at, **given), by=by, at=at)


def announced(
    by: User, service: Service, start: datetime = NIGHT, at: datetime = NOW, **given: Any
) -> Maintenance:
    return actions.publish(planned(by, service, start, at, **given), by=by, at=at)


def in_state(state: str) -> Maintenance:
    """One of which every condition holds."""
    by = factories.staff(Role.PRODUCT_MANAGER)
    case = drafted(by, mdo())
    Maintenance.objects.filter(pk=case.pk).update(state=state, announced_at=NOW, told_at=NOW)
    case = Maintenance.objects.get(pk=case.pk)
    assert state in MaintenanceState.values
    return case
