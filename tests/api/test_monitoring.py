"""Taking in alarms: none lost, none doubled, and PostgreSQL is all that it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from contractants.models import ServiceMatch
from desk.models import ApiToken, Notice
from incidents.models import Alert, Melding, RawEvent
from tests import factories
from tests.api.conftest import client_of

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/monitoring/events/"


def event(action: str = "trigger", key: str = "disk-full", **payload: Any) -> dict[str, Any]:
    given = {"summary": "Schijf vol op db1", "source": "db1.desk.example", "severity": "critical", **payload}
    return {"event_action": action, "dedup_key": key, "payload": given}


def melding_of(answer: Any) -> Melding:
    return Melding.objects.get(number=answer.json()["melding"])


def test_a_critical_event_makes_a_p1_at_once(monitor: APIClient) -> None:
    """SLA 2.17, 4.2, 9.1."""
    answer = monitor.post(EVENTS, event())
    assert answer.status_code == 202
    assert answer.json() == {
        "status": "success",
        "dedup_key": "disk-full",
        "melding": Melding.objects.get().number,
    }
    melding = melding_of(answer)
    assert (melding.kind, melding.channel, melding.priority) == ("incident", "monitoring", 1)
    assert melding.service_unknown
    assert RawEvent.objects.get().alert == Alert.objects.get()


@pytest.mark.parametrize(
    ("severity", "priority"), [("critical", 1), ("error", 2), ("warning", 3), ("info", 4)]
)
def test_severity_is_priority(monitor: APIClient, severity: str, priority: int) -> None:
    assert melding_of(monitor.post(EVENTS, event(severity=severity))).priority == priority


def test_the_same_key_adds_to_the_open_one(monitor: APIClient) -> None:
    first, second = monitor.post(EVENTS, event()), monitor.post(EVENTS, event(summary="Nog steeds vol"))
    assert first.json() == second.json()
    assert (Alert.objects.get().count, RawEvent.objects.count(), Melding.objects.count()) == (2, 2, 1)


def test_a_graver_repeat_raises_the_priority(monitor: APIClient) -> None:
    monitor.post(EVENTS, event(severity="warning"))
    assert melding_of(monitor.post(EVENTS, event(severity="critical"))).priority == 1
    assert melding_of(monitor.post(EVENTS, event(severity="info"))).priority == 1


def test_resolve_records_that_it_is_available_and_closes_nothing(monitor: APIClient) -> None:
    """SLA 2.21."""
    monitor.post(EVENTS, event())
    melding = melding_of(monitor.post(EVENTS, event("resolve")))
    assert (melding.state, melding.resolution_state, melding.resolution_met) == ("received", "stopped", True)
    again = melding_of(monitor.post(EVENTS, event()))
    assert (again.pk, again.resolution_state) == (melding.pk, "running")
    assert [one.verb for one in again.events()] == ["register", "available_again", "unavailable_again"]


def test_after_an_agent_solved_it_a_trigger_is_a_follow_up(monitor: APIClient) -> None:
    from incidents import actions

    agent = factories.staff()
    first = melding_of(monitor.post(EVENTS, event()))
    actions.pick_up(first, by=agent, at=first.received_at)
    actions.resolve(first, by=agent, at=first.received_at, solution="Opgeruimd")
    second = melding_of(monitor.post(EVENTS, event()))
    assert second.pk != first.pk
    assert [(one.kind, one.other) for one in second.relations.all()] == [("follow_up", first)]


def test_acknowledge_is_noted_and_an_unknown_key_is_swallowed(monitor: APIClient) -> None:
    monitor.post(EVENTS, event())
    assert melding_of(monitor.post(EVENTS, event("acknowledge"))).events().last().verb == "acknowledge"  # type: ignore[union-attr]
    answer = monitor.post(EVENTS, event("resolve", "andere"))
    assert (answer.status_code, answer.json()["melding"]) == (202, None)


def test_another_source_has_keys_of_its_own(monitor: APIClient) -> None:
    first = melding_of(monitor.post(EVENTS, event()))
    other = client_of(factories.token(ApiToken.Scope.MONITORING))
    assert other.post(EVENTS, event("resolve")).json()["melding"] is None
    assert melding_of(other.post(EVENTS, {**event(), "source": "de eerste"})).pk != first.pk
    first.refresh_from_db()
    assert first.resolution_state == "running"


def test_the_dienst_is_found_by_rows_that_an_administrator_keeps(monitor: APIClient) -> None:
    by_component, by_source = (
        factories.ServiceFactory.create(slug=slug) for slug in ("dienst-mdo", "koppeling")
    )
    ServiceMatch.objects.create(field="component", value="mdo-web", service=by_component)
    ServiceMatch.objects.create(field="source", value="db1.desk.example", service=by_source)
    assert melding_of(monitor.post(EVENTS, event(key="a", component="mdo-web"))).service == by_component
    assert melding_of(monitor.post(EVENTS, event(key="b"))).service == by_source
    assert (
        melding_of(monitor.post(EVENTS, event(key="c", source="x", component="dienst-mdo"))).service
        == by_component
    )


def test_without_a_key_each_trigger_stands_alone(monitor: APIClient) -> None:
    body = event()
    del body["dedup_key"]
    first, second = monitor.post(EVENTS, body).json(), monitor.post(EVENTS, body).json()
    assert first["melding"] != second["melding"]
    assert monitor.post(EVENTS, event("resolve", first["dedup_key"])).json()["melding"] == first["melding"]


@pytest.mark.parametrize("stamp", [
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00+25:00",
    "2999-01-01T00:00:00Z", "gisteren", "2026-02-31T00:00:00Z", "2026-06-16T10:00:00", 12345, 1e400, {}, [], None, True,
])  # fmt: skip
def test_an_odd_timestamp_is_kept_and_not_believed(monitor: APIClient, stamp: Any) -> None:
    answer = monitor.post(EVENTS, json.dumps(event(timestamp=stamp)), content_type="application/json")
    assert answer.status_code == 202, answer.content
    melding, raw = melding_of(answer), RawEvent.objects.get()
    assert abs((melding.received_at - raw.received_at).total_seconds()) < 60
    assert melding.first_seen_at is None
    assert not raw.error


def test_hostile_text_is_kept_as_text(monitor: APIClient) -> None:
    text = "<script>alert(1)</script> {{7*7}} {% debug %} ${jndi:ldap://x.example} %s%n \x1b[31m \x00 \ud800"
    answer = monitor.post(
        EVENTS,
        json.dumps(event(summary=text, custom_details={"diep": text})),
        content_type="application/json",
    )
    assert answer.json()["status"] == "success", RawEvent.objects.get().error
    melding = melding_of(answer)
    assert "<script>alert(1)</script> {{7*7}} {% debug %}" in melding.subject
    assert "\ufffd" in melding.description


def test_a_long_summary_and_fields_of_a_newer_sender_are_accepted(monitor: APIClient) -> None:
    body = {
        **event(summary="lang " * 5000),
        "client": "Nieuw",
        "links": [{"href": "https://x.example"}],
        "v": 9,
    }
    body["payload"]["class"] = "ping"
    answer = monitor.post(EVENTS, body)
    assert answer.json()["status"] == "success", RawEvent.objects.get().error
    assert "ping" in RawEvent.objects.get().body


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b'{"event_action": "trigger\xff"}', b"[" * 100_000,
    b'{"event_action": "explode", "payload": {"summary": "x"}}', b'{"event_action": "trigger"}',
    b'{"event_action": "trigger", "payload": "tekst"}', b'{"event_action": "trigger", "payload": {"summary": {}}}',
    b'{"event_action": "resolve"}', b'{"event_action": "trigger", "payload": {"summary": " "}}',
    b'{"event_action": "trigger", "dedup_key": "' + b"k" * 256 + b'", "payload": {"summary": "x"}}',
])  # fmt: skip
def test_what_cannot_be_read_is_kept_for_a_person_and_not_sent_again(monitor: APIClient, body: bytes) -> None:
    answer = monitor.generic("POST", EVENTS, body, content_type="application/json")  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["status"], answer.json()["melding"]) == (202, "stored", None)
    assert answer.json()["errors"]
    raw = RawEvent.objects.get()
    assert raw.error
    assert raw.body == body.decode(errors="replace")
    assert not Melding.objects.exists()


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/octet-stream", "application/json; charset=latin-1"]
)
def test_the_content_type_does_not_matter(monitor: APIClient, content_type: str) -> None:
    assert monitor.generic("POST", EVENTS, json.dumps(event()), content_type=content_type).status_code == 202


def test_only_a_monitoring_or_agent_token_may(
    monitor: APIClient, reader: APIClient, agent: APIClient
) -> None:
    assert agent.post(EVENTS, event()).status_code == 202
    assert reader.post(EVENTS, event()).status_code == 403
    person = APIClient()
    person.force_login(factories.staff())
    assert person.post(EVENTS, event()).status_code == 403
    assert APIClient().post(EVENTS, event()).status_code == 401
    assert monitor.get(EVENTS).status_code == 405


def test_monitoring_is_never_throttled(monitor: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from desk.throttling import TokenThrottle

    monkeypatch.setattr(TokenThrottle, "THROTTLE_RATES", {"token": "1/day"})
    assert {monitor.post(EVENTS, event()).status_code for _turn in range(5)} == {202}


def test_a_database_that_does_not_answer_is_503(monitor: APIClient) -> None:
    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if "INSERT" in sql:
            raise OperationalError("the connection was lost")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        answer = monitor.post(EVENTS, event())
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert int(answer["Retry-After"]) > 0
    assert not RawEvent.objects.exists()


def test_what_we_cannot_process_is_kept_and_answered(monitor: APIClient) -> None:
    from sla.models import Policy

    Policy.objects.update(is_default=False)  # nothing times a Melding any more
    answer = monitor.post(EVENTS, event())
    assert (answer.status_code, answer.json()["status"], answer.json()["melding"]) == (202, "stored", None)
    assert "NoPolicy" in RawEvent.objects.get().error


def test_it_takes_at_most_fifteen_queries(monitor: APIClient) -> None:
    monitor.post(EVENTS, event("trigger", "warm"))  # compiles the policies
    for what in ("first", "repeat"):
        with CaptureQueriesContext(connection) as seen:
            monitor.post(EVENTS, event())
        own = [one["sql"] for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(own) <= 15, (what, "\n".join(one[:160] for one in own))


def test_a_repeat_owes_nobody_a_second_message(monitor: APIClient) -> None:
    service = factories.ServiceFactory.create()
    contact = factories.contact(role="main_contact")
    factories.ContractFactory.create(contractant=contact.contractant, service=service)
    for _turn in range(3):
        monitor.post(EVENTS, event(component=service.slug))
    assert Notice.objects.filter(key="p1_found", email=contact.user.email).count() == 1
