"""Service level reports: one of the owner's that was published, with what was corrected in it since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.months import Month
from incidents.models import Melding
from reports.models import Correction
from reports.monthly import actions
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner

LATER = MOMENT + timedelta(days=30)


def mark(melding: Melding) -> dict[str, Any]:
    from tests.gate.test_gate import MARK

    service = factories.ServiceFactory.create()  # whose name everybody may read
    fatma = factories.staff("product_manager", name=f"{MARK} beoordelaar")
    marieke = factories.staff("service_level_manager", name=f"{MARK} uitgever")
    made = actions.make(Month(2026, 6), service, melding.contractant, by=fatma, at=LATER)
    actions.note(made, by=fatma, at=LATER, body=f"{MARK} notitie")
    actions.review(made, by=fatma, at=LATER)
    actions.publish(made, by=marieke, at=LATER)
    Correction.objects.create(
        report=made, found_at=LATER, path=f"incidents/{MARK}", published=MARK, value=None
    )
    return {"report": made.number, "file": "json"}


CORNER = Corner(
    unknown={"report": "V26-99999", "file": "json"}, mark=mark,
    for_contacts=frozenset({
        "reports:portal", "reports:portal_report", "reports:portal_download", "api:reports", "api:report",
    }),
)  # fmt: skip
