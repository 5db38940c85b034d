"""An archive of the owner's, and a plan to erase what is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from incidents.models import Melding
from privacy.handover.making import attempt
from privacy.models import Erasure, Handover
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner

LATER = MOMENT + timedelta(hours=1)


def mark(melding: Melding) -> dict[str, Any]:
    assert melding.contractant is not None
    officer = factories.staff("privacy_officer", name="GEHEIM officier")
    made = Handover.objects.create(contractant=melding.contractant, asked_by=officer, asked_at=LATER)
    attempt(made, LATER)
    planned = Erasure.objects.create(
        pk=777_777, party=melding.contractant.public_id, contractant=melding.contractant, policy="GEHEIM", ended_on=LATER.date(),
        not_before=LATER.date(), planned_by=officer, planned_at=LATER,
    )  # fmt: skip
    return {"party": melding.contractant.public_id, "archive": made.public_id, "erasure": planned.pk}


CORNER = Corner(
    unknown={
        "party": "00000000-0000-4000-8000-000000000001", "archive": "00000000-0000-4000-8000-000000000002",
        "erasure": "999998",
    },
    mark=mark,
    for_contacts=frozenset({"privacy:portal_handover", "privacy:portal_handover_download"}),
)  # fmt: skip
