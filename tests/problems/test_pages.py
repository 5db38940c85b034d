"""The pages of Problems: on the desk, beside a Melding, in the worklist and in the portal."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contractants.models import Service
from desk.models import User
from incidents import actions as incidents
from incidents.models import Melding
from problems import actions
from problems.models import Problem
from tests import factories
from tests.pages.conftest import signed_in, text
from tests.problems.conftest import LATER, opened

WORKAROUND = "Sluit het dossier en open het opnieuw vanuit de agenda."


@pytest.fixture
def desk(agent: User) -> Client:
    return signed_in(agent)


def given(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Leeg dossier", "description": "Na inloggen leeg.", "risk": "large-likely",
        "client_key": "7f1d7a2e-9d4e-4a44-8a0a-1f2f3c4b5a69", **fields,
    }  # fmt: skip


def test_a_problem_starts_from_a_melding_with_a_workaround_once(
    desk: Client, agent: User, incident: Melding
) -> None:
    """SLA 12.1"""
    incidents.pick_up(incident, by=agent, at=LATER)
    incidents.resolve(incident, by=agent, at=LATER, solution=WORKAROUND, workaround=True)
    offered = text(desk.get(incident.get_absolute_url()))
    address = f"/problemen/nieuw/?melding={incident.number}"
    assert address in offered
    form = text(desk.get(address))
    assert incident.subject in form
    assert WORKAROUND in form
    posted = given(meldingen=incident.number, workaround=WORKAROUND)
    answer = desk.post("/problemen/nieuw/", posted)
    problem = Problem.objects.get()
    assert answer["Location"] == problem.get_absolute_url()
    assert (problem.origin, problem.risk, list(problem.meldingen.all())) == ("incident", 1, [incident])
    assert desk.post("/problemen/nieuw/", posted)["Location"] == problem.get_absolute_url()
    assert Problem.objects.count() == 1


@time_machine.travel(LATER, tick=False)
def test_what_was_solved_with_a_workaround_waits_for_a_problem(
    desk: Client, agent: User, incident: Melding
) -> None:
    """SLA 12.1"""
    waiting = "/problemen/kandidaten/"
    assert "Niets blijven liggen" in text(desk.get(waiting))
    incidents.pick_up(incident, by=agent, at=LATER)
    incidents.resolve(incident, by=agent, at=LATER, solution=WORKAROUND, workaround=True)
    assert WORKAROUND in text(desk.get(waiting))
    opened(agent, meldingen=[incident])
    assert "Niets blijven liggen" in text(desk.get(waiting))


def test_wrong_input_keeps_what_was_typed_and_names_the_field(desk: Client) -> None:
    answer = desk.post("/problemen/nieuw/", given(title="", meldingen="M26-99999", workaround=WORKAROUND))
    assert answer.status_code == 422
    assert WORKAROUND in text(answer)
    assert "M26-99999" in text(answer)
    assert 'href="#id_title"' in text(answer)
    assert not Problem.objects.exists()


def test_the_lists(desk: Client, agent: User, manager: User, mdo: Service) -> None:
    mine = opened(agent, owner=agent, service=mdo, title="Van mij", likelihood="likely", impact="large")
    known = opened(agent, title="Bekend", workaround=WORKAROUND)
    actions.find_workaround(known, by=agent, at=LATER, workaround=WORKAROUND)
    actions.confirm(known, by=agent, at=LATER, cause="Bekend.", workaround=WORKAROUND)
    gone = opened(agent, title="Verdwenen")
    actions.abandon(gone, by=manager, at=LATER, reason="Komt niet meer voor.")

    def shown(query: str) -> list[str]:
        return [problem.title for problem in desk.get(f"/problemen/?{query}").context["rows"]]

    assert shown("") == ["Van mij", "Bekend"]
    assert shown("view=mine") == ["Van mij"]
    assert shown("view=known") == shown("view=workaround") == ["Bekend"]
    assert shown("view=risk-1") == ["Van mij"]
    assert set(shown("view=all")) == {"Van mij", "Bekend", "Verdwenen"}
    assert shown("q=agenda") == ["Bekend"]
    assert shown(f"q={mine.number.lower()}") == ["Van mij"]
    assert "Hier is geen probleem" in text(desk.get("/problemen/?view=risk-4"))
    assert "Niets gevonden" in text(desk.get("/problemen/?q=giraffe"))


def test_a_step_is_done_on_the_page_and_a_stale_one_is_told(desk: Client, agent: User) -> None:
    problem = opened(agent)
    act = reverse("problems:problem_act", args=[problem.number, "analyse"])
    assert desk.post(act, {"version": "1", "cause": " "}).status_code == 422
    answer = desk.post(act, {"version": "1", "cause": "De index loopt vol.", "factors": "Veel dossiers."})
    assert answer.status_code == 302
    page = text(desk.get(problem.get_absolute_url()))
    for words in ("De index loopt vol.", "Veel dossiers.", "heeft de analyse vastgelegd."):
        assert words in page
    stale = desk.post(act, {"version": "1", "cause": "Iets anders."})
    assert stale.status_code == 409
    assert "Iets anders." in text(stale)


def test_the_page_names_a_missing_cause_only_where_it_is_asked(desk: Client, agent: User) -> None:
    """SLA 13"""
    grave = opened(agent, meldingen=[factories.registered(priority=1)])
    light = opened(agent, meldingen=[factories.registered(impact="small", urgency="low")])
    asked = "leg de oorzaak vast"
    assert asked in text(desk.get(grave.get_absolute_url()))
    assert asked not in text(desk.get(light.get_absolute_url()))


def test_the_pages_take_few_queries(desk: Client, agent: User, incident: Melding) -> None:
    problem = opened(agent, owner=agent, meldingen=[incident], workaround=WORKAROUND)
    for _turn in range(4):
        opened(agent, meldingen=[factories.registered(), factories.registered()], workaround=WORKAROUND)
        actions.link(problem, by=agent, at=LATER, meldingen=[factories.registered()])
        actions.add_moment(problem, by=agent, at=LATER, moment=LATER, what="Iets")
        actions.add_action(problem, by=agent, at=LATER, what="Doen", who=agent)
        actions.note(problem, by=agent, at=LATER, body="Zeg iets.")
    other = factories.registered(subject="Dossier leeg na inloggen")
    for address in ("/problemen/", problem.get_absolute_url(), f"/problemen/bekend/?melding={other.number}"):
        desk.get(address)
        with CaptureQueriesContext(connection) as found:
            assert desk.get(address).status_code == 200
        assert len(found) <= 15, (address, len(found))


def test_what_is_known_stands_beside_a_melding_and_is_applied_with_one_click(
    desk: Client, agent: User, incident: Melding
) -> None:
    problem = opened(agent, workaround=WORKAROUND)
    assert f"/problemen/bekend/?melding={incident.number}" in text(desk.get(incident.get_absolute_url()))
    panel = text(desk.get("/problemen/bekend/", {"melding": incident.number}))
    assert problem.number in panel
    assert "dossier" in panel
    address = reverse("problems:apply", args=[problem.number])
    late = desk.post(address, {"melding": incident.number, "version": "0", "read": "1"}, follow=True)
    assert "intussen gewijzigd" in text(late)
    given = {"melding": incident.number, "version": str(incident.version), "read": str(problem.version)}
    answer = desk.post(address, given, follow=True)
    assert "opgelost met de workaround van" in text(answer)
    incident.refresh_from_db()
    assert incident.state == "resolved"
    panel = text(desk.get("/problemen/bekend/", {"melding": incident.number}))
    assert "Problemen achter deze melding" in panel
    assert "Toepassen" not in panel


def test_the_workaround_of_a_linked_problem_is_applied_as_it_was_read(
    desk: Client, agent: User, incident: Melding
) -> None:
    """SLA 12.2"""
    problem = opened(agent, workaround=WORKAROUND, meldingen=[incident])
    panel = text(desk.get("/problemen/bekend/", {"melding": incident.number}))
    assert WORKAROUND in panel
    assert panel.count("Toepassen<") == 1
    read = {"melding": incident.number, "version": str(incident.version), "read": str(problem.version)}
    actions.find_workaround(problem, by=agent, at=LATER, workaround="Iets heel anders.")
    address = reverse("problems:apply", args=[problem.number])
    assert "intussen gewijzigd" in text(desk.post(address, read, follow=True))
    incident.refresh_from_db()
    assert incident.state == "received"
    desk.post(address, {**read, "read": str(problem.version)})
    incident.refresh_from_db()
    assert (incident.state, incident.solution) == ("resolved", "Iets heel anders.")


def test_it_is_not_offered_where_it_cannot_be_applied(desk: Client, agent: User, incident: Melding) -> None:
    opened(agent, workaround=WORKAROUND)
    incidents.pick_up(incident, by=agent, at=LATER)
    incidents.wait_for_contractant(incident, by=agent, at=LATER, question="Welke browser?")
    panel = text(desk.get("/problemen/bekend/", {"melding": incident.number}))
    assert "Bekende problemen" in panel
    assert "Toepassen" not in panel
    assert desk.get("/problemen/bekend/", {"melding": "M26-99999"}).status_code == 404


def test_ticked_meldingen_are_linked_together(desk: Client, agent: User, incident: Melding) -> None:
    problem, other = opened(agent), factories.registered()
    numbers = [incident.number, other.number]
    assert "/problemen/koppelen/" in text(desk.get("/meldingen/"))
    asked = text(desk.post("/problemen/koppelen/", {"melding": numbers}))
    assert problem.number in asked
    assert all(number in asked for number in numbers)
    answer = desk.post("/problemen/koppelen/", {"melding": numbers, "problem": problem.number})
    assert answer["Location"] == problem.get_absolute_url()
    assert set(problem.meldingen.all()) == {incident, other}
    again = desk.post("/problemen/koppelen/", {"melding": numbers, "problem": problem.number})
    assert again.status_code == 422
    assert desk.post("/problemen/koppelen/")["Location"] == "/meldingen/"


def test_the_portal_shows_the_advice_and_nothing_internal(
    desk: Client, agent: User, manager: User, mdo: Service
) -> None:
    """SLA 12.3"""
    contact = factories.contact()
    factories.ContractFactory.create(contractant=contact.contractant, service=mdo)
    portal = signed_in(contact.user)
    assert "Geen bekende problemen" in text(portal.get("/portaal/bekende-problemen/"))
    problem = opened(agent, service=mdo, title="INTERN", description="INTERN", workaround="INTERN")
    one = reverse("problems:portal_known_one", args=[problem.number])
    assert portal.get(one).status_code == 404
    actions.note(problem, by=agent, at=LATER, body="INTERN")
    actions.publish(problem, by=manager, at=LATER, public_title="Leeg dossier", advice="Open het opnieuw.")
    pages = [
        text(portal.get(address))
        for address in (
            "/portaal/bekende-problemen/",
            one,
            "/portaal/bekende-problemen/lijkt-op/?subject=dossier+is+leeg",
        )
    ]
    assert all("Leeg dossier" in page and "INTERN" not in page for page in pages)
    assert "Open het opnieuw." in pages[1]
    assert "lijkt-op" in text(portal.get("/portaal/nieuw/"))
    assert "Bekende problemen" in text(portal.get("/portaal/"))
    assert desk.get(one)["Location"] == problem.get_absolute_url()
    assert portal.get(problem.get_absolute_url()).status_code == 403


def test_nonsense_for_a_number_finds_nothing(desk: Client) -> None:
    for nonsense in ("M26-\x0000001", "\x00", "M26-00001 OR 1"):
        assert desk.get("/problemen/nieuw/", {"melding": nonsense}).status_code == 200
        assert desk.get("/problemen/bekend/", {"melding": nonsense}).status_code == 404
        assert desk.post("/problemen/koppelen/", {"melding": nonsense})["Location"] == "/meldingen/"
