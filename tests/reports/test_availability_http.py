"""Availability on its pages, in the API and in Beheer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from contractants.models import Service
from desk.models import ApiToken, User
from reports.availability.actions import Facts, record
from reports.models import Unavailability
from tests import factories
from tests.api.conftest import client_of
from tests.pages.conftest import signed_in, text
from tests.reports.conftest import MINUTE, NOW, alarm, back, june, worked

pytestmark = pytest.mark.usefixtures("july")
PAGE, NEW = "/rapportage/beschikbaarheid/", "/rapportage/beschikbaarheid/vastleggen/"
API, RECORDED = "/api/v1/availability/", "/api/v1/unavailabilities/"
HOUR = {"started_at": "2026-06-03T10:00:00", "ended_at": "2026-06-03T11:00:00", "extent": "full"}


@pytest.fixture
def keeper(manager: User) -> Client:
    return signed_in(manager)


def form(**given: str) -> dict[str, str]:
    return {"service": "dienst-mdo", **HOUR, "reason": "", "evidence": "", **given}


def test_a_month_with_its_figure_its_line_and_its_stretches(keeper: Client, mdo: Service) -> None:
    melding = alarm(mdo, june(3, "10:00"))
    back(melding, june(3, "12:30"))
    case = worked(mdo, june(16, "20:00"), 120, 120)
    answer = keeper.get(PAGE, {"dienst": "dienst-mdo", "maand": "2026-06"})
    said = text(answer)
    for part in ("99,652 %", "niet gehaald", "20,4 minuten te veel weg", "43.200 min", "Juni 2026", melding.number, case.number):  # fmt: skip
        assert part in said
    page = answer.content.decode()
    assert page.count('class="month-counted"') == page.count('class="month-excluded"') == 1
    assert "style=" not in page
    empty = text(keeper.get(PAGE, {"maand": "2026-05"}))
    assert "100,000 %" in empty
    assert "De dienst was er de hele maand" in empty


@pytest.mark.parametrize(
    "asked", [{"maand": "2026-13"}, {"maand": "2031-01", "dienst": "onbekend"}, {"dienst": "\x00"}, {}]
)
def test_nonsense_chooses_the_usual(keeper: Client, mdo: Service, asked: dict[str, str]) -> None:
    said = text(keeper.get(PAGE, asked))
    assert "Juli 2026" in said
    assert "tot nu toe gehaald" in said


def test_without_diensten_it_says_what_to_do(keeper: Client, mdo: Service) -> None:
    Service.objects.update(is_active=False)
    assert "Zet eerst een dienst in Beheer" in text(keeper.get(PAGE))


def test_the_page_asks_few_queries_however_much_there_was(keeper: Client, mdo: Service) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert keeper.get(PAGE, {"maand": "2026-06"}).status_code == 200
        return len(found)

    keeper.get(PAGE)
    counts = []
    for day in (1, 2):
        back(alarm(mdo, june(day, "10:00")), june(day, "10:01"))
        record(Facts(mdo, june(day, "12:00"), june(day, "12:01")), by=factories.staff(), at=NOW)
        counts.append(asked())
    assert counts[0] == counts[1] <= 15


def test_a_stretch_of_a_melding_is_judged_in_place_of_its_trail(keeper: Client, mdo: Service) -> None:
    melding = alarm(mdo, june(3, "10:00"))
    back(melding, june(3, "11:00"))
    page = keeper.get(PAGE, {"maand": "2026-06"}).content.decode()
    address = page.split(f'href="{NEW}?melding=')[1].split('"')[0].replace("&amp;", "&")
    judge = f"{NEW}?melding={address}"
    asked = keeper.get(judge).content.decode()
    for value in ("2026-06-03T10:00:00", "2026-06-03T11:00:00", 'value="dienst-mdo" selected', "was wel beschikbaar"):  # fmt: skip
        assert value in asked
    answer = keeper.post(judge, form(reason="attack", evidence="Bevestigd door het datacentrum."))
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?dienst=dienst-mdo&maand=2026-06")
    row = Unavailability.objects.get()
    assert (row.source, row.melding, row.reason) == ("monitoring", melding, "attack")
    said = text(keeper.get(answer["Location"]))
    assert "100,000 %" in said
    assert "Bevestigd door het datacentrum." in said


def test_the_page_of_a_melding_offers_to_record_it(keeper: Client, mdo: Service) -> None:
    melding = factories.registered(service=mdo, at=june(3, "10:00"), priority=2)
    assert f"{NEW}?melding={melding.number}" in keeper.get(melding.get_absolute_url()).content.decode()
    asked = keeper.get(NEW, {"melding": melding.number}).content.decode()
    assert "2026-06-03T10:00:00" in asked
    assert 'value="dienst-mdo" selected' in asked
    assert keeper.get(NEW, {"melding": "M26-99999"}).status_code == 404
    assert keeper.get(NEW, {"maintenance": "O26-99999"}).status_code == 404
    for name in ("melding", "maintenance"):
        assert keeper.get(NEW, {name: "\x00"}).status_code == 404


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-02:00", "gisteren", "\x00"]
)
def test_an_address_with_a_moment_of_no_use_asks_for_one(keeper: Client, mdo: Service, moment: str) -> None:
    asked = keeper.get(NEW, {"van": moment, "tot": moment, "dienst": "\x00"})
    assert asked.status_code == 200
    assert "Niet-beschikbaarheid vastleggen" in text(asked)


def test_a_dienst_that_is_no_more_is_still_read_and_corrected(
    keeper: Client, mdo: Service, machine: APIClient, agent: User
) -> None:
    row = record(Facts(mdo, june(3, "10:00"), june(3, "11:00")), by=agent, at=NOW)
    factories.ServiceFactory.create(slug="koppeling", name="Koppeling")
    Service.objects.filter(pk=mdo.pk).update(is_active=False)
    assert "Dienst MDO" not in text(keeper.get(PAGE))
    assert "99,861 %" in text(keeper.get(PAGE, {"dienst": "dienst-mdo", "maand": "2026-06"}))
    assert keeper.post(row.get_absolute_url(), form(ended_at="2026-06-03T10:30:00")).status_code == 302
    given = body(started_at="2026-06-03T08:10:00Z", ended_at="2026-06-03T08:30:00Z")
    assert machine.post(f"{RECORDED}{row.series}/correct/", given, format="json").status_code == 201


def test_the_page_of_an_alarm_does_not_ask_when_it_was_first_seen(keeper: Client, mdo: Service) -> None:
    phoned = factories.registered(service=mdo, at=june(3, "10:00"))
    asked = [
        keeper.get(one.get_absolute_url()).content.decode() for one in (phoned, alarm(mdo, june(3, "10:00")))
    ]
    assert ['name="first_seen_at"' in page for page in asked] == [True, False]
    assert all('name="affected_users"' in page for page in asked)


def test_wrong_input_keeps_what_was_typed_and_names_the_field(keeper: Client, mdo: Service) -> None:
    answer = keeper.post(
        NEW, form(ended_at="2026-06-03T09:00:00", reason="attack", started_at="2026-06-03T10:00:30")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for part in ("Het einde ligt niet na het begin", "Zeg waaruit blijkt", "2026-06-03T10:00:30", 'value="attack" selected'):  # fmt: skip
        assert part in page
    assert keeper.post(NEW, form(started_at="gisteren")).status_code == 422
    assert not Unavailability.objects.exists()


def test_in_the_hour_that_exists_twice_the_first_is_meant_unless_it_stood_there(
    keeper: Client, mdo: Service, manager: User
) -> None:
    """In Amsterdam 26 October 2025 has 02:00 to 03:00 twice, and 29 March 2026 has it not at all."""
    first, second = (
        datetime(2025, 10, 26, 0, 15, tzinfo=UTC),
        datetime(2025, 10, 26, 1, 15, 0, 250_000, tzinfo=UTC),
    )
    shown = {"started_at": "2025-10-26T02:15:00", "ended_at": "2025-10-26T02:45:00"}
    assert keeper.post(NEW, form(**shown)).status_code == 302
    typed = Unavailability.objects.get()
    assert (typed.started_at, typed.ended_at) == (first, first + 30 * MINUTE)
    missing = {"started_at": "2026-03-29T02:30:00", "ended_at": "2026-03-29T03:45:00"}
    assert keeper.post(NEW, form(**missing)).status_code == 302
    assert Unavailability.objects.latest("pk").started_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    row = record(Facts(mdo, second, second + 20 * MINUTE), by=manager, at=NOW)
    assert keeper.post(row.get_absolute_url(), form(**shown | {"ended_at": "2025-10-26T02:35:00"}, extent="partial")).status_code == 302  # fmt: skip
    corrected = Unavailability.objects.get(replaces=row)
    assert (corrected.started_at, corrected.ended_at) == (row.started_at, row.ended_at)
    later = {
        **shown,
        "started_at": "2025-10-26T02:15",
        "ended_at": "2025-10-26T04:00",
        "version": str(corrected.pk),
    }
    assert keeper.post(row.get_absolute_url(), form(**later)).status_code == 302
    last = Unavailability.objects.get(replaces=corrected)
    assert (last.started_at, last.ended_at) == (second, datetime(2025, 10, 26, 3, 0, tzinfo=UTC))


def test_who_may_not_exclude_is_not_asked_and_cannot(mdo: Service, agent: User, manager: User) -> None:
    keeper = signed_in(agent)
    assert 'name="reason"' not in keeper.get(NEW).content.decode()
    assert keeper.post(NEW, form(reason="attack", evidence="Toch")).status_code == 302
    assert Unavailability.objects.get().reason == ""
    row = record(Facts(mdo, june(5, "10:00"), june(5, "11:00"), reason="attack", evidence="Ja."), by=manager, at=NOW)  # fmt: skip
    page = keeper.get(row.get_absolute_url())
    assert "<form" not in page.content.decode().split("Wat is vastgelegd")[1].split("</main>")[0]
    assert keeper.post(row.get_absolute_url(), form()).status_code == 403
    directie = signed_in(factories.staff("management"))
    assert (directie.get(PAGE).status_code, directie.get(NEW).status_code) == (200, 403)


def test_a_correction_shows_beside_the_old_one_and_a_stale_page_is_told(
    keeper: Client, mdo: Service, agent: User
) -> None:
    row = record(Facts(mdo, june(3, "10:00"), june(3, "12:00")), by=agent, at=NOW)
    address, version = row.get_absolute_url(), {"version": str(row.pk)}
    assert keeper.post(address, {**form(), **version}).status_code == 302
    said = text(keeper.get(address))
    assert "gecorrigeerd" in said
    assert said.count("wo 3 juni 2026, 10:00:00") == 2
    late = keeper.post(address, {**form(ended_at="2026-06-03T10:30:00"), **version})
    assert late.status_code == 409
    assert "intussen gecorrigeerd door Marieke van Dalen" in text(late)
    assert "2026-06-03T10:30:00" in late.content.decode()


# --- The API


@pytest.fixture
def machine(mdo: Service) -> APIClient:
    return client_of(factories.token(ApiToken.Scope.AGENT))


def test_the_figure_in_the_api(machine: APIClient, mdo: Service) -> None:
    melding = alarm(mdo, june(3, "10:00"))
    back(melding, june(3, "10:00") + 90 * MINUTE)
    answer = machine.get(API, {"service": "dienst-mdo", "month": "2026-06"}).json()
    (stretch,) = answer.pop("stretches")
    assert answer == {
        "start": "2026-06-01T00:00:00+02:00", "end": "2026-07-01T00:00:00+02:00", "whole": 43200.0, "counted": 90.0, "excluded": 0.0,
        "percent": "99.7916", "promised": "99.7000", "kept": True, "room": 39.6,
    }  # fmt: skip
    assert (stretch["number"], stretch["minutes"], stretch["counted"], stretch["reason"]) == (
        melding.number,
        90.0,
        True,
        None,
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"month": "2026-06"}, "service"), ({"service": "dienst-mdo", "month": "juni"}, "month"),
     ({"service": "dienst-mdo", "month": "9999-12"}, "month"),
     ({"service": "dienst-mdo", "month": "2026-06", "maand": "x"}, "maand"), ({"service": "\x00", "month": "2026-06"}, "service"),
     ({"service": "dienst-mdo", "month": "2026-08"}, "month")],
)  # fmt: skip
def test_the_api_names_what_is_wrong(machine: APIClient, asked: dict[str, str], field: str) -> None:
    answer = machine.get(API, asked)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_figure_is_rounded_down(machine: APIClient, mdo: Service) -> None:
    """Of June 7,776 seconds may be lost."""
    melding = alarm(mdo, june(3, "10:00"))
    back(melding, june(3, "10:00") + timedelta(seconds=7777))
    answer = machine.get(API, {"service": "dienst-mdo", "month": "2026-06"}).json()
    assert (answer["percent"], answer["kept"]) == ("99.6999", False)


def test_nonsense_in_a_filter_is_named(machine: APIClient, mdo: Service) -> None:
    answer = machine.get(RECORDED, {"service": "\x00", "melding": "\x00"})
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 2)


def body(**given: Any) -> dict[str, Any]:
    return {"service": "dienst-mdo", "started_at": "2026-06-03T08:00:00Z", **given}


def test_a_machine_records_that_it_began_and_later_that_it_ended(machine: APIClient, mdo: Service) -> None:
    key: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": "storing-7"}
    first = machine.post(RECORDED, body(), format="json", **key)
    assert (first.status_code, first.json()["ended_at"]) == (201, None)
    again = machine.post(RECORDED, body(), format="json", **key)
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    address = first["Location"]
    ended = machine.post(f"{address}correct/", body(ended_at="2026-06-03T08:30:00Z"), format="json")
    assert ended.status_code == 201
    assert machine.get(address).json()["ended_at"] == "2026-06-03T10:30:00+02:00"
    listed = machine.get(RECORDED, {"service": "dienst-mdo"}).json()["results"]
    assert [one["series"] for one in listed] == [first.json()["series"]]
    assert Unavailability.objects.count() == 2


def test_a_machine_corrects_what_it_saw(machine: APIClient, mdo: Service, agent: User) -> None:
    first = machine.post(RECORDED, body(), format="json")
    address, seen = first["Location"], first["ETag"]
    assert (machine.get(address)["ETag"], first.json()["version"]) == (seen, int(seen.strip('"')))
    ended = body(ended_at="2026-06-03T08:30:00Z")
    second = machine.post(f"{address}correct/", ended, format="json", HTTP_IF_MATCH=seen)
    assert (second.status_code, second["ETag"] != seen) == (201, True)
    for tag in (seen, 'W/"x"'):
        late = machine.post(f"{address}correct/", body(), format="json", HTTP_IF_MATCH=tag)
        assert (late.status_code, late.json()["code"]) == (412, "stale")
        assert "Dit is intussen gecorrigeerd door" in late.json()["detail"]
        assert late.json()["meanwhile"][-1]["version"] == second.json()["version"]
    assert [event["verb"] for event in late.json()["meanwhile"]] == ["record", "correct"]
    assert machine.post(f"{address}correct/", ended, format="json", HTTP_IF_MATCH="*").status_code == 201


def test_what_a_machine_may_not_say(machine: APIClient, mdo: Service) -> None:
    refused = machine.post(RECORDED, body(reason="attack", evidence="Gezien."), format="json")
    assert refused.status_code == 403
    both = body(melding=alarm(mdo, june(3, "10:00")).number, maintenance=worked(mdo, june(16, "20:00"), 60, 60).number)  # fmt: skip
    assert machine.post(RECORDED, both, format="json").status_code == 400
    assert machine.post(RECORDED, body(started_at="2026-06-03T08:00:00"), format="json").status_code == 400
    reader = client_of(factories.token(ApiToken.Scope.READ))
    assert reader.get(RECORDED).status_code == 200
    assert reader.post(RECORDED, body(), format="json").status_code == 403
    assert not Unavailability.objects.exists()


def test_beheer_shows_what_was_recorded_and_changes_nothing(mdo: Service, agent: User) -> None:
    row = record(Facts(mdo, june(3, "10:00"), june(3, "12:00")), by=agent, at=NOW)
    keeper = signed_in(factories.staff("administrator"))
    assert "Dienst MDO" in text(keeper.get("/beheer/reports/unavailability/"))
    assert keeper.get(f"/beheer/reports/unavailability/{row.pk}/change/").status_code == 200
    assert keeper.post(f"/beheer/reports/unavailability/{row.pk}/change/", {"extent": "none"}).status_code == 403  # fmt: skip
