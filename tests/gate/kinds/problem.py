"""A Problem behind the foreign Melding, made known to whoever has a contract for its Dienst."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from incidents.models import Melding
from problems import actions
from problems.models import ProblemState
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner

MARK, WORD = "GEHEIM", "parelmoer"
LATER = MOMENT + timedelta(minutes=10)


def mark(melding: Melding) -> dict[str, Any]:
    manager = factories.staff("product_manager", name=f"{MARK} manager")
    service = factories.ServiceFactory.create(slug="eigen-dienst", name="Eigen dienst")
    factories.ContractFactory.create(contractant=melding.contractant, service=service)
    problem = actions.open_problem(
        by=manager, at=LATER, title=f"{MARK} {WORD} probleem", description=f"{MARK} {WORD}", likelihood="likely",
        impact="large", service=service, meldingen=[melding], workaround=f"{MARK} {WORD} notitie",
    )  # fmt: skip
    actions.record_cause(problem, by=manager, at=LATER, cause=f"{MARK} {WORD} notitie")
    actions.note(problem, by=manager, at=LATER, body=f"{MARK} {WORD} notitie")
    actions.publish(
        problem, by=manager, at=LATER, public_title=f"{MARK} {WORD} bekend", advice=f"{MARK} {WORD} advies"
    )
    assert problem.state == ProblemState.IDENTIFIED
    return {"problem": problem.number}


CORNER = Corner(
    unknown={"problem": "P26-99999"},
    mark=mark,
    for_contacts=frozenset(
        {"problems:portal_known", "problems:portal_suggested", "problems:portal_known_one", "api:problems"}
    ),
)
