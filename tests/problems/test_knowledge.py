"""Workarounds and known errors at hand while a Melding is handled, and advice to contractants (SLA 12.2, 12.3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contractants.models import Contact, Service
from desk.door import NotAllowed, NotNow, Stale
from desk.models import Notice, User
from desk.notices import render
from incidents import actions as incidents
from incidents.models import Melding
from problems import actions, queries
from problems.models import Problem, ProblemUse
from tests import factories
from tests.factories import MOMENT
from tests.problems.conftest import LATER, opened, put

WORKAROUND = "Sluit het dossier en open het opnieuw vanuit de agenda."


def published(by: User, service: Service, **fields: Any) -> Problem:
    given: dict[str, Any] = {"public_title": "Leeg dossier", "advice": "Open het dossier opnieuw.", **fields}
    problem = opened(by, service=service, workaround=WORKAROUND, title="INTERN dossier", description="INTERN")
    return actions.publish(problem, by=by, at=LATER, **given)


def served(service: Service, **fields: object) -> Contact:
    contact = factories.contact(**fields)
    factories.ContractFactory.create(contractant=contact.contractant, service=service)
    return contact


# --- At hand


def test_sla_12_2_what_resembles_a_melding_is_found_the_same_dienst_first(
    agent: User, mdo: Service, incident: Melding
) -> None:
    link = factories.ServiceFactory.create(slug="koppeling-xis")
    alike: dict[str, Any] = {
        "title": "Leeg scherm na inloggen in het dossier", "description": "Het dossier blijft leeg.",
        "workaround": WORKAROUND,
    }  # fmt: skip
    elsewhere, here = opened(agent, service=link, **alike), opened(agent, service=mdo, **alike)
    opened(agent, service=mdo, title="Printer", description="Er komt niets uit.", workaround="Zet hem aan.")
    opened(agent, service=mdo, **{**alike, "workaround": ""})
    put(opened(agent, service=mdo, **alike), "closed")
    opened(agent, service=mdo, meldingen=[incident], **alike)
    found = queries.known(agent, incident)
    assert [one.problem for one in found] == [here, elsewhere]
    assert {"dossier", "inloggen", "scherm"} <= set(found[0].shared)


def test_words_are_compared_by_their_dutch_stem_and_shown_as_they_were_written(
    agent: User, mdo: Service
) -> None:
    opened(agent, title="Verslagen in een dossier", description="Ze zijn weg.", workaround=WORKAROUND)
    melding = factories.registered(subject="Mijn verslag ontbreekt", description="Zomaar.")
    assert queries.known(agent, melding) == [], "one word in common is chance"
    melding = factories.registered(subject="Verslag ontbreekt in dossiers", description="Zomaar.")
    assert [one.shared for one in queries.known(agent, melding)] == [["verslag", "dossiers"]]


@pytest.mark.parametrize("text", ["", "de het een", "' | ! & <-> \\", "123 456"])
def test_a_melding_that_says_nothing_finds_nothing(agent: User, text: str) -> None:
    opened(agent, workaround=WORKAROUND)
    melding = factories.registered(subject="x", description="y")
    Melding.objects.filter(pk=melding.pk).update(subject=text, description=text)
    melding.refresh_from_db()
    assert queries.known(agent, melding) == []


@pytest.mark.parametrize("picked_up", [False, True])
def test_sla_12_2_and_9_3_a_workaround_is_applied_and_counted(
    agent: User, incident: Melding, picked_up: bool
) -> None:
    if picked_up:
        incidents.pick_up(incident, by=agent, at=LATER)
    problem = opened(agent, workaround=WORKAROUND)
    actions.apply(problem, by=agent, at=LATER, melding=incident, seen=incident.version)
    incident.refresh_from_db()
    assert (incident.state, incident.solution, incident.has_workaround) == ("resolved", WORKAROUND, True)
    assert incident.assignee == agent
    assert (problem.use_count, list(problem.meldingen.all())) == (1, [incident])
    use = ProblemUse.objects.get()
    assert (use.problem, use.melding, use.by, use.at) == (problem, incident, agent, LATER)
    assert Notice.objects.filter(key="melding_resolved", case_id=incident.pk).exists()


def test_a_workaround_that_is_not_there_or_comes_too_late_changes_nothing(
    agent: User, incident: Melding
) -> None:
    with pytest.raises(NotNow):
        actions.apply(opened(agent), by=agent, at=LATER, melding=incident)
    problem = opened(agent, workaround=WORKAROUND)
    with pytest.raises(Stale):
        actions.apply(problem, by=agent, at=LATER, melding=incident, seen=incident.version - 1)
    incidents.cancel(incident, by=agent, at=LATER, reason="Vergissing")
    with pytest.raises(NotNow):
        actions.apply(problem, by=agent, at=LATER, melding=incident)
    problem.refresh_from_db()
    assert (problem.use_count, ProblemUse.objects.count(), problem.meldingen.count()) == (0, 0, 0)


# --- Advice


def test_sla_12_3_contractants_with_a_contract_for_the_dienst_are_advised(
    manager: User, mdo: Service
) -> None:
    main, colleague = served(mdo, role="main_contact"), None
    colleague = factories.contact(contractant=main.contractant)
    reporter = factories.contact(contractant=main.contractant)
    factories.contact(role="main_contact")
    problem = opened(manager, service=mdo, meldingen=[factories.registered(contact=reporter)])
    actions.publish(problem, by=manager, at=LATER, public_title="Leeg dossier", advice="Open het opnieuw.")
    told = Notice.objects.filter(key="problem_published")
    assert set(told.values_list("email", flat=True)) == {main.user.email, reporter.user.email}
    assert set(Problem.objects.published_to(colleague.user, LATER)) == {problem}
    notice = told.first()
    assert notice
    render(notice)
    assert "Open het opnieuw." in notice.body
    assert problem.title not in notice.body
    assert problem.description not in notice.body
    assert notice.subject == f"[{problem.number}] Advies over een bekend probleem bij Dienst MDO"


def test_who_has_no_contract_for_the_dienst_now_is_not_advised(manager: User, mdo: Service) -> None:
    problem, main = published(manager, mdo), served(mdo)
    assert set(Problem.objects.published_to(main.user, LATER)) == {problem}
    stranger, ended = factories.contact(), factories.contact()
    factories.ContractFactory.create(contractant=ended.contractant, service=mdo, ends_on=date(2026, 6, 1))
    assert not Problem.objects.published_to(stranger.user, LATER).exists()
    assert not Problem.objects.published_to(ended.user, LATER).exists()
    assert not Problem.objects.visible_to(main.user).exists()
    main.is_active = False
    main.save()
    assert not Problem.objects.published_to(main.user, LATER).exists()


def test_advice_ends_when_it_is_withdrawn_or_closed_and_stays_when_solved(
    manager: User, mdo: Service
) -> None:
    main = served(mdo, role="main_contact").user
    problem = put(published(manager, mdo), "solution_planned")
    actions.solve(problem, by=manager, at=LATER, solution="Klaar.")
    assert Notice.objects.get(key="problem_solved").email == main.email
    assert Problem.objects.published_to(main, LATER).exists()
    actions.close(problem, by=manager, at=LATER)
    assert not Problem.objects.published_to(main, LATER).exists()
    again = published(manager, mdo)
    actions.withdraw(again, by=manager, at=LATER, reason="Het klopt niet meer.")
    assert not Problem.objects.published_to(main, LATER).exists()


def test_what_a_contact_is_suggested_follows_from_the_advice_alone(manager: User, mdo: Service) -> None:
    contact = served(mdo)
    problem = published(manager, mdo, public_title="Dossier blijft leeg", advice="Open het opnieuw.")
    Problem.objects.filter(pk=problem.pk).update(title="Certificaat verlopen", description="Gateway zuid")

    def found(text: str) -> list[Problem]:
        return [one.problem for one in queries.suggested(contact.user, text, LATER)]

    assert found("mijn dossier is leeg") == [problem]
    assert found("certificaat verlopen gateway zuid") == []


def test_publishing_is_for_who_answers_for_it(agent: User, mdo: Service) -> None:
    with pytest.raises(NotAllowed):
        published(agent, mdo)


# --- Owner


def test_the_owner_hears_of_it_and_not_who_took_it(agent: User, manager: User) -> None:
    problem = opened(agent)
    actions.assign(problem, by=agent, at=LATER, owner=manager)
    notice = Notice.objects.get(key="problem_assigned")
    assert notice.email == manager.email
    render(notice)
    assert problem.title in notice.body
    assert "Sanne de Wit heeft" in notice.body
    actions.assign(problem, by=agent, at=LATER + timedelta(minutes=1), owner=agent)
    assert Notice.objects.filter(key="problem_assigned").count() == 1


@pytest.mark.parametrize("key", ["problem_assigned", "problem_published", "problem_solved"])
def test_the_sample_of_a_notice_is_whole(key: str) -> None:
    from desk.notices import kind_of
    from desk.notices.writing import shipped

    kind = kind_of(key)
    subject, body = shipped(key, kind.sample(frozenset()))
    assert subject
    assert "{{" not in body
    assert "None" not in body
    assert set(kind.words(kind.sample(frozenset()))) >= kind.needs


def test_origin_incident_starts_from_a_workaround(agent: User, incident: Melding) -> None:
    """SLA 12.1: found at once by whoever handles the next one."""
    incidents.pick_up(incident, by=agent, at=MOMENT)
    incidents.resolve(incident, by=agent, at=LATER, solution=WORKAROUND, workaround=True)
    opened(agent, meldingen=[incident], origin="incident", workaround=incident.solution)
    following = factories.registered(subject="Dossier leeg na inloggen")
    assert [one.problem.workaround for one in queries.known(agent, following)] == [WORKAROUND]
