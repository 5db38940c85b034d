"""Which alarms are one Incident: by the rules of an administrator, and in a storm."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from domain.labels import group_key, parse
from incidents import actions
from incidents.actions import monitoring
from incidents.actions.monitoring import MonitoringEvent
from incidents.models import Alert, AlertGroup, AlertRule, AlertSource, Melding
from tests import factories
from tests.monitoring.conftest import MINUTE, NOW, Sender, alert

LABELS = {"alertname": "DiskFull", "severity": "Critical", "instance": "db1.example:9100"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("severity=critical", True),
        ("severity = warning | CRITICAL", True),
        ("severity=warning", False),
        ("instance=db*", True),
        ("instance=db[12]*", False),
        ("severity!=critical", False),
        ("severity!=none\nalertname=DiskFull", True),
        ("severity=critical\nalertname=Other", False),
        ("team=", True),
        ("team!=", False),
    ],
)
def test_a_rule_is_lines_that_all_hold(text: str, holds: bool) -> None:
    assert all(matcher.holds(LABELS) for matcher in parse(text)) is holds


@pytest.mark.parametrize("text", ["critical", "=critical", "severity=a\n!=b"])
def test_a_line_that_is_none_is_named_when_the_rule_is_saved(text: str) -> None:
    with pytest.raises(ValidationError, match="label=waarde"):
        AlertRule(name="x", matchers=text, priority=1).full_clean()


def test_a_group_is_the_values_of_all_its_labels() -> None:
    assert group_key("alertname, severity", LABELS) == "alertname=DiskFull severity=Critical"
    assert group_key("", LABELS) == group_key("alertname cause", LABELS) == ""


def services(count: int, cause: str = "switch-7") -> list[dict[str, object]]:
    return [alert("ServiceDown", cluster="ams", cause=cause, instance=f"svc{n}") for n in range(count)]


@pytest.mark.django_db
def test_a_hundred_services_down_by_one_cause_are_one_incident(sender: Sender) -> None:
    first = sender.one(*services(60))
    sender.at(20)
    assert sender.one(*services(100)[60:]) == first
    assert (Melding.objects.count(), first.alerts.count()) == (1, 100)
    assert sender.one(*services(2, cause="switch-8")) != first


@pytest.mark.django_db
def test_a_group_stays_open_for_as_long_as_its_rule_says(sender: Sender) -> None:
    first = sender.one(*services(1))
    sender.at(59)
    assert sender.one(*services(2)[1:]) == first
    sender.at(59 + 61)
    assert sender.one(*services(3)[2:]) != first


@pytest.mark.django_db
def test_what_an_agent_solved_takes_no_more_alarms(sender: Sender) -> None:
    first, agent = sender.one(*services(1)), factories.staff()
    actions.pick_up(first, by=agent, at=NOW)
    actions.resolve(first, by=agent, at=NOW, solution="Switch vervangen")
    assert sender.one(*services(2)[1:]) != first


@pytest.mark.django_db
def test_a_graver_alarm_that_joins_raises_the_priority_and_a_new_one_ends_the_recovery(
    sender: Sender,
) -> None:
    first = sender.one(alert("A", cluster="ams", cause="x", severity="warning"))
    sender.one(alert("A", cluster="ams", cause="x", severity="warning", ended=NOW + MINUTE))
    sender.at(2)
    assert sender.one(alert("B", cluster="ams", cause="x")) == first
    first.refresh_from_db()
    assert (first.priority, first.resolution_state) == (1, "running")


@pytest.mark.django_db
def test_rules_are_data(sender: Sender) -> None:
    """The first that matches decides: priority, Dienst, grouping, or that it makes nothing."""
    service = factories.ServiceFactory.create(slug="koppeling")
    AlertRule.objects.create(order=1, name="nachtwerk", matchers="job=backup*")
    AlertRule.objects.create(
        order=2, name="koppeling", matchers="team=xis", priority=3, service=service, group_by="groupKey"
    )
    assert sender.post(alert("Traag", job="backup-nacht")) == []
    one = sender.one(alert("Een", team="xis"), groupKey="g1")
    assert (one.priority, one.service) == (3, service)
    assert sender.one(alert("Twee", team="xis"), groupKey="g1") == one
    assert sender.one(alert("Drie", team="xis"), groupKey="g2") != one
    AlertRule.objects.all().delete()
    assert sender.one(alert("Vier", severity="warning")).priority == 1, "without rules nothing is overlooked"


@pytest.mark.django_db
def test_a_storm_is_one_incident_with_a_counter(sender: Sender) -> None:
    """Twenty Incidents in ten minutes as shipped; then one for all, for as long as it rages."""
    for n in range(60):
        sender.at(n / 3)
        sender.post(alert(f"Alarm{n}"))
    assert Melding.objects.count() == 21
    storm = AlertGroup.objects.get(key="storm")
    assert (storm.count, storm.melding.alerts.count()) == (40, 40)  # type: ignore[union-attr]
    assert "Storm" in storm.melding.subject  # type: ignore[union-attr]
    sender.at(60)
    assert sender.one(alert("Later")) != storm.melding


@pytest.mark.django_db
def test_when_it_storms_is_data(sender: Sender) -> None:
    AlertSource.objects.create(user=sender.user, storm_after=2, storm_minutes=5)
    for n in range(5):
        sender.post(alert(f"Alarm{n}"))
    assert Melding.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_exactly_as_many_incidents_as_the_rules_admit() -> None:
    """Eight senders of one source: groups and storm are counted by the database, not by luck."""
    factories.load_policies()
    source = factories.machine()
    AlertSource.objects.create(user=source, storm_after=5)
    failed: Counter[str] = Counter()

    def send(start: int) -> None:
        try:
            for n in range(start, start + 6):
                same = {"cluster": "ams", "cause": "x"} if n % 2 else {}
                event = MonitoringEvent("trigger", f"key-{n}", summary=f"Alarm {n}", labels=same)
                monitoring.take_event(event, raw="{}", by=source, at=NOW)
        except Exception as error:
            failed[type(error).__name__] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(6 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert (Alert.objects.count(), Melding.objects.count()) == (48, 6)
