"""Niet-Beschikbaarheid by the foreign Melding, which only staff and machines read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from incidents.models import Melding
from reports.availability.actions import Facts, record
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner

MARK, WORD = "GEHEIM", "parelmoer"


def mark(melding: Melding) -> dict[str, Any]:
    service = factories.ServiceFactory.create(slug="dienst-mdo")
    end = MOMENT + timedelta(minutes=5)
    facts = Facts(service, MOMENT, end, reason="attack", evidence=f"{MARK} {WORD} bewijs")
    manager = factories.staff("service_level_manager", name=f"{MARK} manager beschikbaarheid")
    return {"series": record(facts, by=manager, at=end, melding=melding).series}


CORNER = Corner(unknown={"series": "44444444-4444-4444-8444-444444444444"}, mark=mark)
