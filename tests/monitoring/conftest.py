"""A monitoring system at the door, at moments that the test says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from desk.models import ApiToken, User
from incidents.models import Melding
from tests import factories
from tests.api.conftest import client_of
from tests.monitoring.desk import Desk

# A Thursday: 10:11 in Amsterdam (summer time).
NOW = datetime(2026, 6, 18, 8, 11, tzinfo=UTC)
NEVER = "0001-01-01T00:00:00Z"
MINUTE = timedelta(minutes=1)
WEBHOOK = "/api/v1/monitoring/alertmanager/"


def stamp(moment: datetime) -> str:
    """As Go writes it: in nanoseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.123456789Z"


def alert(
    name: str = "DiskFull", *, ended: datetime | None = None, began: datetime = NOW, **labels: str
) -> dict[str, Any]:
    known = {"alertname": name, "severity": "critical", "instance": "db1", **labels}
    return {
        "status": "resolved" if ended else "firing", "labels": known, "annotations": {"summary": f"{name} op db1"},
        "startsAt": stamp(began), "endsAt": stamp(ended) if ended else NEVER,
        "generatorURL": "http://prometheus.example/graph", "fingerprint": f"{abs(hash(tuple(sorted(known.items())))):016x}"[:16],
    }  # fmt: skip


def webhook(*alerts: dict[str, Any], **more: Any) -> dict[str, Any]:
    firing = any(one["status"] == "firing" for one in alerts)
    return {
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing" if firing else "resolved",
        "receiver": "mdo-desk", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://am1.example", "alerts": list(alerts), **more,
    }  # fmt: skip


class Sender:
    """One monitoring system with its token, and a clock that stands still until it is set."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.user: User = factories.machine(name="Alertmanager")
        self.client: APIClient = client_of(factories.token(ApiToken.Scope.MONITORING, user=self.user))
        self.clock = clock

    def at(self, minutes: float) -> datetime:
        moment = NOW + minutes * MINUTE
        self.clock.move_to(moment, tick=False)
        return moment

    def post(self, *alerts: dict[str, Any], **more: Any) -> list[Melding]:
        """Deliver a webhook; the Meldingen that the answer names."""
        answer = self.client.post(WEBHOOK, webhook(*alerts, **more))
        assert answer.status_code == 200, answer.content
        return list(Melding.objects.filter(number__in=answer.json()["meldingen"]).order_by("number"))

    def one(self, *alerts: dict[str, Any], **more: Any) -> Melding:
        (found,) = self.post(*alerts, **more)
        return found


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sender(db: None, clock: time_machine.Traveller) -> Sender:
    factories.load_policies()
    return Sender(clock)


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Iterator[Desk]:
    factories.load_policies()
    found = Desk(tmp_path / "web.log")
    found.start()
    yield found
    found.stop()
