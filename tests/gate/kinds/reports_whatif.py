"""A what-if about the Dienst and the contractant of the foreign Melding, and a control that found something of it."""

from __future__ import annotations

from typing import Any

from incidents.models import Melding
from reports.models import Verification, WhatIf
from reports.whatif.alteration import Alteration
from reports.whatif.running import answer
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner

MARK = "GEHEIM"


def mark(melding: Melding) -> dict[str, Any]:
    run = WhatIf.objects.create(
        pk=888_888,  # a number that stands in no other answer
        asked_by=factories.staff("service_level_manager", name=f"{MARK} vrager"), asked_at=MOMENT, period="2026-06",
        starts_at=factories.LONG_AGO, ends_at=melding.received_at, policy=melding.policy_version.policy,
        contractant=melding.contractant, alteration=Alteration().stored(), told=[f"{MARK} anders"],
    )  # fmt: skip
    run.ends_at = run.ends_at.replace(year=run.ends_at.year + 1)
    answer(run, MOMENT)
    found = {"kind": "melding", "number": melding.number, "field": "priority", "stored": MARK, "rebuilt": "2"}
    Verification.objects.create(started_at=MOMENT, finished_at=MOMENT, found=1, differences=[found])
    return {"run": run.pk}


CORNER = Corner(unknown={"run": "999999"}, mark=mark)
