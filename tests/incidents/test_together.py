"""Many at once, on a real database: one wins, nothing is lost, numbers are distinct."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from desk.door import Busy, NotNow, Refused, Stale
from desk.models import Event, Notice
from incidents import actions
from incidents.actions.monitoring import MonitoringEvent
from incidents.models import Melding, State
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act: Callable[[int], Any], times: int, threads: int = 25) -> list[Any]:
    """What each of `times` calls gave, or the kind of its refusal; never more connections than the server has."""

    def one(turn: int) -> Any:
        try:
            return act(turn)
        except Refused as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(times)))


def test_fifty_do_the_same_transition_and_one_wins() -> None:
    agent, contact = factories.staff(), factories.contact()
    melding = factories.registered(contact=contact)
    actions.pick_up(melding, by=agent, at=MOMENT)

    def resolve(turn: int) -> str:
        mine = Melding.objects.get(pk=melding.pk)
        actions.resolve(mine, by=agent, at=MOMENT, solution=f"Oplossing {turn}")
        return "done"

    outcomes = Counter(at_once(resolve, 50))
    assert outcomes["done"] == 1
    assert outcomes[NotNow] == 49
    assert melding.events().filter(verb="resolve").count() == 1
    assert Notice.objects.filter(key="melding_resolved").count() == 1
    assert melding.messages.count() == 1


def test_fifty_with_the_same_version_and_the_others_hear_of_the_one() -> None:
    agent = factories.staff()
    melding = factories.registered()

    def complete(turn: int) -> int:
        mine = Melding.objects.get(pk=melding.pk)
        actions.complete(mine, by=agent, at=MOMENT, facts={"affected_users": turn}, version=1)
        return turn

    outcomes = at_once(complete, 50)
    (winner,) = (one for one in outcomes if one is not Stale)
    melding.refresh_from_db()
    assert (melding.affected_users, melding.version) == (winner, 2)


def test_fifty_comments_at_once_are_fifty_comments() -> None:
    agent = factories.staff()
    melding = factories.registered()
    at_once(lambda turn: actions.note(melding_of(melding), by=agent, at=MOMENT, body=f"Notitie {turn}"), 50)
    assert {message.body for message in melding.messages.all()} == {f"Notitie {turn}" for turn in range(50)}
    assert melding.events().filter(verb="note").count() == 50


def melding_of(melding: Melding) -> Melding:
    return Melding.objects.get(pk=melding.pk)


def test_five_hundred_at_once_get_five_hundred_numbers() -> None:
    factories.load_policies()
    numbers = at_once(lambda turn: actions.register(factories.report(), by=None, at=MOMENT).number, 500)
    assert len(set(numbers)) == 500
    assert Melding.objects.count() == Event.objects.filter(verb="register").count() == 500


def test_merges_there_and_back_do_not_wait_for_each_other() -> None:
    agent = factories.staff()
    one, two = factories.registered(), factories.registered()

    def merge(turn: int) -> str:
        pair = (melding_of(one), melding_of(two)) if turn % 2 else (melding_of(two), melding_of(one))
        actions.merge(pair[0], by=agent, at=MOMENT, into=pair[1])
        return "done"

    outcomes = Counter(at_once(merge, 10))
    assert outcomes["done"] == 1
    assert Melding.objects.filter(state=State.DUPLICATE).count() == 1


def test_a_row_that_stays_locked_is_busy_and_nothing_waits_for_ever() -> None:
    agent = factories.staff()
    melding = factories.registered()
    with transaction.atomic():
        Melding.objects.select_for_update().get(pk=melding.pk)

        def pick_up(_turn: int) -> Any:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            return actions.pick_up(melding_of(melding), by=agent, at=MOMENT)

        assert at_once(pick_up, 2) == [Busy, Busy]


def test_an_alarm_at_the_moment_that_an_agent_solves_it_is_not_lost() -> None:
    agent, source = factories.staff(), factories.machine()
    factories.load_policies()
    alarm = MonitoringEvent("trigger", "disk-full", summary="Schijf vol", severity="error")
    _row, first = actions.take_event(alarm, raw="{}", by=source, at=MOMENT)
    assert first is not None
    actions.pick_up(first, by=agent, at=MOMENT)
    graver = replace(alarm, severity="critical")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.resolve(first, by=agent, at=MOMENT, solution="Opgeruimd")
            taken = pool.submit(
                at_once, lambda _turn: actions.take_event(graver, raw="{}", by=source, at=MOMENT), 1
            )
            wait_until_somebody_waits()
        ((row, second),) = taken.result()
    assert (row.error, second.priority, second.state) == ("", 1, State.RECEIVED)
    assert second.pk != first.pk


def wait_until_somebody_waits() -> None:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the lock")
