"""Meldingen over the API: a happy path, a refusal and a stranger each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from desk.models import Event
from incidents.models import Melding
from tests import factories
from tests.api.conftest import MELDINGEN, client_of, new_melding

pytestmark = pytest.mark.django_db


def test_a_melding_is_made_in_one_call(agent: APIClient) -> None:
    answer = agent.post(MELDINGEN, new_melding())
    made = answer.json()
    assert answer.status_code == 201, made
    assert answer["Location"] == f"{MELDINGEN}{made['number']}/"
    assert answer["ETag"] == f'"{made["version"]}"'
    assert (made["priority"], made["state"], made["channel"]) == (2, "received", "api")
    assert "pick_up" in made["transitions"]
    assert [event.verb for event in Melding.objects.get().events()] == ["register"]


def test_what_is_missing_is_named_field_by_field(agent: APIClient) -> None:
    """SLA 9.4."""
    answer = agent.post(MELDINGEN, {"kind": "incident", "subject": "X", "description": "Y"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert {error["field"] for error in answer.json()["errors"]} == {
        "affected_users", "first_seen_at", "reproducible", "expected_priority",
    }  # fmt: skip
    assert not Melding.objects.exists()


def test_an_agent_may_accept_it_without_and_that_shows(agent: APIClient) -> None:
    """SLA 9.4."""
    body = {"kind": "incident", "subject": "X", "description": "Y", "accept_missing": True}
    answer = agent.post(MELDINGEN, body)
    assert answer.status_code == 201
    assert answer.json()["missing"] == [
        "affected_users",
        "first_seen_at",
        "reproducible",
        "expected_priority",
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "complaint"}, "kind"),
        ({"kind": ["incident"]}, "kind"),
        ({"subject": 7 * "lang " * 40}, "subject"),
        ({"description": "x" * 20_001}, "description"),
        ({"goal": "x" * 20_001}, "goal"),
        ({"description": "met een \x00 erin"}, "description"),
        ({"subject": "half teken \ud800"}, "subject"),
        ({"description": {"a": 1}}, "description"),
        ({"service": "bestaat-niet"}, "service"),
        ({"contractant": "geen-uuid"}, "contractant"),
        ({"contractant": "00000000-0000-0000-0000-000000000000"}, "contractant"),
        ({"contact": "niemand@zorg.example"}, "contact"),
        ({"received_at": "2999-01-01T00:00:00Z"}, "received_at"),
        ({"received_at": "2026-06-16T10:00:00"}, "received_at"),
        ({"received_at": "gisteren"}, "received_at"),
        ({"received_at": "2001-01-01T00:00:00Z"}, "received_at"),
        ({"first_seen_at": "0001-01-01T00:00:00+14:00"}, "first_seen_at"),
        ({"first_seen_at": "9999-12-31T23:59:59-14:00"}, "first_seen_at"),
        ({"affected_users": 10**30}, "affected_users"),
        ({"affected_users": -1}, "affected_users"),
        ({"affected_users": 1e400}, "affected_users"),
        ({"expected_priority": 5}, "expected_priority"),
        ({"reporter_email": "geen adres"}, "reporter_email"),
        ({"priorty": 1}, "priorty"),
    ],
)  # fmt: skip
def test_wrong_input_is_named_and_leaves_nothing(
    agent: APIClient, fields: dict[str, Any], field: str
) -> None:
    import json

    answer = agent.post(MELDINGEN, json.dumps(new_melding(**fields)), content_type="application/json")
    assert answer.status_code == 400, answer.content
    named = [error["field"] for error in answer.json().get("errors", [])]
    assert named == [field] or fields.get("affected_users") == float("inf")
    assert not Melding.objects.exists()
    assert not Event.objects.filter(case_type="melding").exists()


def test_a_stranger_a_wrong_token_and_a_short_scope(
    agent: APIClient, reader: APIClient, monitor: APIClient
) -> None:
    number = agent.post(MELDINGEN, new_melding()).json()["number"]
    assert APIClient().get(MELDINGEN).status_code == 401
    wrong = client_of("f" * 64).get(MELDINGEN)
    assert (wrong.status_code, wrong["WWW-Authenticate"]) == (401, "Token")
    assert reader.get(f"{MELDINGEN}{number}/").status_code == 200
    assert reader.post(MELDINGEN, new_melding()).status_code == 403
    assert monitor.get(MELDINGEN).status_code == 403
    assert monitor.get(f"{MELDINGEN}{number}/").status_code == 403


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "bearer"])
def test_either_scheme_opens(agent: APIClient, scheme: str) -> None:
    secret = factories.token("read")
    client = APIClient(headers={"Authorization": f"{scheme} {secret}"})
    assert client.get(MELDINGEN).status_code == 200


@pytest.mark.parametrize(
    "header", ["Token", "Token ", "Bearer a b", "Token \xff", "Token \x00", "Basic eDp5"]
)
def test_a_malformed_authorization_is_401(agent: APIClient, header: str) -> None:
    assert APIClient().get(MELDINGEN, headers={"Authorization": header}).status_code == 401


def test_an_expired_token_and_an_inactive_user_are_out(agent: APIClient) -> None:
    user = factories.machine()
    secret = factories.token("read", user=user)
    assert client_of(secret).get(MELDINGEN).status_code == 200
    user.is_active = False
    user.save()
    assert client_of(secret).get(MELDINGEN).status_code == 401
    user.is_active = True
    user.save()
    row = user.auth_token_set.get()
    row.expiry -= timedelta(days=366)
    row.save()
    assert client_of(secret).get(MELDINGEN).status_code == 401


def test_what_contractants_may_not_see_is_as_unknown_as_what_does_not_exist(agent: APIClient) -> None:
    mine, other = factories.contact(), factories.contact()
    seen, hidden = factories.registered(contact=mine), factories.registered(contact=other)
    client = APIClient()
    client.force_login(mine.user)
    assert [row["number"] for row in client.get(MELDINGEN).json()["results"]] == [seen.number]
    for tail in ("", "messages/", "attachments/", "clocks/", "events/"):
        at_hidden = client.get(f"{MELDINGEN}{hidden.number}/{tail}")
        at_unknown = client.get(f"{MELDINGEN}M26-99999/{tail}")
        assert at_hidden.status_code == at_unknown.status_code
        assert at_hidden.content == at_unknown.content
        assert at_hidden.status_code == (403 if tail == "events/" else 404)


def test_a_contact_reports_for_itself_and_decides_no_priority(agent: APIClient) -> None:
    contact = factories.contact()
    client = APIClient()
    client.force_login(contact.user)
    made = client.post(MELDINGEN, new_melding())
    assert made.status_code == 201, made.json()
    assert (made.json()["channel"], made.json()["contact"]) == ("portal", contact.user.email)
    for field, value in {"priority": 1, "contact": contact.user.email, "accept_missing": True}.items():
        refused = client.post(MELDINGEN, new_melding(**{field: value}))
        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == [field]


def test_a_page_of_somebody_else_cannot_use_a_session(agent: APIClient) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(factories.staff())
    assert client.get(MELDINGEN).status_code == 200
    refused = client.post(MELDINGEN, new_melding())
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")


def test_the_list_takes_the_same_queries_with_one_row_and_with_thirty(reader: APIClient) -> None:
    service = factories.ServiceFactory.create()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert reader.get(MELDINGEN).status_code == 200
        return len(seen)

    factories.registered(contact=factories.contact(), service=service)
    reader.get(MELDINGEN)  # the token's first use of the day is written down
    with_one = queries()
    for _turn in range(29):
        factories.registered(contact=factories.contact(), service=service)
    assert queries() == with_one <= 5


def test_pages_neither_skip_nor_repeat_in_any_order(reader: APIClient) -> None:
    for turn in range(25):
        at = factories.MOMENT + timedelta(minutes=turn // 5)
        factories.registered(at=at, expected_priority=turn % 4 + 1, impact="")
    everything = set(Melding.objects.values_list("number", flat=True))
    for ordering in ("received_at", "-received_at", "priority", "next_due_at"):
        seen: list[str] = []
        address = f"{MELDINGEN}?limit=4&ordering={ordering}"
        while address:
            page = reader.get(address).json()
            seen += [row["number"] for row in page["results"]]
            last, address = page, page["next"]
        assert len(seen) == 25
        assert set(seen) == everything
        back = reader.get(last["previous"]).json()
        assert [row["number"] for row in back["results"]] == seen[-5:-1]


@pytest.mark.parametrize(
    "query",
    ["colour=red", "state=unknown", "priority=9", "contractant=1", "received_after=gisteren", "view=nee",
     "ordering=assignee__password", "assignee__password__startswith=a", "limit=0", "limit=201", "limit=x",
     "after=x", "before=bnVsbA", "after=WzEsMl0", "q=%00"],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_an_error(reader: APIClient, query: str) -> None:
    answer = reader.get(f"{MELDINGEN}?{query}")
    assert answer.status_code == 400, query
    assert [error["field"] for error in answer.json()["errors"]] == [query.split("=")[0]]


def test_filters_narrow(reader: APIClient) -> None:
    contact, staff = factories.contact(), factories.staff()
    wanted = factories.registered(contact=contact, priority=1, subject="Koppeling met het HIS hapert")
    other = factories.registered(kind="question", at=factories.MOMENT - timedelta(days=2))
    Melding.objects.filter(pk=wanted.pk).update(assignee=staff)
    for query in (
        "priority=1", "kind=incident", f"contractant={contact.contractant.public_id}",
        f"assignee={staff.email}", "received_after=2026-06-16T00:00:00Z", "q=koppelingen", "view=p1",
        "state=received&state=closed&priority=1", f"q={wanted.number}",
    ):  # fmt: skip
        found = [row["number"] for row in reader.get(f"{MELDINGEN}?{query}").json()["results"]]
        assert found == [wanted.number], query
    before = reader.get(f"{MELDINGEN}?received_before=2026-06-15T00:00:00Z").json()["results"]
    assert [row["number"] for row in before] == [other.number]


def test_facts_are_filled_in_afterwards(agent: APIClient) -> None:
    service = factories.ServiceFactory.create()
    number = factories.registered(affected_users=None).number
    answer = agent.patch(f"{MELDINGEN}{number}/", {"affected_users": 3, "service": service.slug})
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["affected_users"], answer.json()["missing"]) == (3, [])
    assert answer.json()["service"] == {"slug": service.slug, "name": service.name}
    for body in ({}, {"subject": "anders"}, {"first_seen_at": "2999-01-01T00:00:00Z"}):
        assert agent.patch(f"{MELDINGEN}{number}/", body).status_code == 400


def test_a_change_from_a_stale_version_is_412_with_what_happened_meanwhile(agent: APIClient) -> None:
    address = f"{MELDINGEN}{factories.registered().number}/"
    seen = agent.get(address)["ETag"]
    first = agent.post(f"{address}pick_up/", headers={"If-Match": seen})
    assert (first.status_code, first["ETag"]) == (200, '"2"')
    for answer in (
        agent.patch(address, {"affected_users": 3}, headers={"If-Match": seen}),
        agent.post(f"{address}resolve/", {"solution": "Herstart"}, headers={"If-Match": seen}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "stale")
        assert [event["verb"] for event in answer.json()["meanwhile"]] == ["pick_up"]
    for tag in ('"2", "9"', "*"):
        assert agent.patch(address, {"affected_users": 3}, headers={"If-Match": tag}).status_code == 200
    for tag in ('W/"3"', '"abc"', "3"):
        assert agent.patch(address, {"affected_users": 3}, headers={"If-Match": tag}).status_code == 412


def test_the_conversation(agent: APIClient) -> None:
    contact = factories.contact()
    address = f"{MELDINGEN}{factories.registered(contact=contact).number}/messages/"
    answer = agent.post(address, {"body": "Wij kijken ernaar."})
    note = agent.post(address, {"body": "Lijkt op vorige week.", "visibility": "internal"})
    assert (answer.status_code, note.status_code) == (201, 201)
    assert [row["body"] for row in agent.get(address).json()["results"]] == [
        "Wij kijken ernaar.", "Lijkt op vorige week.",
    ]  # fmt: skip
    client = APIClient()
    client.force_login(contact.user)
    assert [row["body"] for row in client.get(address).json()["results"]] == ["Wij kijken ernaar."]
    assert client.post(address, {"body": "Dank!"}).status_code == 201
    assert client.post(address, {"body": "x", "visibility": "internal"}).status_code == 403
    assert agent.post(address, {"body": " "}).json()["errors"][0]["field"] == "body"


def test_clocks_explain_themselves(reader: APIClient) -> None:
    """SLA 2.21, 9.3: the stretches that counted add up to what has elapsed."""
    melding = factories.registered()
    clocks = reader.get(f"{MELDINGEN}{melding.number}/clocks/").json()
    for name in ("response", "resolution"):
        clock = clocks[name]
        assert sum(part["seconds"] for part in clock["ledger"] if part["counted"]) == clock["elapsed"]
        assert {part["reason"] for part in clock["ledger"]} >= {"open", "outside_hours", "weekend"}
    assert clocks["moments"] == {"registered": "2026-06-16T10:00:00+02:00"}


def test_the_trail(reader: APIClient, agent: APIClient) -> None:
    melding = factories.registered()
    agent.post(f"{MELDINGEN}{melding.number}/pick_up/")
    trail = reader.get(f"{MELDINGEN}{melding.number}/events/").json()["results"]
    assert [(event["verb"], event["by"]) for event in trail] == [("register", None), ("pick_up", "Koppeling")]
