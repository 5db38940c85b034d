"""A Dienst that was away in June 2026, one way and another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from changes.actions import maintenance
from changes.models import Maintenance
from contractants.models import Service
from desk import door
from desk.models import User
from desk.permissions import Role
from domain.availability import Availability
from incidents import actions
from incidents.models import Channel, Melding
from tests import factories

# A Wednesday in July: 10:00 in Amsterdam (summer time).
NOW = datetime(2026, 7, 8, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def june(day: int, clock: str) -> datetime:
    """Local time, in UTC."""
    return datetime.fromisoformat(f"2026-06-{day:02}T{clock}+02:00").astimezone(UTC)


def sums(found: Availability) -> tuple[float, float, float]:
    """B, D and what does not count, in minutes."""
    return float(found.whole), float(found.counted), float(found.excluded)


def alarm(service: Service, at: datetime, **fields: Any) -> Melding:
    """An Incident that the monitoring registered, of priority 1 unless told otherwise."""
    given = {"channel": Channel.MONITORING, "service": service, "priority": 1, "contractant": None, **fields}
    return factories.registered(by=None, at=at, **given)


def back(melding: Melding, at: datetime, verb: str = "available_again") -> Melding:
    with door.change(melding, verb, by=None, at=at):
        pass
    return melding


def solved(melding: Melding, at: datetime) -> Melding:
    by = factories.staff()
    actions.pick_up(melding, by=by, at=at)
    return actions.resolve(melding, by=by, at=at, solution="Herstart")


def worked(
    service: Service, start: datetime, minutes: int, really: int, announced: bool = True
) -> Maintenance:
    """Onderhoud of so many minutes that took `really` minutes."""
    by, early = factories.staff(Role.PRODUCT_MANAGER), start - timedelta(days=30)
    case = maintenance.draft(
        by=by, at=early, title="Certificaten vervangen", kind="regular" if announced else "urgent", has_impact=True,
        services=[service], starts_at=start, ends_at=start + minutes * MINUTE, description="Geen overleg mogelijk.",
        reason="" if announced else "Het kan niet wachten.",
    )  # fmt: skip
    maintenance.plan(case, by=by, at=early)
    if announced:
        maintenance.publish(case, by=by, at=early)
    maintenance.start(case, by=by, at=start)
    return maintenance.finish(case, by=by, at=start + really * MINUTE)


@pytest.fixture
def mdo(db: None) -> Service:
    factories.load_policies()
    return factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")


@pytest.fixture
def manager(mdo: Service) -> User:
    return factories.staff(Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen")


@pytest.fixture
def agent(mdo: Service) -> User:
    return factories.staff(name="Sanne de Wit")


@pytest.fixture
def july() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
