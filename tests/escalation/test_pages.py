"""Escalations on the desk, in the portal and in the API: the same acts by the same rules (SLA 4.4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from desk.models import ApiToken
from incidents.models import Escalation, Melding
from tests import factories
from tests.api.conftest import client_of
from tests.escalation.conftest import Cast
from tests.pages.conftest import signed_in, text


@pytest.fixture
def escalation(cast: Cast) -> Escalation:
    return cast.escalated("priority", expected_priority=1)


def test_each_role_sees_its_own_echelon_first(cast: Cast, escalation: Escalation) -> None:
    shown = text(signed_in(cast.staff[0]).get("/escalaties/"))
    assert escalation.number in shown
    assert shown.index(">Supportafdeling<") < shown.index(">Productmanager<")
    other = text(signed_in(cast.staff[2]).get("/escalaties/"))
    assert escalation.number not in other
    assert other.index(">Servicelevelmanager<") < other.index(">Supportafdeling<")
    assert escalation.number in text(signed_in(cast.staff[2]).get("/escalaties/?echelon=support"))
    assert escalation.number not in text(signed_in(cast.staff[2]).get("/escalaties/?echelon=ended"))


def test_the_buttons_are_those_of_the_echelon_that_has_it(cast: Cast, escalation: Escalation) -> None:
    own = text(signed_in(cast.staff[0]).get(escalation.get_absolute_url()))
    assert "Beantwoorden" in own
    assert 'name="priority"' in own
    Escalation.objects.filter(pk=escalation.pk).update(level=2, role="product_manager")
    lower = text(signed_in(cast.staff[0]).get(escalation.get_absolute_url()))
    assert "Beantwoorden" not in lower
    assert "alleen dit echelon en hoger" in lower


def test_a_refusal_keeps_what_was_typed(cast: Cast, escalation: Escalation) -> None:
    client, address = signed_in(cast.staff[0]), f"{escalation.get_absolute_url()}do/pass_up/"
    assert client.post(address, {"words": ""}).status_code == 422
    stale = client.post(address, {"words": "Graag meekijken", "version": "9"})
    assert (stale.status_code, "Graag meekijken" in text(stale)) == (409, True)
    assert client.post(f"{escalation.get_absolute_url()}do/lapse/", {}).status_code == 404
    assert client.post(address, {"words": "Graag meekijken", "version": "1"}).status_code == 302
    late = client.post(f"{escalation.get_absolute_url()}do/answer/", {"words": "Mijn antwoord"})
    assert (late.status_code, "Mijn antwoord" in text(late)) == (403, True)


def test_the_worklist_and_the_melding_show_it(cast: Cast, escalation: Escalation) -> None:
    client = signed_in(cast.staff[0])
    for address in ("/meldingen/", "/meldingen/?view=escalated"):
        assert "geëscaleerd, echelon 1" in text(client.get(address))
    assert escalation.get_absolute_url() in text(client.get(escalation.melding.get_absolute_url()))


def test_a_contact_escalates_in_the_portal_and_follows_it_up(cast: Cast) -> None:
    melding, client = cast.melding(), signed_in(cast.noor.user)
    page = f"/portaal/{melding.number}/"
    given = {"reason": "priority", "words": "Onze hele afdeling ligt stil."}
    refused = client.post(f"{page}escalate/", given)
    assert (refused.status_code, "Onze hele afdeling ligt stil." in text(refused)) == (422, True)
    assert "Kies de prioriteit die het zou moeten zijn." in text(refused)
    assert client.post(f"{page}escalate/", {**given, "expected_priority": "1"}).status_code == 302
    escalation = melding.escalations.get()
    assert escalation.number in text(client.get(page))
    assert client.post(f"{page}dispute/", {"words": "x"}).status_code == 409  # nobody answered yet
    desk = signed_in(cast.staff[0])
    done = desk.post(f"{escalation.get_absolute_url()}do/answer/", {"words": "Eens.", "priority": "1"})
    assert done.status_code == 302
    melding.refresh_from_db()
    assert (melding.priority, "Akkoord met dit antwoord" in text(client.get(page))) == (1, True)
    assert client.post(f"{page}dispute/", {"words": "Nog steeds niets"}).status_code == 302
    escalation.refresh_from_db()
    assert (escalation.level, escalation.state) == (2, "open")
    assert client.post(f"{page}withdraw/", {"words": "Opgelost"}).status_code == 302
    assert client.post(f"{page}withdraw/", {"words": "Opgelost"}).status_code == 409


def test_the_api_lists_shows_and_acts(cast: Cast, escalation: Escalation) -> None:
    agent = client_of(factories.token(ApiToken.Scope.AGENT))
    base = "/api/v1/escalations/"
    (row,) = agent.get(f"{base}?state=open&role=support").json()["results"]
    assert (row["number"], row["melding"], row["level"]) == (escalation.number, escalation.melding.number, 1)
    assert agent.get(f"{base}?state=closed").json()["results"] == []
    one = agent.get(f"{base}{escalation.number}/")
    assert one.json()["transitions"] == ["answer", "pass_up", "settle"]
    assert [said["body"] for said in one.json()["messages"]] == ["Wij horen niets."]
    stale = agent.post(f"{base}{escalation.number}/answer/", {"words": "Ja"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    done = agent.post(
        f"{base}{escalation.number}/answer/", {"words": "Ja"}, headers={"If-Match": one["ETag"]}
    )
    assert (done.status_code, done.json()["state"]) == (200, "answered")
    assert agent.post(f"{base}{escalation.number}/answer/", {"words": "Ja"}).status_code == 409
    assert agent.post(f"{base}{escalation.number}/accept_answer/", {}).status_code == 403
    melding = agent.get(f"/api/v1/meldingen/{escalation.melding.number}/").json()
    assert melding["escalations"] == [escalation.number]


def test_another_contractant_finds_nothing(cast: Cast, escalation: Escalation) -> None:
    stranger = factories.contact()
    client: Any = APIClient()
    client.force_login(stranger.user)
    assert client.get("/api/v1/escalations/").json()["results"] == []
    assert client.get(f"/api/v1/escalations/{escalation.number}/").status_code == 404
    assert client.post(f"/portaal/{escalation.melding.number}/escalate/", {}).status_code == 404


def test_the_lists_take_the_same_queries_at_any_length(
    cast: Cast, escalation: Escalation, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.staff[0])
    client.get("/escalaties/")
    for _turn in range(5):
        cast.escalated()
    with django_assert_max_num_queries(10):
        assert client.get("/escalaties/").content.count(b"data-row-link") == 6
    with django_assert_max_num_queries(12):
        client.get(escalation.get_absolute_url())


def test_the_keepers_look_at_it_in_the_admin(cast: Cast, escalation: Escalation) -> None:
    client: Client = signed_in(factories.staff("administrator"))
    assert escalation.number in text(client.get("/beheer/incidents/escalation/"))
    assert client.get(f"/beheer/incidents/escalation/{escalation.pk}/change/").status_code == 200
    assert client.post(f"/beheer/incidents/escalation/{escalation.pk}/delete/", {}).status_code == 403
    assert Melding.objects.count() == 1
