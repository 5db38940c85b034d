"""Slow actions that become a Melding by rule, once, and recover when they were measured again (SLA 7.7)."""

from __future__ import annotations

from datetime import date

import pytest

from desk.models import Heartbeat
from domain.months import Month
from incidents import actions
from incidents.models import Alert, Melding, RawEvent
from reports.models import Baseline, PerformanceAlert, PerformanceLimit, PerformanceRule
from reports.performance import figures
from reports.performance.judging import judge
from reports.performance.shipped import ship
from reports.tasks import forget_measurements, judge_performance, scrape_measurements
from tests import factories
from tests.reports.performance import MINUTE, NOW, OPEN, SEARCH, measure, service

JUNE = Month(2026, 6)


@pytest.fixture
def rule(db: None) -> PerformanceRule:
    """The shipped one: 3 within 10 minutes, recovered after 15."""
    factories.load_policies()
    ship(PerformanceLimit, PerformanceRule)
    return PerformanceRule.objects.get(alert="limit")


def slow(minute: float = 0, *, times: int = 3, action: str = OPEN, seconds: float = 14) -> None:
    measure(*[seconds] * times, at=NOW + minute * MINUTE, action=action)


def test_sla_7_7_longer_than_ten_seconds_becomes_an_incident(rule: PerformanceRule) -> None:
    slow()
    assert judge(NOW + MINUTE) == 1
    melding = Melding.objects.get()
    assert (melding.kind, melding.channel, melding.priority) == ("incident", "monitoring", 3)
    assert melding.service == service()
    assert melding.subject == "Trage actie dossier openen: 3 keer boven de grens, tot 14,0 seconden"
    (alert,) = figures.alerts_of_month(service(), JUNE, NOW)
    assert (alert.at, alert.rule, alert.seconds, alert.count) == (NOW, "limit", 14, 3)
    assert (alert.number, alert.until) == (melding.number, None)


def test_sla_7_7_ten_times_the_baseline_becomes_an_incident(rule: PerformanceRule) -> None:
    day = date(2026, 6, 1)
    Baseline.objects.create(
        service=service(),
        action=OPEN,
        seconds=0.4,
        starts_on=day,
        agreed_on=day,
        agreed_with="Merenland",
        made_at=NOW,
    )
    measure(4, 4, 4)  # ten times, and not longer
    assert judge(NOW + MINUTE) == 0
    measure(4.1, 4.2, 4.3, at=NOW + MINUTE)
    judge(NOW + 2 * MINUTE)
    assert (
        Melding.objects.get().subject
        == "Trage actie dossier openen: 3 keer ver boven de baseline, tot 4,3 seconden"
    )


def test_too_few_or_too_far_apart_is_no_alarm(rule: PerformanceRule) -> None:
    for minute in (0, 6, 12, 18):
        slow(minute, times=1)
        slow(minute, times=2, action=f"actie {minute}")
    assert judge(NOW + 19 * MINUTE) == 0
    assert not Melding.objects.exists()


def test_what_a_sender_counted_together_counts_together(rule: PerformanceRule) -> None:
    measure(11, count=3)
    assert judge(NOW + MINUTE) == 1


def test_judging_again_changes_nothing_and_more_of_it_joins(rule: PerformanceRule) -> None:
    slow()
    assert [judge(NOW + MINUTE), judge(NOW + MINUTE), judge(NOW + 2 * MINUTE)] == [1, 0, 0]
    slow(3, times=1, seconds=31)
    assert judge(NOW + 4 * MINUTE) == 1
    alert = PerformanceAlert.objects.get()
    assert (alert.count, alert.seconds, alert.last_at) == (4, 31, NOW + 3 * MINUTE)
    assert (Melding.objects.count(), Alert.objects.get().count, RawEvent.objects.count()) == (1, 2, 2)


def test_it_recovers_when_it_was_fast_so_long_after(rule: PerformanceRule) -> None:
    slow()
    judge(NOW + MINUTE)
    melding = Melding.objects.get()
    assert judge(NOW + 60 * MINUTE) == 0, "silence says nothing"
    measure(0.4, at=NOW + 14 * MINUTE)
    assert judge(NOW + 60 * MINUTE) == 0, "nor does what came too soon"
    measure(0.4, at=NOW + 61 * MINUTE)
    assert judge(NOW + 62 * MINUTE) == 1
    assert melding.events().last().verb == "available_again"  # type: ignore[union-attr]
    assert figures.alerts_of_month(service(), JUNE, NOW)[0].until == NOW + 62 * MINUTE
    assert judge(NOW + 63 * MINUTE) == 0


def test_slow_again_soon_is_the_same_incident_and_later_a_follow_up(rule: PerformanceRule) -> None:
    slow()
    judge(NOW + MINUTE)
    first = Melding.objects.get()
    measure(0.4, at=NOW + 20 * MINUTE)
    judge(NOW + 21 * MINUTE)
    slow(25)
    judge(NOW + 26 * MINUTE)
    assert [one.melding for one in PerformanceAlert.objects.order_by("began_at")] == [first, first]
    measure(0.4, at=NOW + 45 * MINUTE)
    judge(NOW + 46 * MINUTE)
    actions.resolve(
        actions.pick_up(first, by=factories.staff(), at=NOW + 47 * MINUTE), by=factories.staff(), at=NOW + 48 * MINUTE,
        solution="Cache vergroot",
    )  # fmt: skip
    slow(100)
    judge(NOW + 101 * MINUTE)
    second = PerformanceAlert.objects.latest("began_at").melding
    assert second is not None
    assert [(one.kind, one.other) for one in second.relations.all()] == [("follow_up", first)]


def test_slow_actions_of_one_dienst_are_one_incident(rule: PerformanceRule) -> None:
    slow()
    slow(1, action=SEARCH)
    assert judge(NOW + 2 * MINUTE) == 2
    assert (Alert.objects.count(), Melding.objects.count()) == (2, 1)


def test_a_rule_says_which_actions_which_dienst_and_how_grave(rule: PerformanceRule) -> None:
    other = factories.ServiceFactory.create(slug="koppeling")
    PerformanceRule.objects.all().delete()
    PerformanceRule.objects.create(
        name="Zoeken", alert="limit", actions="ZOEK*", count=1, severity="critical"
    )
    PerformanceRule.objects.create(name="Elders", alert="limit", service=other, count=1)
    PerformanceRule.objects.create(name="Uit", alert="limit", count=1, is_active=False)
    slow()
    slow(1, action=SEARCH)
    assert judge(NOW + 2 * MINUTE) == 1
    assert Melding.objects.get().priority == 1
    assert Alert.objects.get().labels["action"] == SEARCH


def test_what_comes_in_late_alarms_for_an_hour(rule: PerformanceRule) -> None:
    slow(-80)
    assert judge(NOW) == 0
    slow(-50, action=SEARCH)
    assert judge(NOW) == 1


def test_an_alarm_whose_rule_was_switched_off_ends_without_a_word(rule: PerformanceRule) -> None:
    slow()
    judge(NOW + MINUTE)
    PerformanceRule.objects.update(is_active=False)
    assert judge(NOW + 2 * MINUTE) == 0
    assert PerformanceAlert.objects.get().ended_at == NOW + 2 * MINUTE
    assert Alert.objects.get().recovered_at is None


def test_a_rule_that_makes_no_melding_leaves_an_alarm_without_one(rule: PerformanceRule) -> None:
    PerformanceRule.objects.update(severity="none")
    slow()
    judge(NOW + MINUTE)
    assert [one.number for one in figures.alerts_of_month(service(), JUNE, NOW)] == [None]
    assert not Melding.objects.exists()


def test_the_tasks_leave_a_sign_of_life(rule: PerformanceRule) -> None:
    assert (judge_performance(), scrape_measurements(), forget_measurements()) == (0, 0, None)
    assert set(Heartbeat.objects.values_list("job", flat=True)) == {
        "judge_performance", "scrape_measurements", "forget_measurements",
    }  # fmt: skip
