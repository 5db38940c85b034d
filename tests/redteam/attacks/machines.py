"""What a monitoring system delivers, or somebody who has its token. Nothing of it may be lost, so that much is taken that
is odd; it is kept as it came, does no harm, and reaches nothing of another source."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from desk.models import ApiToken
from incidents.models import Alert, Melding
from tests.redteam.scene import Delivery, Record, Scene, attack

WEBHOOK = "/api/v1/monitoring/alertmanager/"


def deliver(client: Client, *alerts: Any) -> list[str]:
    """The Meldingen that the answer names."""
    answer = client.post(WEBHOOK, json.dumps({"version": "4", "alerts": alerts}), "application/json")
    assert answer.status_code == 200
    return list(answer.json()["meldingen"])


def alert(status: Any = "firing", **more: Any) -> dict[str, Any]:
    labels = {"alertname": "Schijf vol", "severity": "critical", "instance": "db1"}
    return {"status": status, "labels": labels, "fingerprint": "aaaa000011112222", **more}


def source(s: Scene, name: str) -> Client:
    return s.api(ApiToken.Scope.MONITORING, name=name)


@attack(Delivery("9999-12-31"), Delivery("0001-01-01"), Delivery("+25:00"), Delivery("gisteren"))
def a_moment_that_cannot_be(s: Scene) -> None:
    """The clocks count from when the desk received it."""
    sender = source(s, "bron")
    for number, moment in enumerate(("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-06-16T10:00:00+25:00", "gisteren", "2999-01-01T00:00:00Z")):  # fmt: skip
        (made,) = deliver(
            sender, alert(startsAt=moment, fingerprint=f"moment{number}", labels={"alertname": f"A{number}"})
        )
        melding = Melding.objects.get(number=made)
        assert abs((melding.received_at - timezone.now()).total_seconds()) < 60


@attack(Delivery('"labels": "tekst"', "alerts.0"), Delivery('"alerts": 7', "alerts"))
def alarms_of_wrong_types(s: Scene) -> None:
    sender = source(s, "bron")
    assert deliver(sender, {"status": "firing", "labels": "tekst"}) == []
    sender.post(WEBHOOK, '{"alerts": 7}', "application/json")
    odd = alert(
        status=["firing"], fingerprint={"a": 1}, annotations=3, startsAt=[], endsAt=7, generatorURL=None
    )
    assert len(deliver(sender, odd)) == 1, "what can be read of an alarm is an alarm"


@attack(Delivery('"status": "resolved"'))
def another_source_says_that_it_is_over(s: Scene) -> None:
    (number,) = deliver(source(s, "een"), alert())
    assert deliver(source(s, "twee"), alert("resolved", endsAt="2026-06-16T10:00:00Z")) == []
    alarm = Alert.objects.get(melding__number=number)
    assert (alarm.is_open, alarm.recovered_at, alarm.melding and alarm.melding.state) == (
        True,
        None,
        "received",
    )


@attack(Record("api:meldingen", "machine"), Record("api:melding", "machine", "melding"))
def a_token_of_monitoring_looks_around(s: Scene) -> None:
    sender = source(s, "bron")
    assert [sender.get(address).status_code for address in ("/api/v1/meldingen/", s.json)] == [403, 403]
