"""Clocks escalate by themselves, by the ladder of the policy, and each threshold once (SLA 4.4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from desk.models import Notice
from incidents import actions
from incidents.models import Escalation, Melding
from tests import factories
from tests.escalation.conftest import Cast
from tests.factories import MOMENT

# Received Tuesday 10:00, priority 2: reaction due at 14:00 (4 hours).
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def climbed(melding: Melding) -> list[tuple[str, int | None, datetime]]:
    escalation = melding.escalations.get()
    return [(event.verb, event.data.get("level"), event.at) for event in escalation.events()]


def test_75_percent_warns_the_first_echelon_and_escalates_nothing(cast: Cast) -> None:
    melding = cast.melding()
    actions.sweep(MOMENT + 3 * HOUR + SECOND)
    told = Notice.objects.filter(key="melding_warning", case_id=melding.pk, event__data__percent=75)
    assert list(told.values_list("name", flat=True)) == ["Echelon 1"]
    assert not Escalation.objects.exists()


def test_whoever_has_it_in_hand_is_warned_for_the_first_echelon(cast: Cast) -> None:
    melding, agent = cast.melding(), factories.staff(name="Sam de Vries")
    actions.assign(melding, by=cast.staff[0], at=MOMENT, assignee=agent)
    actions.sweep(MOMENT + 3 * HOUR + SECOND)
    told = Notice.objects.filter(key="melding_warning", case_id=melding.pk)
    assert set(told.values_list("name", flat=True)) == {"Sam de Vries"}


def test_the_clock_climbs_the_ladder_by_its_percentages(cast: Cast) -> None:
    melding = cast.melding()
    for minutes in range(0, 25 * 60, 15):
        actions.sweep(MOMENT + timedelta(minutes=minutes) + SECOND)
    # 100, 150 and 200 % of four office hours: 14:00, 16:00, and an hour into Wednesday.
    assert climbed(melding) == [
        ("start", 2, MOMENT + 4 * HOUR), ("climb", 3, MOMENT + 6 * HOUR), ("climb", 4, MOMENT + 24 * HOUR)
    ]  # fmt: skip
    assert [event.data["reason"] for event in melding.events().filter(verb="escalate")] == ["deadline"] * 3
    names = Notice.objects.filter(key__in=["escalation_started", "escalation_raised"]).order_by("pk")
    assert list(names.values_list("name", flat=True)) == ["Echelon 2", "Echelon 3", "Echelon 4"]


def test_at_the_deadline_itself_nothing_is_escalated_yet(cast: Cast) -> None:
    cast.melding()
    actions.sweep(MOMENT + 4 * HOUR)
    assert not Escalation.objects.exists()


def test_after_a_standstill_it_starts_where_the_clock_stands_now(cast: Cast) -> None:
    melding = cast.melding()
    actions.sweep(MOMENT + timedelta(days=30))
    assert [(verb, level) for verb, level, _at in climbed(melding)] == [("start", 4)]
    assert actions.sweep(MOMENT + timedelta(days=31)) == 0


def test_the_clock_joins_what_a_person_escalated_further(cast: Cast) -> None:
    melding = actions.escalate(
        cast.melding(), by=cast.staff[1], at=MOMENT, reason="content", words="Vastgelopen"
    )
    actions.sweep(MOMENT + 4 * HOUR + SECOND)
    assert [(verb, level) for verb, level, _at in climbed(melding)] == [("start", 3), ("join", None)]
    actions.sweep(MOMENT + 24 * HOUR + SECOND)
    assert [(verb, level) for verb, level, _at in climbed(melding)][2:] == [("climb", 4)]


def test_what_is_solved_in_time_is_never_escalated(cast: Cast) -> None:
    melding, agent = cast.melding(), cast.staff[0]
    actions.pick_up(melding, by=agent, at=MOMENT + HOUR, contacted=True)
    actions.resolve(melding, by=agent, at=MOMENT + 2 * HOUR, solution="Klaar")
    actions.sweep(MOMENT + timedelta(days=60))
    assert not Escalation.objects.exists()


def test_a_p1_that_nobody_picks_up_goes_to_the_second_echelon_after_half_an_hour_of_cover(cast: Cast) -> None:
    """SLA 4.2, 4.4: Monday 17:45 plus fifteen minutes to 18:00 and fifteen from 07:00."""
    monday = MOMENT - 24 * HOUR + timedelta(hours=7, minutes=45)
    melding = cast.melding(priority=1, by=None, at=monday)
    actions.sweep(monday + 13 * HOUR)
    assert not Escalation.objects.exists()
    actions.sweep(monday + timedelta(hours=13, minutes=30) + SECOND)
    assert climbed(melding) == [("start", 2, monday + timedelta(hours=13, minutes=30))]
    assert melding.escalations.get().reason == "unacknowledged"


def test_one_that_is_picked_up_or_raised_later_counts_anew(cast: Cast) -> None:
    picked_up, raised = cast.melding(priority=1, by=None), cast.melding()
    actions.pick_up(picked_up, by=cast.staff[0], at=MOMENT + HOUR / 4, contacted=True)
    actions.set_priority(raised, by=cast.staff[0], at=MOMENT + HOUR / 4, reason="Iedereen", priority=1)
    actions.sweep(MOMENT + HOUR / 2 + SECOND)
    assert not Escalation.objects.exists()
    actions.sweep(MOMENT + HOUR * 3 / 4 + SECOND)
    assert climbed(raised) == [("start", 2, MOMENT + HOUR * 3 / 4)]


@pytest.mark.django_db(transaction=True)
def test_sweeps_that_run_at_once_escalate_each_once() -> None:
    cast = Cast()
    for _turn in range(6):
        cast.melding()

    def sweep(_turn: int) -> int:
        try:
            return actions.sweep(MOMENT + 4 * HOUR + SECOND)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sweep, range(8)))
    assert Escalation.objects.count() == 6
    assert Notice.objects.filter(key="escalation_started").count() == 6
