"""An open page of a Melding tells who else is there, and what happened since it was shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from desk.models import Event, User
from incidents import actions
from incidents.models import Melding
from tests import factories
from tests.pages.conftest import NOW, signed_in, text


@pytest.fixture
def melding(agent: User) -> Melding:
    cache.clear()
    return factories.registered(at=NOW)


@pytest.fixture
def noor(agent: User) -> Client:
    return signed_in(factories.staff(name="Noor Verhagen", email="noor@desk.example"))


def look(client: Client, melding: Melding, **given: Any) -> str:
    seen = Event.objects.filter(verb="register").latest("pk").pk
    return text(client.post(f"/meldingen/{melding.number}/aanwezig/", {"seen": seen, **given}))


def test_whoever_looks_or_writes_is_named_to_others_and_not_to_itself(
    staff: Client, noor: Client, melding: Melding
) -> None:
    assert "kijkt ook" not in look(staff, melding)
    assert "<b>Sam de Vries</b> kijkt ook" in look(noor, melding, writes="1")
    assert "<b>Noor Verhagen</b> schrijft nu" in look(staff, melding)


def test_who_went_away_is_forgotten(staff: Client, noor: Client, melding: Melding) -> None:
    look(staff, melding)
    with time_machine.travel(NOW + timedelta(seconds=41), tick=False):
        assert "Sam" not in look(noor, melding)


def test_what_others_did_meanwhile_is_told_and_what_one_did_is_not(
    staff: Client, agent: User, melding: Melding
) -> None:
    other = factories.staff(name="Noor Verhagen")
    actions.pick_up(melding, by=other, at=NOW)
    actions.note(melding, by=other, at=NOW, body="Gezien")
    actions.note(melding, by=agent, at=NOW, body="Ik ook")
    told = look(staff, melding)
    assert "<b>Noor Verhagen</b> heeft opgepakt en de diagnose gestart." in told
    assert told.count("heeft een notitie gemaakt.") == 1


def test_it_stays_silent_while_nothing_changes(staff: Client, noor: Client, melding: Melding) -> None:
    address = f"/meldingen/{melding.number}/aanwezig/"
    seen = Event.objects.latest("pk").pk
    assert staff.post(address, {"seen": seen}).status_code == 204
    told = noor.post(address, {"seen": seen}).context["told"]
    assert noor.post(address, {"seen": seen, "told": told}).status_code == 204
    assert noor.post(address, {"seen": seen}).status_code == 200


def test_the_page_asks_for_it(staff: Client, melding: Melding) -> None:
    page = staff.get(melding.get_absolute_url()).content.decode()
    assert f'hx-post="/meldingen/{melding.number}/aanwezig/"' in page
    assert f'"seen": "{Event.objects.latest("pk").pk}"' in page
