"""Measurements for tests of performance; NOW is a Thursday, 10:11 in Amsterdam (summer time)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from contractants.models import Service
from reports.performance.reading import Measurement
from reports.performance.storing import store
from tests import factories

NOW = datetime(2026, 6, 18, 8, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MEASUREMENTS = "/api/v1/monitoring/measurements/"
OPEN, SEARCH = "dossier openen", "zoeken"


def service() -> Service:
    found: Service = factories.ServiceFactory.create()
    return found


def row(**fields: Any) -> dict[str, Any]:
    return {"service": "dienst-mdo", "action": OPEN, "seconds": 0.5, "at": NOW.isoformat(), **fields}


def measure(*seconds: float, at: datetime = NOW, action: str = OPEN, count: int = 1) -> None:
    """Each a second after the one before."""
    of = service()
    store(
        [Measurement(of, action, one, at + timedelta(seconds=n), count) for n, one in enumerate(seconds)],
        source=None,
    )
