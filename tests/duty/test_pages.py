"""The roster in a browser's hands: by week, gaps, filling, swapping, and who is on duty on every page of staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from desk.models import User
from desk.permissions import Role
from incidents.models import DutyTurn, Shift
from tests import factories
from tests.pages.conftest import signed_in, text

pytestmark = pytest.mark.django_db
# Thursday in the week before Whit Monday, when somebody has the Beschikbaarheidsdienst.
NOW = datetime(2026, 5, 21, 17, 20, tzinfo=ZoneInfo("Europe/Amsterdam"))
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(db: None) -> Iterator[None]:
    factories.load_policies()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def joost() -> User:
    return factories.staff(Role.ON_CALL, name="Joost Bakema")


@pytest.fixture
def planner() -> Client:
    return signed_in(factories.staff(Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen"))


def shift(person: User, days: int = 0, **fields: Any) -> Shift:
    start = NOW.replace(hour=17, minute=0) + timedelta(days=days)
    return Shift.objects.create(person=person, starts_at=start, ends_at=start + HOUR, **fields)


def test_every_page_of_staff_says_who_is_on_duty(joost: User) -> None:
    client = signed_in(factories.staff())
    assert "niemand ingedeeld" in text(client.get("/meldingen/"))
    shift(joost)
    factories.registered(at=NOW, priority=1, impact="", urgency="")
    page = text(client.get("/meldingen/"))
    assert 'class="on-duty"><span class="quiet">Dienst:</span> Joost Bakema' in page
    assert "dienst: Joost Bakema" in page, "on the banner"
    assert "dienst: Joost Bakema" in text(client.get("/meldingen/banner/"))


def test_at_night_it_says_who_is_next(joost: User) -> None:
    shift(joost, 1, note="")
    Shift.objects.update(starts_at=NOW.replace(hour=7, minute=0) + timedelta(days=1))
    with time_machine.travel(NOW.replace(hour=23), tick=False):
        assert "Joost Bakema (vanaf vr 07:00)" in text(signed_in(joost).get("/meldingen/"))


def test_the_roster_shows_shifts_and_gaps_by_week_and_no_holiday(planner: Client, joost: User) -> None:
    shift(joost, note="Bel eerst")
    page = text(planner.get("/dienst/"))
    assert "Joost Bakema" in page
    assert "Bel eerst" in page
    assert "Week 21, vanaf 18 mei" in page
    assert "geen dienst ingedeeld" in page
    assert "dinsdag 26 mei" in page
    assert "maandag 25 mei" not in page.replace("vanaf 25 mei", ""), "Tweede Pinksterdag"


def test_the_pattern_is_proposed_and_planned(planner: Client, joost: User) -> None:
    assert "Voorstel" not in text(planner.get("/dienst/"))
    DutyTurn.objects.create(person=joost)
    assert "Voorstel uit het weekpatroon" in text(planner.get("/dienst/"))
    answer = planner.post("/dienst/inplannen/", follow=True)
    assert "diensten ingepland" in text(answer)
    assert "geen dienst ingedeeld" not in text(answer)
    assert Shift.objects.filter(person=joost).count() > 30


def test_a_planner_adds_a_shift_and_reads_what_is_wrong_with_one(planner: Client, joost: User) -> None:
    given = {"person": joost.pk, "role": "on_call", "starts_at": "2026-05-22T07:00", "ends_at": "2026-05-22T09:00", "note": ""}  # fmt: skip
    assert planner.post("/dienst/", given).status_code == 302
    again = planner.post("/dienst/", given)
    assert again.status_code == 422
    assert "Deze collega heeft dan al een dienst." in text(again)
    backwards = planner.post("/dienst/", {**given, "ends_at": "2026-05-22T06:00"})
    assert "Een dienst eindigt na het begin." in text(backwards)


def test_two_people_swap(joost: User) -> None:
    sam = factories.staff(name="Sam de Vries")
    one, two = shift(joost, 1), shift(sam, 5)
    client = signed_in(joost)
    page = text(client.get(f"/dienst/{one.pk}/"))
    assert "Sam de Vries · " in page
    assert "Van het rooster halen" not in page
    assert client.post(f"/dienst/{one.pk}/", {"act": "swap", "other": two.pk}).status_code == 302
    assert [Shift.objects.get(pk=row.pk).person for row in (one, two)] == [sam, joost]
    assert client.post(f"/dienst/{one.pk}/", {"act": "swap", "other": ""}).status_code == 422


def test_who_may_not_is_told_and_nothing_changes(joost: User) -> None:
    held = shift(joost, 1)
    client = signed_in(factories.staff())
    assert "Dienst toevoegen" not in text(client.get("/dienst/"))
    for given in ({"act": "drop"}, {"act": "hand_to", "person": factories.staff().pk}):
        client.post(f"/dienst/{held.pk}/", given)
    client.post("/dienst/inplannen/")
    assert list(Shift.objects.values_list("person", flat=True)) == [joost.pk]
    assert signed_in(factories.contact().user).get("/dienst/").status_code == 403


def test_a_planner_takes_one_off_the_roster(planner: Client, joost: User) -> None:
    held = shift(joost, 1)
    assert planner.post(f"/dienst/{held.pk}/", {"act": "drop"}).status_code == 302
    assert not Shift.objects.exists()
    assert planner.get(f"/dienst/{held.pk}/").status_code == 404


def test_a_full_roster_costs_no_more_queries_than_an_empty_one(planner: Client, joost: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert planner.get("/dienst/").status_code == 200
        return len(found)

    queries()
    shift(joost)
    with_one = queries()
    for days in range(1, 12):
        shift(joost, days)
    assert queries() == with_one <= 15
