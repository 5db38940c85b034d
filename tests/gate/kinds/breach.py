"""Security incidents: one that concerns the owner, with a letter to its hoofdcontactpersoon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from incidents.models import Melding
from privacy.breach import actions
from privacy.breach.actions import Answers, Suspicion
from privacy.models import Letter
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner


def mark(melding: Melding) -> dict[str, Any]:
    from tests.gate.test_gate import MARK, WORD

    assert melding.contact
    at, officer = MOMENT + timedelta(minutes=6), factories.staff("privacy_officer", name=f"{MARK} officer")
    text = f"{MARK} {WORD}"
    case = actions.open_incident(Suspicion(text, text, "confidentiality"), by=officer, at=at)
    actions.note(case, by=officer, at=at, body=f"{text} notitie")
    health = Answers(personal="yes", categories=["health"], lost=["confidentiality"], persons=3)
    actions.assess(
        case,
        by=officer,
        at=at,
        answers=health,
        controllers=[melding.contractant],  # type: ignore[list-item]
        recipients=text,
        explanation=text,
    )
    actions.confirm(case, by=officer, at=at, risk="risk", deviation=text)
    actions.draft(case, by=officer, at=at)
    letter = Letter.objects.get()
    actions.write(case, by=officer, at=at, letter=letter, subject=text, body=text)
    return {"security_incident": case.number, "letter": letter.pk}


CORNER = Corner(
    unknown={"security_incident": "B26-99999", "letter": "987654321"}, mark=mark,
    for_contacts=frozenset({"privacy:portal_breaches", "api:security_incidents"}),
)  # fmt: skip
