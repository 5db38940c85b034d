"""The dashboard and the pages of the norm: each number opens a list of as many rows, fresh and cheap (SLA 9.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints import actions as complaints
from complaints.actions import Received
from desk.models import User
from desk.permissions import Role
from incidents import actions
from incidents.models import Melding
from tests import factories
from tests.factories import MOMENT
from tests.pages.conftest import _now, signed_in, text  # noqa: F401 - a Thursday in June, two days after MOMENT

pytestmark = pytest.mark.django_db
ROW = re.compile(r'<tr id="[A-Z]\d\d-')
NUMBER = re.compile(r'<a id="(?:response|resolution)-[^"]*" href="([^"]*)">(\d+)')
TILE = re.compile(r'<a class="panel tile[^"]*" id="tile-([^"]*)" href="([^"]*)"><b>(\d+)</b>')
MANAGERS = [Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT]


@pytest.fixture
def desk(db: None) -> dict[str, Any]:
    """Two contractants with Incidents in every part of the norm, an escalation and complaints."""
    agent, contact, other = factories.staff(), factories.contact(), factories.contact()
    service = factories.ServiceFactory.create()
    for priority in (1, 2, 2, 3, 4):
        for who in (contact, other):
            factories.registered(at=MOMENT, priority=priority, contact=who, service=service)
    solved = factories.registered(at=MOMENT, contact=contact)
    actions.pick_up(solved, by=agent, at=MOMENT, contacted=True)
    actions.resolve(solved, by=agent, at=MOMENT, solution="Herstart.")
    actions.cancel(factories.registered(at=MOMENT, contact=other), by=agent, at=MOMENT, reason="Vergissing.")
    factories.registered(at=MOMENT + timedelta(days=2))  # due today
    actions.escalate(
        Melding.objects.filter(priority=3)[0],
        by=factories.staff(Role.PRODUCT_MANAGER),
        at=MOMENT,
        reason="content",
        words="Duurt lang.",
    )
    for about in ("handling", "support"):
        received = Received(
            contact=contact, about=about, subject="Klacht", description="Te laat.", meldingen=[solved]
        )
        complaints.register(received, by=contact.user, at=MOMENT)
    return {"contact": contact, "other": other, "service": service}


def test_every_number_of_the_dashboard_opens_a_list_of_as_many_rows(desk: dict[str, Any]) -> None:
    client = signed_in(factories.staff(Role.PRODUCT_MANAGER))
    shown = client.get("/dashboard/").content.decode()
    tiles, numbers = TILE.findall(shown), NUMBER.findall(shown)
    assert len(numbers) > 8
    for name, address, number in [*tiles, *(("norm", *one) for one in numbers)]:
        assert _rows(client, address) == int(number), f"{name}: {address}"


@pytest.mark.parametrize("role", [Role.SERVICE_LEVEL_MANAGER, Role.SUPPORT, Role.ADMINISTRATOR])
def test_everybody_counts_what_they_may_see(desk: dict[str, Any], role: str) -> None:
    """SLA 5: the Supportafdeling knows of no complaint about itself. SLA 4.4: each echelon its own escalations."""
    client = signed_in(factories.staff(role))
    tiles = TILE.findall(client.get("/dashboard/").content.decode())
    counted = {name: int(number) for name, _address, number in tiles}
    assert (counted["today"], counted["late"], counted["p1"], counted["failures"]) == (1, 8, 2, 0)
    assert counted["complaints_open"] == (1 if role == Role.SUPPORT else 2)
    (escalated,) = (tile for tile in tiles if tile[0].startswith("escal"))
    assert int(escalated[2]) == (0 if role == Role.SUPPORT else 1)
    assert _rows(client, escalated[1]) == int(escalated[2])


def _rows(client: Client, address: str) -> int:
    answer = client.get(unescape(address))
    assert answer.status_code == 200
    return len(ROW.findall(answer.content.decode()))


def test_the_dashboard_takes_few_queries_whatever_there_is(desk: dict[str, Any]) -> None:
    client = signed_in(factories.staff(Role.SERVICE_LEVEL_MANAGER))
    few = _queries(client, "/dashboard/")
    for turn in range(12):
        service = factories.ServiceFactory.create(slug=f"koppeling-{turn}")
        factories.registered(at=MOMENT, contact=desk["contact"], service=service)
    assert _queries(client, "/dashboard/") == few <= 15
    for address in (
        "/dashboard/nu/",
        "/rapportage/norm/",
        "/rapportage/norm/meldingen/?month=2026-06&clock=response&priority=2&norm=90&part=all",
    ):
        assert _queries(client, address) <= 15


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_what_stays_open_hears_only_what_is_new(desk: dict[str, Any]) -> None:
    client = signed_in(factories.staff(Role.PRODUCT_MANAGER))
    (again,) = re.findall(r'hx-get="(/dashboard/nu/\?seen=\w+)"', client.get("/dashboard/").content.decode())
    assert client.get(again).status_code == 204
    factories.registered(at=MOMENT, contact=desk["contact"])
    answer = client.get(again)
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div id="figures"')


@pytest.mark.parametrize("role", [*MANAGERS, Role.SUPPORT])
def test_managers_land_on_the_dashboard(db: None, role: str) -> None:
    answer = signed_in(factories.staff(role)).get("/")
    assert answer["Location"] == ("/dashboard/" if role in MANAGERS else "/meldingen/")


def test_everybody_of_staff_finds_it_in_the_menu_and_contacts_do_not(desk: dict[str, Any]) -> None:
    assert 'href="/dashboard/"' in signed_in(factories.staff()).get("/meldingen/").content.decode()
    contact = signed_in(desk["contact"].user)
    assert 'href="/dashboard/"' not in contact.get("/portaal/").content.decode()
    for address in ("/dashboard/", "/dashboard/nu/", "/rapportage/norm/", "/rapportage/norm/meldingen/"):
        assert contact.get(address).status_code == 403


def test_the_page_narrows_to_a_dienst_a_contractant_and_a_month(desk: dict[str, Any]) -> None:
    client, owner = signed_in(factories.staff()), desk["other"].contractant
    shown = client.get(
        f"/rapportage/norm/?month=2026-06&service={desk['service'].pk}&contractant={owner.pk}"
    ).content.decode()
    numbers = NUMBER.findall(shown)
    assert numbers
    for address, number in numbers:
        assert f"contractant={owner.pk}" in address
        assert _rows(client, address) == int(number)
    assert "Nog niets te beoordelen" in text(client.get("/rapportage/norm/?month=2025-01"))


def test_what_makes_no_sense_is_named_and_shows_nothing_in_its_place(desk: dict[str, Any]) -> None:
    client = signed_in(factories.staff())
    answer = client.get("/rapportage/norm/?month=veertien&service=x&contractant=-1")
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert re.findall(r'id="id_(\w+)_error">([^<]+)', shown) == [
        ("month", "Kies een maand, zoals 2026-05."),
        ("service", "Selecteer een geldige keuze. Deze keuze is niet beschikbaar."),
        ("contractant", "Selecteer een geldige keuze. Deze keuze is niet beschikbaar."),
    ]
    assert "<table" not in shown
    for month in ("9999-12", "2026-13"):
        assert client.get("/rapportage/norm/", {"month": month}).status_code == 422


@pytest.mark.parametrize("month", ["2019-05", "2026-06", "2031-01"])
def test_the_month_that_was_asked_is_the_one_that_is_chosen(db: None, month: str) -> None:
    shown = signed_in(factories.staff()).get("/rapportage/norm/", {"month": month}).content.decode()
    assert re.findall(r'<option value="(\d{4}-\d\d)" selected>', shown) == [month]


def test_a_desk_without_incidents_says_so(db: None) -> None:
    page = text(signed_in(factories.staff(Role.MANAGEMENT)).get("/dashboard/"))
    assert "Nog niets te beoordelen" in page
    assert "Nog geen Diensten" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"clock": "kookwekker"},
        {"priority": "9"},
        {"part": ""},
        {"month": "2026-13"},
        {"norm": "x"},
        {"contractant": "0"},
    ],
)
def test_a_number_that_is_none_is_not_found(db: None, wrong: dict[str, str]) -> None:
    asked = {"month": "2026-06", "clock": "response", "priority": "2", "norm": "90", "part": "met", **wrong}
    assert signed_in(factories.staff()).get("/rapportage/norm/meldingen/", asked).status_code == 404


Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    def get(user: User, **query: Any) -> Any:
        return client.get(
            "/api/v1/norm/", query, headers={"Authorization": f"Token {factories.token(user=user)}"}
        )

    return get


def test_the_api_gives_the_same_numbers_to_each_its_own(desk: dict[str, Any], ask: Ask) -> None:
    def missed(user: User, **query: Any) -> int:
        answer = ask(user, month="2026-06", **query)
        assert answer.status_code == 200, answer.content
        (line,) = [
            one for one in answer.json()["lines"] if (one["clock"], one["priority"]) == ("response", 2)
        ]
        return int(line["missed"])

    machine = factories.machine()
    assert (missed(machine), missed(machine, service="dienst-mdo")) == (4, 4)
    assert missed(machine, contractant=str(desk["other"].contractant.public_id)) == 2
    assert missed(desk["other"].user) == 2
    assert ask(desk["other"].user, contractant=str(desk["contact"].contractant.public_id)).status_code == 400
    for wrong in ({"month": "juni"}, {"month": "9999-12"}, {"maand": "2026-06"}):
        assert ask(machine, **wrong).status_code == 400
    assert ask(machine).json()["month"] == "2026-06"
