"""The pages about Onderhoud: the calendar, a plan that is weighed while it is made, the portal, feeds, API and Beheer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from changes.actions import maintenance as actions
from changes.models import CalendarFeed, Freeze, Maintenance, MaintenancePattern, SubcontractorUpdate
from contractants.models import Contact, Service
from desk.models import Notice, User
from desk.notices import render
from desk.permissions import Role
from tests import factories
from tests.changes.maintaining import NIGHT, NOW, announced, drafted, local, mdo, planned, served
from tests.pages.conftest import signed_in, text

HOME = "/onderhoud/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def service(db: None) -> Service:
    return mdo()


@pytest.fixture
def pm(service: Service) -> User:
    return factories.staff(Role.PRODUCT_MANAGER, name="Fatma Yıldız")


@pytest.fixture
def hanneke(service: Service) -> Contact:
    return served(service)


@pytest.fixture
def staff(pm: User) -> Client:
    return signed_in(pm)


def given(service: Service, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Certificaten vervangen", "services": [service.pk], "kind": "regular", "starts_at": "2026-07-01T20:00",
        "ends_at": "2026-07-01T22:00", "has_impact": "on", "description": "", "reason": "", **fields,
    }  # fmt: skip


# --- The calendar


def test_the_month_shows_each_day_with_what_closes_it(staff: Client, pm: User, service: Service) -> None:
    planned(pm, service, local("2026-12-23 23:00"), ends_at=local("2026-12-24 02:00"))
    Freeze.objects.create(
        starts_at=local("2026-12-28 00:00"), ends_at=local("2026-12-30 00:00"), why="Jaarafsluiting"
    )
    page = text(staff.get(f"{HOME}?maand=2026-12"))
    assert page.count("month-case") == 2
    assert page.count("Jaarafsluiting") == 2
    assert "Eerste Kerstdag" in page
    assert "december 2026" in page
    listed = text(staff.get(f"{HOME}?maand=2026-12&als=lijst"))
    assert "month-case" not in listed
    assert "Certificaten vervangen" in listed
    for wrong in ("2026-13", "gisteren", "²026-01", "99999-01", "2026-1"):
        assert "juni 2026" in text(staff.get(HOME, {"maand": wrong}))


def test_an_empty_month_says_what_to_do(staff: Client) -> None:
    assert "Geen onderhoud in deze maand" in text(staff.get(f"{HOME}?als=lijst"))


def test_pages_cost_the_same_however_much_there_is(staff: Client, pm: User, service: Service) -> None:
    def count(address: str) -> int:
        staff.get(address)
        with CaptureQueriesContext(connection) as found:
            assert staff.get(address).status_code == 200
        return len(found)

    case = announced(pm, service)
    addresses = [f"{HOME}?maand=2026-07", f"{HOME}?maand=2026-07&als=lijst", case.get_absolute_url()]
    before = [count(address) for address in addresses]
    for n in range(5):
        announced(pm, service, NIGHT + (n + 1) * DAY, kind="unplanned")
        drafted(pm, service, NIGHT + (n + 1) * DAY)
    after = [count(address) for address in addresses]
    assert max(after) <= 15, after
    assert after[0] == before[0]


def test_regular_windows_are_proposed_by_a_button(staff: Client, service: Service) -> None:
    MaintenancePattern.objects.create(
        title="Patches", service=service, first_on=date(2026, 6, 3), starts=time(22), ends=time(1)
    )
    page = text(staff.post(f"{HOME}voorstellen/", follow=True))
    assert "7 concepten gemaakt." in page
    assert "Vraagt een datum of besluit" in page
    assert "ontbreken de rechten" in text(
        signed_in(factories.staff(Role.ON_CALL)).post(f"{HOME}voorstellen/", follow=True)
    )


def test_the_table_of_rules_is_there_to_read(staff: Client) -> None:
    page = text(staff.get(f"{HOME}regels/"))
    assert page.count("SLA ") > 10
    assert "gaat voor; het reguliere onderhoud wordt opzijgezet" in page


def test_sla_7_1_updates_that_are_overdue_stand_out(staff: Client) -> None:
    assert "Nog geen updates" in text(staff.get(f"{HOME}updates/"))
    for version, critical, installed in [
        ("1", True, None),
        ("2", False, None),
        ("3", True, date(2026, 4, 1)),
    ]:
        SubcontractorUpdate.objects.create(
            party="Databank BV", product="Databank", release=version, is_critical=critical, released_on=date(2026, 2, 1),
            installed_on=installed,
        )  # fmt: skip
    page = text(staff.get(f"{HOME}updates/"))
    assert "1 update is te laat" in page
    assert page.count("te laat</span>") == 1
    assert "nog 60 dagen" in page


# --- A new one


def test_a_plan_is_weighed_while_the_form_is_filled_in(staff: Client, pm: User, service: Service) -> None:
    known = planned(pm, service)
    part = text(staff.get(f"{HOME}controle/", {**given(service), "ends_at": ""}))
    assert "Kies diensten, van en tot" in part
    part = text(staff.get(f"{HOME}controle/", given(service)))
    assert known.number in part
    assert "Mag niet" in part
    assert "SLA 7.1" in part
    part = text(
        staff.get(
            f"{HOME}controle/", given(service, starts_at="2026-07-16T20:00", ends_at="2026-07-16T23:00")
        )
    )
    assert "Geen conflicten." in part
    assert "100,000 %" in part
    assert "99,597 %" in part
    part = text(staff.get(f"{HOME}controle/", {**given(service), "has_impact": ""}))
    assert "Niet merkbaar" in part
    moved = {"maintenance": known.number, "starts_at": "2026-07-01T10:00", "ends_at": "2026-07-01T11:00"}
    assert "binnen kantoortijden" in text(staff.get(f"{HOME}controle/", moved))
    assert "Geen conflicten." in text(staff.get(f"{HOME}controle/", {"maintenance": known.number}))


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "field"),
    [
        ("9999-12-31T20:00", "9999-12-31T22:00", "starts_at"), ("9026-07-01T20:00", "9026-07-01T22:00", "starts_at"),
        ("0001-01-01T00:00", "2026-07-01T22:00", "starts_at"), ("2032-07-01T20:00", "2032-07-01T22:00", "starts_at"),
        ("2024-07-01T20:00", "2024-07-01T22:00", "starts_at"), ("2026-07-01T20:00", "2026-08-02T20:00", "ends_at"),
    ],
)  # fmt: skip
def test_times_out_of_reach_are_refused_and_not_weighed(
    staff: Client, pm: User, service: Service, starts_at: str, ends_at: str, field: str
) -> None:
    times = {"starts_at": starts_at, "ends_at": ends_at}
    assert "Kies diensten, van en tot" in text(staff.get(f"{HOME}controle/", given(service, **times)))
    refused = staff.post(f"{HOME}nieuw/", {**given(service, **times), "then": "draft"})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {field})
    case = planned(pm, service)
    assert staff.post(f"{case.get_absolute_url()}do/move/", times).status_code == 422
    known = {"maintenance": case.number, **times}
    assert "Kies diensten, van en tot" in text(staff.get(f"{HOME}controle/", known))


def test_a_draft_that_was_kept_with_such_times_can_still_be_read(
    staff: Client, pm: User, service: Service
) -> None:
    case = drafted(pm, service)
    far = {"starts_at": local("9999-07-01 20:00"), "ends_at": local("9999-07-01 22:00")}
    Maintenance.objects.filter(pk=case.pk).update(**far)
    assert staff.get(case.get_absolute_url()).status_code == 200
    assert staff.get(f"/api/v1/maintenance-windows/{case.number}/").status_code in {200, 401}
    assert staff.post(f"{case.get_absolute_url()}do/plan/", {}).status_code == 422


def test_what_is_no_number_is_an_unknown_one(staff: Client) -> None:
    for wrong in ("\0", "O26-00001\0", "²", "O26-" + "9" * 40):
        assert staff.get(f"{HOME}controle/", {"maintenance": wrong}).status_code == 200
        assert staff.get("/wijzigingen/nieuw/", {"melding": wrong}).status_code == 404


def test_a_new_one_is_kept_or_planned_at_once_or_refused_whole(staff: Client, service: Service) -> None:
    address = f"{HOME}nieuw/"
    kept = staff.post(address, {**given(service), "then": "draft"})
    assert kept.status_code == 302
    assert Maintenance.objects.get().state == "draft"
    assert "Geen conflicten." in text(staff.post(address, {**given(service), "then": "check"}))
    planned_at_once = staff.post(address, {**given(service), "then": "plan"}, follow=True)
    assert "is bewaard." in text(planned_at_once)
    refused = staff.post(address, {**given(service, title="Nog een keer"), "then": "plan"})
    assert refused.status_code == 422
    assert "Nog een keer" in text(refused)
    assert "overlapt" in text(refused)
    assert sorted(Maintenance.objects.values_list("state", flat=True)) == ["draft", "planned"]
    wrong = staff.post(address, {**given(service, ends_at="2026-07-01T19:00"), "then": "draft"})
    assert (wrong.status_code, "Het einde ligt niet na het begin." in text(wrong)) == (422, True)
    assert staff.post(address, {"then": "plan"}).status_code == 422
    assert signed_in(factories.staff(Role.MANAGEMENT)).get(address).status_code == 404


# --- One of them


def test_the_steps_of_one_on_its_page(staff: Client, pm: User, service: Service, hanneke: Contact) -> None:
    case = drafted(pm, service)
    address = case.get_absolute_url()
    do = f"{address}do/"
    assert staff.post(f"{do}revise/", given(service, title="Andere titel")).status_code == 302
    assert staff.post(f"{do}plan/", {}).status_code == 302
    assert staff.post(f"{do}publish/", {"version": 3}).status_code == 302
    stale = staff.post(f"{do}cancel/", {"words": "Toch niet", "version": 2})
    assert (stale.status_code, "Toch niet" in text(stale)) == (409, True)
    refused = staff.post(f"{do}move/", {"starts_at": "2026-07-01T10:00", "ends_at": "2026-07-01T11:00"})
    assert (refused.status_code, "binnen kantoortijden" in text(refused)) == (422, True)
    page = text(staff.get(address))
    assert "Andere titel" in page
    assert hanneke.user.email in page
    assert "Wie heeft bericht?" in page
    assert staff.post(f"{do}push_aside/", {}).status_code == 404
    assert staff.post(f"{do}note/", {"body": "Met de keten gebeld"}).status_code == 302
    early = staff.post(f"{do}start/", {})
    assert "verplaats het eerst" in text(early if early.status_code != 302 else staff.get(address))
    with time_machine.travel(NIGHT, tick=False):
        staff = signed_in(pm)
        assert staff.post(f"{do}start/", {}).status_code == 302
        assert "Werkelijk" in text(staff.get(address))
    with time_machine.travel(NIGHT + timedelta(minutes=140), tick=False):
        assert staff.post(f"{do}finish/", {}).status_code == 302
        done = text(staff.get(address))
    assert "Met de keten gebeld" in done
    assert "120 min telt niet mee, D = 20 min" in done
    assert "Niet aangekondigd" not in done


def test_sla_7_2_what_fell_through_cost_nothing(staff: Client, pm: User, service: Service) -> None:
    case = actions.cancel(announced(pm, service), by=pm, at=NOW, words="Niet nodig")
    assert "Beschikbaarheid van de maand" not in text(staff.get(case.get_absolute_url()))


def test_what_was_pushed_aside_asks_for_a_date(staff: Client, pm: User, service: Service) -> None:
    regular = announced(pm, service)
    urgent = planned(pm, service, kind="urgent")
    assert "kies een nieuwe datum" in text(staff.get(HOME))
    page = text(staff.get(regular.get_absolute_url()))
    assert f"Opzijgezet voor {urgent.number}" in page
    assert regular.number in text(staff.get(urgent.get_absolute_url()))
    times = {"starts_at": "2026-07-02T20:00", "ends_at": "2026-07-02T22:00"}
    assert staff.post(f"{regular.get_absolute_url()}do/replan/", times).status_code == 302
    regular.refresh_from_db()
    assert (regular.state, regular.starts_at) == ("planned", NIGHT + DAY)


# --- The portal


def test_a_contact_reads_what_is_planned_and_nothing_of_colleagues(
    pm: User, service: Service, hanneke: Contact
) -> None:
    client = signed_in(hanneke.user)
    page = text(client.get("/portaal/onderhoud/"))
    assert "Er is geen onderhoud gepland" in page
    assert "Gepland onderhoud" in text(client.get("/portaal/"))
    case = announced(pm, service, description="Wij vervangen de certificaten.", reason="GEHEIME reden")
    drafted(pm, service, title="GEHEIM concept")
    page = text(client.get("/portaal/onderhoud/"))
    assert case.number in page
    assert "woensdag 1 juli 2026, 20:00" in page
    assert "GEHEIM" not in page
    planned(pm, service, kind="urgent", title="GEHEIM lek")
    page = text(client.get("/portaal/onderhoud/"))
    assert "Uitgesteld: een urgente wijziging gaat voor." in page
    assert "GEHEIM" not in page
    assert client.get(HOME).status_code == 403
    assert client.get(case.get_absolute_url()).status_code == 403


def test_a_contact_reads_no_dienst_that_it_has_no_contract_for(
    pm: User, service: Service, hanneke: Contact, client: Client
) -> None:
    other = factories.ServiceFactory.create(slug="geheim", name="GEHEIME dienst")
    neighbour = served(other, "Thijs")
    case = announced(pm, service, services=[service, other])
    page = text(signed_in(hanneke.user).get("/portaal/onderhoud/"))
    assert case.number in page
    assert service.name in page
    assert "GEHEIM" not in page
    (event,) = events(client.get(subscribed(hanneke.user)))
    assert str(event["SUMMARY"]) == f"Onderhoud: {service.name}"
    reader = Client(HTTP_AUTHORIZATION=f"Bearer {factories.token(user=hanneke.user)}")
    base = "/api/v1/maintenance-windows/"
    assert reader.get(base).json()["results"][0]["services"] == [service.slug]
    assert reader.get(f"{base}{case.number}/").json()["services"] == [service.slug]
    assert len(reader.get(base, {"service": service.slug}).json()["results"]) == 1
    assert reader.get(base, {"service": "geheim"}).json()["results"] == []
    machine = Client(HTTP_AUTHORIZATION=f"Bearer {factories.token()}")
    found = machine.get(base, {"service": "geheim"}).json()["results"]
    assert [set(one["services"]) for one in found] == [{service.slug, "geheim"}]
    told = {one.email: one for one in Notice.objects.filter(key="maintenance_announced")}
    for notice in told.values():
        render(notice)
    assert set(told) == {hanneke.user.email, neighbour.user.email}
    assert "GEHEIM" not in told[hanneke.user.email].body
    assert service.name in told[hanneke.user.email].body
    assert "GEHEIME dienst" in told[neighbour.user.email].body


# --- Feeds


def events(answer: Any) -> list[Any]:
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def subscribed(user: User) -> str:
    return f"/agenda/{actions.open_feed(user, at=NOW).token}.ics"


def test_a_feed_follows_every_change(pm: User, service: Service, hanneke: Contact, client: Client) -> None:
    address = subscribed(hanneke.user)
    case = announced(pm, service)
    (first,) = events(client.get(address))
    assert (str(first["UID"]), str(first["STATUS"])) == (str(case.public_id), "CONFIRMED")
    assert first["DTSTART"].dt == NIGHT
    assert first["DTSTART"].params["TZID"] == "Europe/Amsterdam"
    actions.move(case, by=pm, at=NOW, starts_at=local("2026-11-04 20:00"), ends_at=local("2026-11-04 22:00"))
    (second,) = events(client.get(address))
    assert (str(second["UID"]), second["SEQUENCE"] > first["SEQUENCE"]) == (str(case.public_id), True)
    assert second["DTSTART"].to_ical() == b"20261104T200000"
    assert second["DTSTART"].dt == local("2026-11-04 20:00")
    planned(pm, service, local("2026-11-04 21:00"), kind="urgent")
    (third,) = events(client.get(address))
    assert (str(third["STATUS"]), third["SEQUENCE"] > second["SEQUENCE"]) == ("CANCELLED", True)
    body = client.get(address).content
    assert body.count(b"BEGIN:VTIMEZONE") == 1
    assert b"TZID:Europe/Amsterdam" in body
    assert b"GEHEIM" not in body


def test_staff_see_plans_in_theirs_and_contacts_do_not(
    pm: User, service: Service, hanneke: Contact, client: Client
) -> None:
    drafted(pm, service)
    planned(pm, service, NIGHT + DAY)
    (tentative,) = events(client.get(subscribed(pm)))
    assert str(tentative["STATUS"]) == "TENTATIVE"
    assert events(client.get(subscribed(hanneke.user))) == []


@pytest.mark.django_db(transaction=True)
def test_an_address_asked_for_twice_at_once_is_made_once() -> None:
    user = factories.staff()

    def ask(_turn: int) -> str:
        try:
            return actions.open_feed(user, at=NOW).token
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(ask, range(4)))
    assert CalendarFeed.objects.get().token in tokens


def leaves(feed: CalendarFeed) -> None:
    feed.user.is_active = False
    feed.user.save()


def another(feed: CalendarFeed) -> None:
    actions.open_feed(feed.user, at=NOW)


def taken_away(feed: CalendarFeed) -> None:
    actions.close_feed(feed.user)


@pytest.mark.parametrize("story", [leaves, another, taken_away], ids=lambda story: story.__name__)
def test_an_address_that_was_revoked_is_an_unknown_one(
    hanneke: Contact, client: Client, story: Callable[[CalendarFeed], None]
) -> None:
    feed = actions.open_feed(hanneke.user, at=NOW)
    address = f"/agenda/{feed.token}.ics"
    assert client.get(address).status_code == 200
    story(feed)
    assert client.get(address).status_code == 404


def test_an_address_cannot_be_guessed_or_made_from_the_row(hanneke: Contact, client: Client) -> None:
    feed = actions.open_feed(hanneke.user, at=NOW)
    assert len(feed.token) > 40
    for guess in (
        f"{feed.pk}",
        f"{feed.pk}-",
        f"{feed.pk}-{feed.salt}",
        f"{feed.token[:-1]}x",
        "²-x",
        "9" * 30,
    ):
        assert client.get(f"/agenda/{guess}.ics").status_code == 404
    assert feed.token not in repr(CalendarFeed.objects.values())


def test_people_make_and_take_away_their_address_on_the_page(staff: Client, hanneke: Contact) -> None:
    for client, page in [(staff, HOME), (signed_in(hanneke.user), "/portaal/onderhoud/")]:
        made = text(client.post(f"{page}agenda/", {"act": "open"}, follow=True))
        assert CalendarFeed.objects.latest("pk").token in made
        gone = text(client.post(f"{page}agenda/", {"act": "close"}, follow=True))
        assert "Maak een agenda-adres" in gone
    assert not CalendarFeed.objects.exists()


# --- API and Beheer


def test_the_api_drafts_plans_and_says_what_is_in_the_way(service: Service, hanneke: Contact) -> None:
    machine = Client(HTTP_AUTHORIZATION=f"Bearer {factories.token()}")
    body = {
        "title": "Patches", "services": [service.slug], "kind": "regular", "starts_at": "2026-07-01T10:00:00+02:00",
        "ends_at": "2026-07-01T12:00:00+02:00", "has_impact": True,
    }  # fmt: skip
    base = "/api/v1/maintenance-windows/"
    made = machine.post(base, body, content_type="application/json")
    assert made.status_code == 201, made.content
    one = made.json()
    assert one["conflicts"][0] | {"text": ""} == {
        "rule": "office_hours", "weight": "hard", "clause": "SLA 7.1, 7.2", "text": "",
    }  # fmt: skip
    address = f"{base}{one['number']}/"
    assert machine.post(f"{address}plan/", {}, content_type="application/json").status_code == 400
    revised = {**body, "starts_at": "2026-07-01T20:00:00+02:00", "ends_at": "2026-07-01T22:00:00+02:00"}
    assert machine.post(f"{address}revise/", revised, content_type="application/json").status_code == 200
    assert machine.post(f"{address}plan/", {}, content_type="application/json").json()["state"] == "planned"
    told = machine.post(f"{address}publish/", {}, content_type="application/json")
    assert (told.json()["state"], told.json()["transitions"]) == (
        "announced",
        ["start", "move", "cancel", "note"],
    )
    assert (
        machine.get(base, {"service": service.slug, "state": "announced"}).json()["results"][0]["number"]
        == one["number"]
    )
    assert machine.post(base, {**body, "services": []}, content_type="application/json").status_code == 400
    reader = Client(HTTP_AUTHORIZATION=f"Bearer {factories.token(user=hanneke.user)}")
    seen = reader.get(address).json()
    assert seen["title"] == "Patches"
    assert not {"reason", "conflicts", "change"} & set(seen)
    assert reader.post(base, body, content_type="application/json").status_code == 403


def test_beheer_shows_it_and_moves_it_on(pm: User, service: Service) -> None:
    keeper = signed_in(factories.staff(Role.ADMINISTRATOR))
    case = drafted(pm, service)
    lists = [
        "maintenance",
        "maintenancepattern",
        "servicedependency",
        "freeze",
        "subcontractorupdate",
        "calendarfeed",
    ]
    actions.open_feed(pm, at=NOW)
    for name in lists:
        assert keeper.get(f"/beheer/changes/{name}/").status_code == 200
    page = f"/beheer/changes/maintenance/{case.pk}/"
    assert "Plannen" in text(keeper.get(f"{page}change/"))
    assert keeper.post(f"{page}do/plan/", {}).status_code == 302
    case.refresh_from_db()
    assert case.state == "planned"
    added = keeper.post("/beheer/changes/freeze/add/", {
        "starts_at_0": "2026-07-02", "starts_at_1": "10:00", "ends_at_0": "2026-07-01", "ends_at_1": "10:00", "why": "Stop", "service": "",
    })  # fmt: skip
    assert "Het einde ligt niet na het begin." in text(added)
    update = {
        "party": "A",
        "product": "B",
        "release": "1",
        "released_on": "2026-05-01",
        "is_critical": "on",
        "installed_on": "",
    }
    assert keeper.post("/beheer/changes/subcontractorupdate/add/", update).status_code == 302
    assert SubcontractorUpdate.objects.get().due_on == date(2026, 7, 31)
