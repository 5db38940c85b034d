"""Problems in the API and in Beheer."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from contractants.models import Service
from desk.models import User
from incidents.models import Melding
from problems.api import BODIES
from problems.doors import PROBLEM
from problems.models import Problem
from tests import factories
from tests.pages.conftest import signed_in, text
from tests.problems.conftest import opened

PROBLEMS = "/api/v1/problems/"


@pytest.fixture
def machine(db: None) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {factories.token()}")
    return client


def new(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Leeg dossier", "description": "Na inloggen leeg.", "likelihood": "likely", "impact": "large",
        **fields,
    }  # fmt: skip


def test_every_step_that_people_take_has_a_body() -> None:
    assert set(BODIES) == {*PROBLEM.steps, "apply"}


def test_opened_analysed_and_applied_by_the_api(machine: APIClient, mdo: Service, incident: Melding) -> None:
    made = machine.post(PROBLEMS, new(service="dienst-mdo", workaround="Open opnieuw."), format="json")
    assert made.status_code == 201, made.json()
    one = f"{PROBLEMS}{made.json()['number']}/"
    assert (made.json()["risk"], made.json()["service"], made.json()["state"]) == (
        1,
        "dienst-mdo",
        "identified",
    )
    assert (
        machine.post(f"{one}analyse/", {"cause": "Index vol."}, format="json").json()["state"] == "analysed"
    )
    assert machine.post(f"{one}analyse/", {"cause": "Index vol."}, format="json").status_code == 409
    applied = machine.post(f"{one}apply/", {"melding": incident.number}, format="json")
    assert applied.status_code == 200, applied.json()
    assert (applied.json()["use_count"], applied.json()["meldingen"]) == (1, [incident.number])
    incident.refresh_from_db()
    assert incident.state == "resolved"
    assert "confirm" in machine.get(one).json()["transitions"]
    listed = machine.get(PROBLEMS, {"risk": "1", "melding": incident.number}).json()["results"]
    assert [row["number"] for row in listed] == [made.json()["number"]]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"impact": "enormous"}, "impact"), ({"meldingen": ["M26-99999"]}, "meldingen.0"), ({"cause": "x"}, "cause")],
)  # fmt: skip
def test_what_is_wrong_is_named(machine: APIClient, fields: dict[str, Any], wrong: str) -> None:
    answer = machine.post(PROBLEMS, new(**fields), format="json")
    assert answer.status_code == 400, answer.json()
    assert wrong in {error["field"] for error in answer.json()["errors"]}
    assert not Problem.objects.exists()


def test_a_contact_finds_no_problems_there(agent: User, mdo: Service) -> None:
    problem = opened(agent, service=mdo)
    contact = signed_in(factories.contact().user)
    assert contact.get(PROBLEMS).json()["results"] == []
    assert contact.get(f"{PROBLEMS}{problem.number}/").status_code == 404


def test_beheer_shows_its_course_and_offers_its_steps(agent: User) -> None:
    problem = opened(agent)
    admin = signed_in(factories.staff("administrator"))
    page = admin.get(f"/beheer/problems/problem/{problem.pk}/change/")
    assert page.status_code == 200
    assert "Analyse vastleggen" in text(page)
    assert "Vastleggen" in text(page)


def test_what_is_left_out_of_a_call_stays(machine: APIClient, mdo: Service) -> None:
    made = machine.post(PROBLEMS, new(workaround="Open opnieuw."), format="json").json()
    one = f"{PROBLEMS}{made['number']}/"
    machine.post(f"{one}analyse/", {"cause": "Index vol.", "factors": "Veel dossiers."}, format="json")
    kept = {"title": "Anders", "description": "Anders.", "service": "dienst-mdo"}
    for step, body in (("record_cause", {"cause": "c"}), ("confirm", {"cause": "c"}), ("revise", kept)):
        answer = machine.post(f"{one}{step}/", body, format="json")
        assert answer.status_code == 200, answer.json()
        assert (answer.json()["workaround"], answer.json()["factors"]) == ("Open opnieuw.", "Veel dossiers.")
    emptied = machine.post(f"{one}revise/", {**kept, "workaround": ""}, format="json")
    assert (emptied.json()["workaround"], emptied.json()["title"]) == ("", "Anders")
