"""That the time for the first reaction on a Change runs out is recorded once, and told to who keeps it (SLA 10.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from changes import tasks
from changes.actions import change as changes
from changes.models import Change
from desk.models import Heartbeat, Notice
from desk.notices import render
from desk.sweep import sweep
from incidents import actions as meldingen
from incidents.models import Channel, Kind
from tests import factories
from tests.changes.conftest import LATER, Cast
from tests.factories import MOMENT

SECOND = timedelta(seconds=1)
DUE = MOMENT + timedelta(days=3)  # Tuesday to Friday, 10:00: 24 hours of Kantoortijden
HALF, MOST = MOMENT + timedelta(days=1, hours=4), MOMENT + timedelta(days=2, hours=2)
SWEPT = ["warn", "breach"]


def passed(change: Change) -> list[tuple[str, int, datetime]]:
    found = change.events().filter(verb__in=SWEPT)
    return [(event.verb, event.data["percent"], event.at) for event in found]


def told(change: Change) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(case_type="change", case_id=change.pk, event__verb__in=SWEPT)
    return list(rows.order_by("pk").values_list("key", "name"))


def test_sla_10_3_each_threshold_is_recorded_once_and_its_keeper_told(cast: Cast) -> None:
    change = cast.asked()
    assert (change.response_due, change.sweep_at) == (DUE, HALF)
    for at in (HALF, MOST, DUE):
        assert [sweep(Change, moment) for moment in (at, at + SECOND, at + SECOND)] == [0, 1, 0]
    assert passed(change) == [("warn", 50, HALF), ("warn", 75, MOST), ("breach", 100, DUE)]
    names = ["change_warning", "change_warning", "change_breach"]
    assert told(change) == [(name, "Pim Mulder") for name in names]
    assert sweep(Change, DUE + timedelta(days=90)) == 0
    _half, warning, breach = Notice.objects.filter(key__in=names).order_by("pk")
    render(warning)
    render(breach)
    assert "75 % om; reageer uiterlijk vrijdag 19 juni, 10:00 uur" in warning.body
    assert "verstreken op vrijdag 19 juni, 10:00 uur" in breach.body


def test_however_late_it_runs_one_message_says_where_it_stands(cast: Cast) -> None:
    change = cast.asked()
    assert sweep(Change, DUE + timedelta(days=30)) == 3
    assert told(change) == [("change_breach", "Pim Mulder")]
    noticed = change.events().get(verb="breach").data["noticed_at"]
    assert datetime.fromisoformat(noticed) == DUE + timedelta(days=30)


@pytest.mark.parametrize("act", ["reply", "assess", "cancel", "withdraw"])
def test_whoever_reacts_in_time_is_warned_of_nothing(cast: Cast, act: str) -> None:
    """A second assessment begins no other time."""
    change = cast.asked()
    match act:
        case "reply":
            changes.reply(change, by=cast.agent, at=LATER, body="Wij kijken ernaar")
        case "assess":
            cast.assess(change)
            cast.assess(change)
        case "cancel":
            changes.cancel(change, by=cast.manager, at=LATER, reason="Kan niet")
        case "withdraw":
            changes.withdraw(change, by=cast.contact.user, at=LATER, reason="Toch niet")
    assert change.sweep_at is None
    assert sweep(Change, DUE + timedelta(days=90)) == 0
    assert passed(change) == []


def test_words_of_the_contact_or_among_colleagues_are_no_reaction(cast: Cast) -> None:
    change = cast.asked()
    changes.reply(change, by=cast.contact.user, at=LATER, body="Nog iets")
    changes.note(change, by=cast.agent, at=LATER, body="Lijkt mij klein")
    assert change.sweep_at == HALF
    sweep(Change, HALF + SECOND)
    changes.note(change, by=cast.agent, at=HALF + SECOND, body="Wie pakt dit op?")
    assert change.sweep_at == MOST


def test_what_was_reacted_to_as_a_melding_or_has_no_time_is_left_alone(cast: Cast) -> None:
    """One out of a Melding to which nobody reacted counts from when that was received."""
    cast.asked(by=cast.agent, contact=None, kind="own")
    given: dict[str, Any] = {
        "service": cast.service,
        "kind": Kind.CHANGE,
        "goal": "Sneller",
        "channel": Channel.PORTAL,
    }
    answered, silent = (factories.registered(contact=cast.contact, **given) for _turn in range(2))
    meldingen.pick_up(answered, by=cast.agent, at=LATER, contacted=True)
    cast.asked(by=cast.agent, at=MOST, melding=answered)
    late = cast.asked(by=cast.agent, at=MOST, melding=silent)
    assert sweep(Change, DUE) == 2
    assert passed(late) == [("warn", 50, HALF), ("warn", 75, MOST)]


def test_what_was_there_before_is_looked_at_once(cast: Cast) -> None:
    """The migration leaves every open one to the first sweep."""
    change, answered = cast.asked(), cast.assessed()
    Change.objects.update(sweep_at=F("requested_at"))
    sweep(Change, HALF + SECOND)
    found = dict(Change.objects.values_list("pk", "sweep_at"))
    assert found == {change.pk: MOST, answered.pk: None}
    assert passed(change) == [("warn", 50, HALF)]


def test_staff_read_it_in_words_and_the_contact_does_not(client: Client, cast: Cast) -> None:
    change = cast.asked()
    tasks.sweep()
    assert Heartbeat.objects.filter(job="sweep_changes").exists()
    pages = {
        cast.agent: change.get_absolute_url(),
        cast.contact.user: reverse("changes:portal_change", args=[change.number]),
    }
    for user, url in pages.items():
        client.force_login(user)
        page = client.get(url).content.decode()
        for words in (
            "meldt dat 75 % van de reactietijd is verbruikt",
            "meldt dat de reactietijd is verstreken",
        ):
            assert (words in page) is (user == cast.agent)
