"""Alertmanager's webhook as it is: what it does to a receiver, and what may come of it (SLA 2.17, 4.2, 9.1)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, InternalError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from desk.models import Notice
from desk.permissions import Role
from incidents import actions, queries
from incidents.actions import monitoring
from incidents.models import Alert, AlertRule, Melding, RawEvent, Via
from tests import factories
from tests.monitoring.conftest import MINUTE, NEVER, NOW, WEBHOOK, Sender, alert, webhook

pytestmark = pytest.mark.django_db


def verbs(melding: Melding) -> list[str]:
    return [event.verb for event in melding.events()]


def test_a1_the_same_body_a_hundred_times_in_an_outage_is_one_melding(sender: Sender) -> None:
    numbers = {sender.one(alert()).number for _turn in range(30)}
    assert len(numbers) == Melding.objects.count() == 1
    assert (Alert.objects.get().count, RawEvent.objects.count()) == (30, 30)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[]", b"null", b"{}", b'{"alerts": {}}', b'{"alerts": null}', b"[" * 100_000],
)
def test_a2_what_cannot_be_read_is_accepted_and_kept(sender: Sender, body: bytes) -> None:
    answer = sender.client.generic("POST", WEBHOOK, body, content_type="application/json")  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()) == (200, {"meldingen": []})
    assert RawEvent.objects.get().error


POISON: list[Any] = [
    None, 7, "tekst", [], {}, {"labels": None}, {"labels": []}, {"labels": {}}, {"status": "firing", "labels": "x"},
]  # fmt: skip


@pytest.mark.parametrize("bad", POISON, ids=repr)
def test_a2_one_bad_alert_holds_up_no_other(sender: Sender, bad: Any) -> None:
    answer = sender.client.post(WEBHOOK, {**webhook(alert()), "alerts": [bad, alert()]})
    assert answer.json()["meldingen"] == [Melding.objects.get().number]
    assert "alerts.0" in RawEvent.objects.get().error


def test_a2_an_alert_that_cannot_be_processed_is_set_aside_and_the_others_go_on(sender: Sender) -> None:
    """The rule names a Dienst whose contract has no policy: something that no shape could tell."""
    AlertRule.objects.create(order=1, name="stuk", matchers="alertname=Kapot", priority=1)
    AlertRule.objects.filter(name="stuk").update(matchers="geen regel")  # past the check of the admin
    AlertRule.objects.filter(name="stuk").update(
        matchers="alertname=Kapot", window_minutes=2_147_483_647, group_by="cause"
    )
    found = sender.post(alert("Kapot", cause="x"), alert("Heel"))
    assert [melding.subject for melding in found] == ["Heel op db1"]
    assert "OverflowError" in RawEvent.objects.get().error


def test_a2_administrators_hear_once_an_hour_of_each_cause(sender: Sender) -> None:
    boss = factories.staff(Role.ADMINISTRATOR)
    factories.staff()
    for minutes in (0, 1, 30, 61):
        sender.at(minutes)
        sender.client.post(WEBHOOK, {"alerts": "geen lijst"})
    told = Notice.objects.filter(key="monitoring_set_aside")
    assert [notice.email for notice in told] == [boss.email] * 2
    sender.post(alert(), truncatedAlerts=3)
    assert told.all().count() == 3


@pytest.mark.parametrize("error", [OperationalError, InternalError, DatabaseError])
def test_a2_what_cannot_be_stored_is_503(sender: Sender, error: type[Exception]) -> None:
    """The database away, a lock or statement that took too long, a standby that only reads."""

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if "incidents_rawevent" in sql:
            raise error("not now")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        answer = sender.client.post(WEBHOOK, webhook(alert()))
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert not Alert.objects.exists()


def test_a2_a_key_that_is_unknown_or_too_narrow_is_refused(sender: Sender) -> None:
    assert sender.client.post(WEBHOOK, webhook(alert())).status_code == 200
    sender.client.credentials(HTTP_AUTHORIZATION="Bearer geraden")
    assert sender.client.post(WEBHOOK, webhook(alert())).status_code == 401


def test_a2_over_the_limit_is_413(sender: Sender) -> None:
    body = json.dumps(webhook(alert(note="x" * 2_600_000)))
    assert sender.client.generic("POST", WEBHOOK, body, content_type="application/json").status_code == 413


def test_a3_one_alert_takes_at_most_fifteen_queries_and_a_hundred_not_a_hundred_times_that(
    sender: Sender,
) -> None:
    sender.post(alert("Eerst"))
    many = [alert("Veel", cause="switch", cluster="a", instance=f"web{n}") for n in range(100)]
    for alerts, most in (([alert()], 15), ([alert()], 15), (many, 130), (many, 20)):
        with CaptureQueriesContext(connection) as seen:
            sender.post(*alerts)
        own = [one["sql"] for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(own) - 1 <= most, [one[:80] for one in own[:40]]  # one is the test's own


def test_a4_a_repeat_is_counted_and_owes_nobody_anything(sender: Sender) -> None:
    service = factories.ServiceFactory.create()
    contact = factories.contact(role="main_contact")
    factories.ContractFactory.create(contractant=contact.contractant, service=service)
    first = sender.one(alert(component=service.slug))
    later = sender.at(240)
    assert sender.one(alert(component=service.slug)) == first
    row = Alert.objects.get()
    assert (row.count, row.first_seen_at, row.last_seen_at) == (2, NOW, later)
    assert Notice.objects.filter(key="p1_found").count() == 1
    assert verbs(first) == ["register"]


def test_a5_what_fired_and_ended_while_nothing_arrived_is_made_and_recovered(sender: Sender) -> None:
    """Its group notifies again, so its end comes without its beginning."""
    sender.at(30)
    ended = alert("Kort", began=NOW, ended=NOW + 5 * MINUTE)
    short, still = sender.post(alert("Lang"), ended)
    if short.subject.startswith("Lang"):
        short, still = still, short
    assert (verbs(short), verbs(still)) == (["register", "available_again"], ["register"])
    assert sender.post(ended) == [short]
    assert verbs(short) == ["register", "available_again"]


def test_a5_an_end_of_something_known_makes_nothing(sender: Sender) -> None:
    first = sender.one(alert())
    assert sender.one(alert(ended=NOW + MINUTE)) == first
    agent = factories.staff()
    actions.pick_up(first, by=agent, at=NOW)
    actions.resolve(first, by=agent, at=NOW + MINUTE, solution="Opgeruimd")
    sender.at(60)
    sender.one(alert(began=NOW + 50 * MINUTE))
    assert Melding.objects.count() == 2
    sender.post(alert(ended=NOW + MINUTE))
    assert Melding.objects.count() == 2


def test_a6_a_new_start_while_it_is_open_is_the_same_alert(sender: Sender) -> None:
    first = sender.one(alert())
    sender.at(5)
    assert sender.one(alert(began=NOW + 4 * MINUTE)) == first
    assert (Alert.objects.get().count, verbs(first)) == (2, ["register"])


@pytest.mark.parametrize(("quiet", "same"), [(1, True), (15, True), (16, False), (600, False)])
def test_a7_a_flap_is_the_same_incident_and_later_a_follow_up(sender: Sender, quiet: int, same: bool) -> None:
    """Fifteen minutes as shipped, by the moments of the sender; data."""
    first = sender.one(alert())
    sender.at(10)
    sender.one(alert(ended=NOW + 10 * MINUTE))
    sender.at(10 + quiet)
    second = sender.one(alert(began=NOW + (10 + quiet) * MINUTE))
    assert (second == first) is same
    if same:
        assert verbs(second) == ["register", "available_again", "unavailable_again"]
    else:
        assert [(one.kind, one.other) for one in second.relations.all()] == [("follow_up", first)]
        assert verbs(first) == ["register", "available_again"]


def test_a7_the_time_for_a_flap_is_data(sender: Sender) -> None:
    AlertRule.objects.update(flap_minutes=0)
    first = sender.one(alert())
    sender.one(alert(ended=NOW + MINUTE))
    assert sender.one(alert(began=NOW + 2 * MINUTE)) != first


def test_a8_what_was_left_out_shows(sender: Sender) -> None:
    melding = sender.one(alert(), truncatedAlerts=150)
    sender.post(alert(), truncatedAlerts=150)
    assert [event.data for event in melding.events().filter(verb="alarms_left_out")] == [{"left_out": 150}]
    assert RawEvent.objects.first().outcome["truncated"] == 150  # type: ignore[union-attr]


def test_a9_a_second_peer_is_not_a_second_source(sender: Sender) -> None:
    first = sender.one(alert())
    assert sender.one(alert(), externalURL="http://am2.example", groupKey="anders") == first


def test_a9_a_firing_of_a_spell_that_ended_does_not_reopen(sender: Sender) -> None:
    sender.one(alert())
    sender.at(10)
    melding = sender.one(alert(ended=NOW + 9 * MINUTE))
    sender.at(11)
    assert sender.one(alert()) == melding
    assert verbs(melding) == ["register", "available_again"]
    assert RawEvent.objects.last().outcome == {"stale": 1}  # type: ignore[union-attr]


def test_a10_a_recovery_closes_nothing_and_needs_not_come(sender: Sender) -> None:
    """SLA 2.21."""
    melding = sender.one(alert())
    sender.at(10)
    sender.one(alert(ended=NOW + 9 * MINUTE))
    melding.refresh_from_db()
    assert (melding.state, melding.resolution_state) == ("received", "stopped")


def test_a10_recovered_is_the_melding_when_all_of_its_alerts_are(sender: Sender) -> None:
    pair = [alert("Web", cause="switch", cluster="a", instance=f"web{n}") for n in range(2)]
    melding = sender.one(*pair)
    sender.one({**pair[0], "status": "resolved", "endsAt": alert(ended=NOW + MINUTE)["endsAt"]})
    assert verbs(melding) == ["register"]
    sender.one({**pair[1], "status": "resolved", "endsAt": alert(ended=NOW + MINUTE)["endsAt"]})
    assert verbs(melding) == ["register", "available_again"]


def test_a11_an_end_before_the_present_beginning_is_of_an_earlier_spell(sender: Sender) -> None:
    sender.at(20)
    melding = sender.one(alert(began=NOW + 19 * MINUTE))
    sender.one(alert(ended=NOW + 10 * MINUTE))
    assert verbs(melding) == ["register"]
    assert Alert.objects.get().recovered_at is None


def test_one_webhook_mixes_firing_and_recovered(sender: Sender) -> None:
    first = sender.one(alert("Een"))
    sender.at(5)
    second = next(
        one for one in sender.post(alert("Een", ended=NOW + 4 * MINUTE), alert("Twee")) if one != first
    )
    assert (verbs(first), verbs(second)) == (["register", "available_again"], ["register"])


def test_the_alert_keeps_the_moments_of_the_sender(sender: Sender) -> None:
    """SLA 2.25: the clocks run from arrival, or from the sender's moment in the last five minutes."""
    sender.at(4)
    near = sender.one(alert("Kort geleden"))
    far = sender.one(alert("Lang geleden", began=NOW - 10 * MINUTE))
    ahead = sender.one(alert("Straks", began=NOW + 6 * MINUTE))
    row = Alert.objects.get(melding=near)
    assert row.started_at is not None
    assert abs(row.started_at - NOW) < timedelta(seconds=1)
    assert abs(near.received_at - NOW) < timedelta(seconds=1)
    assert far.received_at == ahead.received_at == NOW + 4 * MINUTE


@pytest.mark.parametrize(
    "began", [NEVER, "gisteren", None, 7, "9999-12-31T23:59:59Z", "2026-06-18T08:11:00", {}]
)
def test_an_odd_moment_stops_nothing(sender: Sender, began: Any) -> None:
    assert sender.one({**alert(), "startsAt": began}).received_at == NOW


def test_an_agents_solution_just_before_the_next_repeat_is_no_new_disturbance(sender: Sender) -> None:
    melding, agent = sender.one(alert()), factories.staff()
    actions.pick_up(melding, by=agent, at=NOW)
    actions.resolve(melding, by=agent, at=NOW + 10 * MINUTE, solution="Opgeruimd")
    sender.at(12)
    assert sender.one(alert()) == melding
    sender.at(60)
    later = sender.one(alert())
    assert [(one.kind, one.other) for one in later.relations.all()] == [("follow_up", melding)]


def test_an_agents_lower_priority_stands_until_the_alarm_gets_graver(sender: Sender) -> None:
    melding = sender.one(alert(severity="error"))
    actions.set_priority(melding, by=factories.staff(), at=NOW, priority=3, reason="Eén gebruiker")
    sender.post(alert(severity="error"))
    melding.refresh_from_db()
    assert melding.priority == 3


def test_alarms_of_a_melding_that_was_merged_go_on_in_the_other(sender: Sender) -> None:
    one, other = sender.one(alert("Een")), sender.one(alert("Ander"))
    actions.merge(one, by=factories.staff(), at=NOW, into=other)
    assert sender.one(alert("Een")) == other
    assert Melding.objects.count() == 2


def test_grafana_reaches_the_same_door(sender: Sender) -> None:
    body = {
        "receiver": "MDO Desk", "status": "firing", "orgId": 1, "version": "1", "title": "[FIRING:1]", "state": "alerting",
        "message": "**Firing**", "groupKey": "{}/{}:{}", "truncatedAlerts": 0, "externalURL": "https://grafana.example/",
        "alerts": [{
            **alert("Wachtrij"), "values": {"B": 412.5}, "valueString": "[ var='B' value=412.5 ]", "dashboardURL": "",
            "silenceURL": "https://grafana.example/silence",
        }],
    }  # fmt: skip
    answer = sender.client.post(WEBHOOK, body)
    melding = Melding.objects.get(number=answer.json()["meldingen"][0])
    assert melding.priority == 1
    assert "412.5" in melding.description


def test_the_test_button_of_grafana_makes_nothing(sender: Sender) -> None:
    assert sender.post(alert("TestAlert", instance="Grafana")) == []
    assert RawEvent.objects.get().outcome == {"ignored": 1}


def test_hostile_labels_are_text(sender: Sender) -> None:
    text = "<script>\x00\ud800 {{7*7}} %s"
    given = alert()
    given["labels"]["note"], given["annotations"]["summary"] = text, text
    answer = sender.client.generic(
        "POST", WEBHOOK, json.dumps(webhook(given)), content_type="application/json"
    )
    assert answer.json()["meldingen"], RawEvent.objects.get().error
    assert not RawEvent.objects.get().error


def test_what_was_set_aside_is_processed_again_from_the_moment_that_it_came(sender: Sender) -> None:
    from sla.models import Policy

    Policy.objects.update(is_default=False)
    assert sender.post(alert("Straks", began=NOW - 60 * MINUTE)) == []
    Policy.objects.filter(slug="vecozo-mdo").update(is_default=True)
    row, boss = RawEvent.objects.get(), factories.staff(Role.ADMINISTRATOR)
    RawEvent.objects.update(received_at=NOW)
    row.refresh_from_db()
    later = sender.at(90)
    from incidents.api.monitoring import READERS

    read = READERS[Via.ALERTMANAGER](row.body.encode(), later)
    (melding,) = monitoring.take_again(row, read.events, by=boss, at=later)
    assert melding.received_at == NOW
    assert RawEvent.objects.get().error == ""


@pytest.mark.parametrize("act", ["merge", "mark_duplicate"])
def test_as_long_as_the_alarm_of_a_duplicate_fires_nothing_is_available_again(
    sender: Sender, act: str
) -> None:
    """Also of a duplicate of a duplicate; its alarms show on the page of the Melding that goes on (SLA 2.21)."""
    agent = factories.staff()
    first, second, third = (sender.one(alert(name)) for name in ("Eerste", "Tweede", "Derde"))
    for melding, into in ((first, second), (second, third)):
        actions.merge(melding, by=agent, at=NOW, into=into) if act == "merge" else actions.mark_duplicate(
            melding, by=agent, at=NOW, other=into
        )
    sender.post(alert("Derde", ended=sender.at(2)))
    third.refresh_from_db()
    assert ("available_again" in verbs(third), third.resolution_state) == (False, "running")
    assert (queries.alarms(third, agent).firing, queries.alarms(third, agent).total) == (2, 3)
    sender.post(alert("Tweede", ended=sender.at(3)), alert("Eerste", ended=sender.at(3)))
    assert verbs(third)[-1] == "available_again"
    assert queries.alarms(third, agent).firing == 0
