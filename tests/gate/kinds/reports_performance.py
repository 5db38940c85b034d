"""Measurements, an alarm and an agreement about the foreign Melding's Dienst, which only staff and machines read."""

from __future__ import annotations

from datetime import date
from typing import Any

from incidents.models import Melding
from reports.models import Baseline, PerformanceAlert
from reports.performance.reading import Measurement
from reports.performance.storing import store
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner

MARK, WORD = "GEHEIM", "parelmoer"


def mark(melding: Melding) -> dict[str, Any]:
    service = factories.ServiceFactory.create(slug="dienst-mdo")
    action, day = f"{MARK} {WORD}", date(2026, 6, 16)
    store([Measurement(service, action, 12.0, MOMENT)], source=None)
    Baseline.objects.create(
        service=service,
        action=action,
        seconds=1,
        starts_on=day,
        agreed_on=day,
        agreed_with=MARK,
        made_at=MOMENT,
    )
    PerformanceAlert.objects.create(
        key="geheim", alert="limit", service=service, action=action, began_at=MOMENT, last_at=MOMENT, seconds=12, count=1,
        melding=melding,
    )  # fmt: skip
    return {}


CORNER = Corner(unknown={}, mark=mark)
