"""The sweep writes down each warning and breach once, whatever runs twice or stood still for hours (SLA 4.4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from desk import door
from desk.models import Event, Heartbeat, Notice
from incidents import actions, tasks
from incidents.models import Melding
from tests import factories
from tests.factories import MOMENT

# Received Tuesday 10:00, priority 2: reaction due at 14:00, solution on Thursday at 10:00.
HOUR = timedelta(hours=1)


def recorded(melding: Melding) -> list[tuple[str, str, int, datetime]]:
    found = melding.events().filter(verb__in=["warn", "breach"]).order_by("at", "id")
    return [(event.verb, event.data["clock"], event.data["percent"], event.at) for event in found]


@pytest.mark.django_db
def test_each_threshold_is_recorded_at_the_moment_that_it_was_passed() -> None:
    melding = factories.registered()
    assert actions.sweep(MOMENT + HOUR) == 0
    for hours in range(1, 6):
        actions.sweep(MOMENT + hours * HOUR + timedelta(seconds=1))
    assert recorded(melding) == [
        ("warn", "response", 50, MOMENT + 2 * HOUR),
        ("warn", "response", 75, MOMENT + 3 * HOUR),
        ("breach", "response", 100, MOMENT + 4 * HOUR),
    ]
    assert actions.sweep(MOMENT + 5 * HOUR) == 0


@pytest.mark.django_db
def test_at_the_deadline_itself_it_is_not_late_yet() -> None:
    melding = factories.registered()
    actions.sweep(MOMENT + 4 * HOUR)
    assert ("breach", "response", 100, MOMENT + 4 * HOUR) not in recorded(melding)


@pytest.mark.django_db
def test_after_a_standstill_all_is_recorded_and_people_hear_where_it_stands_now() -> None:
    agent = factories.staff()
    melding = factories.registered()
    actions.assign(melding, by=None, at=MOMENT, assignee=agent)  # type: ignore[arg-type]
    assert actions.sweep(MOMENT + timedelta(days=30)) == 10
    assert [(verb, clock, percent) for verb, clock, percent, _at in recorded(melding)] == [
        ("warn", "response", 50), ("warn", "response", 75), ("breach", "response", 100),
        ("warn", "resolution", 50), ("warn", "resolution", 75), ("breach", "resolution", 100),
    ]  # fmt: skip
    sent = (
        Notice.objects.filter(email=agent.email).exclude(key="melding_assigned").values_list("key", flat=True)
    )
    assert list(sent) == ["melding_breach", "melding_breach"]


@pytest.mark.django_db
def test_a_higher_priority_warns_by_its_own_clock() -> None:
    agent = factories.staff()
    melding = factories.registered()
    actions.sweep(MOMENT + 3 * HOUR)
    actions.set_priority(melding, by=agent, at=MOMENT + 3 * HOUR, reason="Iedereen", priority=1)
    actions.sweep(MOMENT + 3 * HOUR + timedelta(seconds=1))
    assert [one for one in recorded(melding) if one[1] == "response"] == [
        ("warn", "response", 50, MOMENT + HOUR / 2),
        ("warn", "response", 75, MOMENT + HOUR * 3 / 4),
        ("breach", "response", 100, MOMENT + HOUR),
        ("warn", "response", 50, MOMENT + 2 * HOUR),  # as priority 2, before
    ]


@pytest.mark.django_db
def test_what_is_solved_or_waits_without_deadline_is_left_alone() -> None:
    agent = factories.staff()
    solved, free = factories.registered(), factories.registered(kind="question")
    actions.pick_up(solved, by=agent, at=MOMENT, contacted=True)
    actions.resolve(solved, by=agent, at=MOMENT, solution="Klaar")
    actions.pick_up(free, by=agent, at=MOMENT, contacted=True)
    assert actions.sweep(MOMENT + timedelta(days=60)) == 0


@pytest.mark.django_db
def test_many_are_swept_in_batches() -> None:
    meldingen = [factories.registered() for _turn in range(7)]
    assert actions.sweep(MOMENT + timedelta(days=30), batch=3) == 70
    assert all(len(recorded(melding)) == 6 for melding in meldingen)
    assert not Melding.objects.filter(sweep_at__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("batch", [1, 2, 500])
def test_one_that_fails_holds_up_no_other_and_is_named(batch: int, caplog: pytest.LogCaptureFixture) -> None:
    """Its trail names terms that do not exist."""
    broken = [factories.registered(at=MOMENT - HOUR) for _turn in range(2)]
    for melding in broken:
        door.record(
            melding, "apply_policy", by=None, at=MOMENT - HOUR, data={"policy_version": 0, "priority": 2}
        )
    sound = [factories.registered() for _turn in range(3)]
    assert actions.sweep(MOMENT + timedelta(days=30), batch=batch) == 30
    assert all(len(recorded(melding)) == 6 for melding in sound)
    logged = [record.getMessage() for record in caplog.records if record.exc_info]
    assert logged == [f"the sweep of {melding.number} failed" for melding in broken]
    assert tasks.sweep() == 0
    assert Heartbeat.objects.filter(job="sweep").exists()


@pytest.mark.django_db(transaction=True)
def test_sweeps_that_run_at_once_record_each_once() -> None:
    for _turn in range(8):
        factories.registered()

    def sweep(_turn: int) -> int:
        try:
            return actions.sweep(MOMENT + timedelta(days=30))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        total = sum(pool.map(sweep, range(4)))
    actions.sweep(MOMENT + timedelta(days=30))
    assert Event.objects.filter(verb__in=["warn", "breach"]).count() == 8 * 6
    assert total == 8 * 10


@pytest.mark.django_db
def test_what_a_migration_left_to_be_derived_is_derived_whatever_was_to_be_recorded() -> None:
    """Batch after batch, though nothing in them passed a threshold."""
    agent = factories.staff()
    made = [factories.registered(contacted=True) for _turn in range(3)]
    for melding in made:
        actions.pick_up(melding, by=agent, at=MOMENT)
        actions.resolve(melding, by=agent, at=MOMENT, solution="Herstart.")
    known = list(Melding.objects.order_by("pk").values_list("response_counts_at", "resolution_counts_at"))
    Melding.objects.update(response_counts_at=None, resolution_counts_at=None, sweep_at=MOMENT)
    assert actions.sweep(MOMENT + HOUR, batch=1) == 3
    assert (
        list(Melding.objects.order_by("pk").values_list("response_counts_at", "resolution_counts_at"))
        == known
    )
    assert all(None not in one for one in known)
    assert not Melding.objects.exclude(sweep_at=None).exists()
