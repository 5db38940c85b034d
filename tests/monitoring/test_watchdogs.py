"""A heartbeat that stops is a P1, once; and the desk's own absence is no silence of others (SLA 4.2)."""

from __future__ import annotations

from datetime import datetime

import pytest

from desk.models import ApiToken
from incidents import actions
from incidents.actions.monitoring import watch
from incidents.models import AlertRule, Melding, RawEvent, Watchdog
from tests import factories
from tests.api.conftest import client_of
from tests.monitoring.conftest import MINUTE, NOW, Sender, alert

pytestmark = pytest.mark.django_db
BEAT = "/api/v1/monitoring/heartbeat/prometheus/"


@pytest.fixture
def watchdog(sender: Sender) -> Watchdog:
    return Watchdog.objects.create(name="prometheus", every_minutes=5, counts_from=NOW)


def look(now: datetime) -> int:
    """A run of the job, half a minute after the one before."""
    return watch(now, now - MINUTE / 2)


def test_silence_is_a_p1_once(sender: Sender, watchdog: Watchdog) -> None:
    assert sender.client.post(BEAT).status_code == 204
    assert look(sender.at(5)) == 0
    assert look(sender.at(5.1)) == 1
    assert look(sender.at(6)) == look(sender.at(600)) == 0
    melding = Melding.objects.get()
    assert (melding.priority, melding.channel, melding.kind) == (1, "monitoring", "incident")
    assert "prometheus" in melding.subject


def test_one_that_cannot_be_reported_hides_the_silence_of_no_other(
    sender: Sender, watchdog: Watchdog, caplog: pytest.LogCaptureFixture
) -> None:
    """No terms know its priority."""
    Watchdog.objects.create(name="a-broken", priority=9, counts_from=NOW)
    assert look(sender.at(6)) == 1
    assert "prometheus" in Melding.objects.get().subject
    assert "the silence of a-broken could not be reported" in caplog.text
    assert Watchdog.objects.get(name="a-broken").silent_since is None


def test_it_beats_again_and_falls_silent_again(sender: Sender, watchdog: Watchdog) -> None:
    look(sender.at(6))
    melding = Melding.objects.get()
    sender.at(8)
    for _turn in range(2):
        assert sender.client.post(BEAT).status_code == 204
    assert [event.verb for event in melding.events()] == ["register", "available_again"]
    look(sender.at(14))
    assert [event.verb for event in melding.events()][2:] == ["unavailable_again"]
    agent = factories.staff()
    melding.refresh_from_db()
    actions.pick_up(melding, by=agent, at=sender.at(15))
    actions.resolve(melding, by=agent, at=sender.at(16), solution="Prometheus herstart")
    sender.client.post(BEAT)
    look(sender.at(30))
    later = Melding.objects.exclude(pk=melding.pk).get()
    assert [(one.kind, one.other) for one in later.relations.all()] == [("follow_up", melding)]


def test_an_alarm_that_always_fires_is_a_heartbeat_by_rule(sender: Sender, watchdog: Watchdog) -> None:
    AlertRule.objects.filter(matchers__contains="Watchdog").update(watchdog=watchdog)
    sender.at(4)
    assert sender.post(alert("Watchdog", severity="none")) == []
    assert RawEvent.objects.get().outcome == {"heartbeat": 1}
    assert look(sender.at(8)) == 0
    sender.post(alert("Watchdog", severity="none", ended=sender.at(8.5)))
    assert look(sender.at(9.5)) == 1, "its end is no sign of life"


def test_another_source_does_not_beat_for_it(sender: Sender, watchdog: Watchdog) -> None:
    Watchdog.objects.update(source=sender.user)
    other = client_of(
        factories.token(
            ApiToken.Scope.MONITORING, user=factories.machine(name="Ander", email="a@machine.invalid")
        )
    )
    assert other.post(BEAT).status_code == 403
    assert sender.client.post(BEAT).status_code == 204
    assert sender.client.post("/api/v1/monitoring/heartbeat/onbekend/").status_code == 404


def test_after_a_standstill_of_the_desk_each_gets_its_interval_anew(
    sender: Sender, watchdog: Watchdog
) -> None:
    assert watch(sender.at(60), NOW) == 0
    assert look(sender.at(64)) == 0
    assert look(sender.at(66)) == 1


def test_one_that_is_off_is_not_missed(sender: Sender, watchdog: Watchdog) -> None:
    Watchdog.objects.update(is_active=False)
    assert look(sender.at(60)) == 0
    assert sender.client.post(BEAT).status_code == 404
