"""The life of a Problem (SLA 12.2, 12.3), against a table written out independently."""

from __future__ import annotations

from typing import Any

import pytest

from contractants.models import Service
from desk.door import Invalid, NotNow
from desk.models import User
from desk.permissions import Role
from incidents.models import Melding
from problems import actions
from problems.models import Problem
from tests import factories, lives
from tests.problems.conftest import LATER, opened, put

UNSOLVED = {"identified", "analysed", "workaround_known", "known_error", "solution_planned"}
NOT_CLOSED = UNSOLVED | {"solved"}
EVERYWHERE = NOT_CLOSED | {"closed"}
AGENTS = {
    Role.SUPPORT, Role.ON_CALL, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR, Role.MACHINE,
}  # fmt: skip
MANAGERS = {Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR}

LIFE: lives.Life = {
    "analyse": ({"identified"}, "analysed", AGENTS),
    "find_workaround": ({"identified", "analysed"}, "workaround_known", AGENTS),
    "confirm": ({"analysed", "workaround_known"}, "known_error", AGENTS),
    "plan_solution": ({"analysed", "workaround_known", "known_error"}, "solution_planned", AGENTS),
    "solve": ({"solution_planned"}, "solved", AGENTS),
    "close": ({"solved"}, "closed", AGENTS),
    "abandon": (UNSOLVED, "closed", MANAGERS),
    "reopen": ({"solved", "closed"}, "identified", AGENTS),
    "publish": (NOT_CLOSED, None, MANAGERS),
    "withdraw": (EVERYWHERE, None, MANAGERS),
    "link": (NOT_CLOSED, None, AGENTS),
    "unlink": (NOT_CLOSED, None, AGENTS),
    "assign": (NOT_CLOSED, None, AGENTS),
    "assess": (NOT_CLOSED, None, AGENTS),
    "revise": (NOT_CLOSED, None, AGENTS),
    "record_cause": (NOT_CLOSED, None, AGENTS),
    "add_moment": (NOT_CLOSED, None, AGENTS),
    "add_action": (NOT_CLOSED, None, AGENTS),
    "finish_action": (NOT_CLOSED, None, AGENTS),
    "note": (EVERYWHERE, None, AGENTS | {Role.MANAGEMENT}),
    "apply": (NOT_CLOSED, None, AGENTS),
}


def test_every_transition_for_every_role(mdo: Service) -> None:
    def make(state: str) -> Problem:
        known = {"cause": "c", "workaround": "w", "advice": "a", "published_at": LATER}
        return put(opened(service=mdo), state, **known)

    lives.check(LIFE, make)


def test_from_identified_to_closed(agent: User) -> None:
    problem = opened(agent)
    actions.analyse(problem, by=agent, at=LATER, cause="De index loopt vol.", factors="Veel dossiers.")
    actions.confirm(problem, by=agent, at=LATER, cause="De index loopt vol.", workaround="Opnieuw openen.")
    assert problem.is_known_error
    actions.plan_solution(
        problem, by=agent, at=LATER, solution_kind="maintenance", solution_reference="O26-00012"
    )
    actions.solve(problem, by=agent, at=LATER, solution="De index is vergroot.")
    actions.close(problem, by=agent, at=LATER)
    assert (problem.state, problem.solved_at) == ("closed", LATER)
    actions.reopen(problem, by=agent, at=LATER, reason="Het kwam terug.")
    assert (problem.state, problem.solved_at, problem.cause) == ("identified", None, "De index loopt vol.")
    assert problem.messages.get().body == "Het kwam terug."


@pytest.mark.parametrize(
    ("kind", "priority", "impact", "required"),
    [("incident", 1, "large", True), ("incident", 3, "large", True), ("incident", 2, "medium", False), ("question", 4, "large", False)],
)  # fmt: skip
def test_sla_13_a_grave_incident_asks_for_the_cause_before_it_is_solved(
    agent: User, kind: str, priority: int, impact: str, required: bool
) -> None:
    melding = factories.registered()
    Melding.objects.filter(pk=melding.pk).update(kind=kind, priority=priority, impact=impact)
    problem = put(opened(agent, meldingen=[melding]), "solution_planned")
    if required:
        with pytest.raises(NotNow, match="oorzaak"):
            actions.solve(problem, by=agent, at=LATER, solution="Klaar.")
        with pytest.raises(NotNow, match="oorzaak"):
            actions.abandon(problem, by=factories.staff("product_manager"), at=LATER, reason="Klaar.")
        actions.record_cause(problem, by=agent, at=LATER, cause="De schijf was vol.")
    actions.solve(problem, by=agent, at=LATER, solution="Klaar.")
    assert problem.state == "solved"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": " "}, "title"), ({"title": "x" * 201}, "title"), ({"impact": "enormous"}, "impact"),
        ({"origin": "rumour"}, "origin"), ({"workaround": "BSN 111222333"}, "workaround"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_new_problem_is_named_by_field(
    agent: User, fields: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(Invalid) as refused:
        opened(agent, **fields)
    assert set(refused.value.errors) == {wrong}
    assert not Problem.objects.exists()


def test_the_risk_is_assessed_again_with_a_reason(agent: User) -> None:
    problem = opened(agent)
    assert (problem.risk, problem.get_risk_display()) == (3, "gemiddeld")
    actions.assess(problem, by=agent, at=LATER, likelihood="likely", impact="large", reason="Het breidt uit.")
    assert problem.risk == 1
    assert problem.events().get(verb="assess").data["before"] == 3


@pytest.mark.parametrize(("verb", "state", "given"), [("close", "solved", {}), ("abandon", "analysed", {"reason": "Zo."})])  # fmt: skip
def test_old_advice_does_not_come_back_with_a_problem(
    manager: User, mdo: Service, verb: str, state: str, given: dict[str, str]
) -> None:
    problem = opened(manager, service=mdo)
    actions.publish(problem, by=manager, at=LATER, public_title="Leeg dossier", advice="Open het opnieuw.")
    problem = put(problem, state)
    getattr(actions, verb)(problem, by=manager, at=LATER, **given)
    actions.reopen(problem, by=manager, at=LATER, reason="Het kwam terug.")
    problem.refresh_from_db()
    assert (problem.published_at, problem.advice) == (None, "Open het opnieuw.")


def test_a_published_problem_keeps_its_dienst(manager: User, mdo: Service) -> None:
    problem = opened(manager, service=mdo)
    actions.publish(problem, by=manager, at=LATER, public_title="Leeg dossier", advice="Open het opnieuw.")
    with pytest.raises(Invalid) as refused:
        actions.revise(problem, by=manager, at=LATER, title="Anders", description="Anders", service=None)
    assert set(refused.value.errors) == {"service"}
    actions.withdraw(problem, by=manager, at=LATER, reason="Verouderd.")
    actions.revise(problem, by=manager, at=LATER, title="Anders", description="Anders", service=None)
    with pytest.raises(NotNow, match="dienst"):
        actions.publish(problem, by=manager, at=LATER, public_title="Leeg dossier", advice="Open het.")


def test_linking_adds_what_is_new_and_unlinking_takes_away(agent: User, incident: Melding) -> None:
    problem, other = opened(agent, meldingen=[incident]), factories.registered()
    actions.link(problem, by=agent, at=LATER, meldingen=[incident, other])
    assert problem.events().get(verb="link").data["meldingen"] == [other.number]
    with pytest.raises(Invalid):
        actions.link(problem, by=agent, at=LATER, meldingen=[incident])
    actions.unlink(problem, by=agent, at=LATER, melding=incident)
    assert list(problem.meldingen.all()) == [other]


def test_the_actions_of_the_record_are_finished_once(agent: User) -> None:
    problem = opened(agent)
    actions.add_moment(problem, by=agent, at=LATER, moment=factories.MOMENT, what="Eerste melding.")
    actions.add_action(problem, by=agent, at=LATER, what="Index vergroten", who=agent)
    todo = problem.actions.get()
    actions.finish_action(problem, by=agent, at=LATER, action=todo)
    with pytest.raises(Invalid):
        actions.finish_action(problem, by=agent, at=LATER, action=todo)
    assert (problem.moments.get().what, problem.actions.get().done_at) == ("Eerste melding.", LATER)
