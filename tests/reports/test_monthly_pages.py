"""Reports where people and machines meet them: staff's pages, the portal, the API and Beheer (SLA 13)."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from desk.models import ApiToken
from incidents import actions as incidents
from reports.models import Backup, ServiceLevelReport
from reports.monthly import correcting, queries
from reports.monthly.tables import as_json
from tests import factories
from tests.pages.conftest import signed_in
from tests.reports.monthly import NOW, June, at

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def june(db: None) -> Iterator[June]:
    with time_machine.travel(LATER, tick=False):
        made = June()
        made.month()
        yield made


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def bearer(user: Any = None, scope: str = ApiToken.Scope.AGENT) -> dict[str, str]:
    return {"Authorization": f"Token {factories.token(scope, user)}"}


def test_from_the_empty_list_to_a_published_report(june: June) -> None:
    fatma, marieke = signed_in(june.fatma), signed_in(june.marieke)
    assert "Nog geen rapport" in text(fatma.get("/rapportage/"))
    made = fatma.post("/rapportage/maken/", {"month": "2026-06", "service": june.service.pk}, follow=True)
    report = ServiceLevelReport.objects.get()
    assert f"{report.number} is opgesteld." in text(made)
    page = f"/rapportage/{report.number}/"
    fatma.post(f"{page}do/review/", {"version": report.version})
    assert "Daarom publiceert een ander het." in text(fatma.get(page))
    assert "do/publish/" not in text(fatma.get(page))
    report.refresh_from_db()
    marieke.post(f"{page}do/publish/", {"version": report.version})
    report.refresh_from_db()
    assert report.state == "published"
    assert report.sha256 in text(marieke.get(page))
    assert report.number in text(marieke.get("/rapportage/?month=2026-06&state=published&service=dienst-mdo"))
    assert "Geen rapport gevonden" in text(marieke.get("/rapportage/?state=draft"))
    assert report.number in text(marieke.get("/rapportage/?month=onzin"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"month": "mei"}, "Kies een maand, zoals 2026-05."),
        ({"month": "2026-07"}, "Deze maand is nog niet voorbij."),
        ({"month": "9999-12"}, "Kies een maand, zoals 2026-05."),
        ({"month": "1999-12"}, "Er zijn rapporten over maanden vanaf januari 2000."),
    ],
)
def test_a_wrong_month_is_named_and_kept(june: June, given: dict[str, str], words: str) -> None:
    answer = signed_in(june.fatma).post("/rapportage/maken/", {"service": june.service.pk, **given})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f'value="{given["month"]}"' in answer.content.decode()


def test_the_last_months_of_who_left_can_be_told(june: June) -> None:
    for gone in (june.service, june.contractant):
        type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    given = {"month": "2026-06", "service": june.service.pk, "contractant": june.contractant.pk}
    assert signed_in(june.fatma).post("/rapportage/maken/", given).status_code == 302
    assert ServiceLevelReport.objects.get().contractant == june.contractant


def test_who_may_not_make_one_does_not_see_how(june: June) -> None:
    desk = signed_in(june.agent)
    assert "Rapport opstellen" not in text(desk.get("/rapportage/"))
    assert (
        desk.post("/rapportage/maken/", {"month": "2026-06", "service": june.service.pk}).status_code == 403
    )


def test_opening_a_draft_shows_the_figures_of_now(june: June) -> None:
    report = june.report(now=NOW)
    june.away(at(25, "10:00"), 30)
    signed_in(june.fatma).get(f"/rapportage/{report.number}/")
    report.refresh_from_db()
    assert report.data["availability"]["counted"] == 150


def test_the_json_is_byte_for_byte_what_the_digest_is_over(june: June) -> None:
    report = june.published(june.contractant)
    answers = [
        signed_in(june.agent).get(f"/rapportage/{report.number}/rapport.json"),
        signed_in(june.noor.user).get(f"/portaal/rapporten/{report.number}/rapport.json"),
    ]
    for answer in answers:
        assert hashlib.sha256(answer.content).hexdigest() == report.sha256
        assert f"2026-06-dienst-mdo-{report.number}.json" in answer["Content-Disposition"]
    assert signed_in(june.agent).get(f"/rapportage/{report.number}/rapport.exe").status_code == 404


def test_page_pdf_and_csv_say_what_was_worked_out_by_hand(june: June) -> None:
    """Ready when 1: 99,72 % available with 120 minutes that count, and half of the P2 late (`test_monthly_figures`)."""
    report = june.published()
    desk = signed_in(june.agent)
    page, table = (
        text(desk.get(f"/rapportage/{report.number}/")),
        text(desk.get(f"/rapportage/{report.number}/rapport.csv")),
    )
    paper = desk.get(f"/rapportage/{report.number}/rapport.pdf").content
    printed = " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(paper)).pages).split())
    for shown in ("99,72", "66,66", "50,00"):
        assert shown in page
        assert shown in table
        assert shown in printed
    assert "120 minuten" in printed


def test_a_contact_reads_the_published_ones_of_the_own_contractant_alone(june: June) -> None:
    own, draft, theirs = (
        june.published(june.contractant),
        june.report(),
        june.published(june.other.contractant),
    )
    portal = signed_in(june.noor.user)
    listed = text(portal.get("/portaal/rapporten/"))
    assert own.number in listed
    assert theirs.number not in listed
    assert "Alles ligt stil" in text(portal.get(f"/portaal/rapporten/{own.number}/"))
    for other in (draft.number, theirs.number, "V26-99999"):
        assert portal.get(f"/portaal/rapporten/{other}/").status_code == 404
        assert portal.get(f"/portaal/rapporten/{other}/rapport.json").status_code == 404
        assert portal.get(f"/api/v1/reports/{other}/").status_code == 404
    assert "Nog geen rapport" in text(signed_in(factories.contact().user).get("/portaal/rapporten/"))


def test_the_api_gives_the_data_with_its_digest_and_the_steps(june: June, client: Client) -> None:
    report = june.report()
    token = bearer(june.fatma)
    one = f"/api/v1/reports/{report.number}/"
    assert client.get(one, headers=token).json()["transitions"] == ["review", "rebuild", "note"]
    assert client.post(f"{one}review/", {}, content_type="application/json", headers=token).status_code == 200
    refused = client.post(f"{one}publish/", {}, content_type="application/json", headers=token)
    assert refused.status_code == 403
    published = client.post(
        f"{one}publish/", {}, content_type="application/json", headers=bearer(june.marieke)
    ).json()
    assert (published["state"], published["intact"], published["month"]) == ("published", True, "2026-06")
    assert hashlib.sha256(as_json(published["data"])).hexdigest() == published["sha256"]
    (row,) = client.get("/api/v1/reports/?month=2026-06&state=published", headers=token).json()["results"]
    assert row["number"] == report.number
    assert client.get("/api/v1/reports/?state=draft", headers=token).json()["results"] == []


def test_corrections_stand_beside_the_report_on_page_and_in_the_api(june: June, client: Client) -> None:
    report = june.published()
    june.away(at(25, "10:00"), 30)
    correcting.find(report, LATER)
    assert "Beschikbaarheid: minuten die meetellen" in text(
        signed_in(june.fatma).get(f"/rapportage/{report.number}/")
    )
    told = client.get(f"/api/v1/reports/{report.number}/", headers=bearer(june.fatma)).json()["corrections"]
    (counted,) = [one for one in told if one["what"] == "Beschikbaarheid: minuten die meetellen"]
    assert (counted["was"], counted["becomes"]) == ("120", "150")


def test_a_backup_is_recorded_by_the_machine_that_made_it_and_once(june: June, client: Client) -> None:
    """SLA 7.6, art. 2.13: with the scope of monitoring; sent twice, also with a key, it is there once."""
    body = {
        "service": "dienst-mdo",
        "kind": "differential_day",
        "at": "2026-06-16T01:00:00Z",
        "outcome": "succeeded",
        "size": 10**12,
    }
    token = bearer(scope=ApiToken.Scope.MONITORING)

    def send(given: dict[str, Any] | None = None, headers: dict[str, str] = {}) -> Any:  # noqa: B006
        return client.post(
            "/api/v1/monitoring/backups/",
            given or body,
            content_type="application/json",
            headers={**token, **headers},
        )

    assert [send().status_code, send().status_code] == [201, 200]
    other = {**body, "at": "2026-06-17T01:00:00+00:00"}
    keyed = [send(other, headers={"Idempotency-Key": "nacht-17"}).status_code for _twice in range(2)]
    assert keyed == [201, 201]
    assert Backup.objects.count() == 2
    for wrong in ({"kind": "hourly"}, {"service": "onbekend"}, {"at": "2027-01-01T00:00:00Z"}, {"size": -1}):
        assert send({**body, **wrong}).status_code == 400
    assert client.post("/api/v1/monitoring/backups/", body, content_type="application/json",
                       headers=bearer(scope=ApiToken.Scope.READ)).status_code == 403  # fmt: skip


def test_beheer_shows_reports_with_their_steps_and_keeps_recovery_tests(june: June) -> None:
    """SLA 7.5, 7.6: what was measured of a recovery, with whom, and where the evidence is."""
    beheer = signed_in(june.marieke)
    report = june.report()
    assert "Beoordelen" in text(beheer.get(f"/beheer/reports/servicelevelreport/{report.pk}/change/"))
    given = {"service": june.service.pk, "on": "2026-03-18", "outcome": "succeeded", "contractants": [june.contractant.pk],
             "rpo_hours": "6.5", "rto_hours": "11", "evidence": "Draaiboek R-12, ondertekend door beide partijen."}  # fmt: skip
    answer = beheer.post("/beheer/reports/recoverytest/add/", given, follow=True)
    assert "Draaiboek" not in text(answer)
    assert june.service.recovery_tests.get().contractants.get() == june.contractant
    for page in ("backup", "correction"):
        assert beheer.get(f"/beheer/reports/{page}/").status_code == 200


LISTS = ["/rapportage/", "/portaal/rapporten/", "/api/v1/reports/", "/beheer/reports/servicelevelreport/"]


def test_a_page_asks_few_queries_however_many_reports_and_corrections_there_are(june: June) -> None:
    waiting = june.handled(at(26, "10:00"), at(26, "11:00"), None, priority=2)
    report = june.published(june.contractant)
    pages = [*LISTS, f"/rapportage/{report.number}/", f"/portaal/rapporten/{report.number}/"]
    desk, portal = signed_in(june.marieke), signed_in(june.noor.user)

    def asked(page: str) -> list[str]:
        browser = portal if page.startswith("/portaal") else desk
        with CaptureQueriesContext(connection) as found:
            assert browser.get(page).status_code == 200
        return [query["sql"] for query in found]

    for page in pages:  # what is asked once a process
        asked(page)
    few = {page: asked(page) for page in pages}
    more_of(report, 4)
    incidents.cancel(waiting, by=june.agent, at=LATER, reason="Toch niet.")
    june.away(at(25, "10:00"), 30)
    correcting.find(report, LATER)
    assert any(told["reason"] for told in queries.corrections(report))
    many = {page: asked(page) for page in pages}
    assert {page: len(found) for page, found in many.items()} == {
        page: len(found) for page, found in few.items()
    }
    assert all(len(found) <= 15 for found in many.values())
    assert not [
        query for page in LISTS for query in many[page] if '"reports_servicelevelreport"."data"' in query
    ]


def more_of(report: ServiceLevelReport, months: int) -> None:
    """The same for the months before."""
    kept = {
        one.attname: getattr(report, one.attname)
        for one in report._meta.concrete_fields
        if one.attname != "id"
    }
    ServiceLevelReport.objects.bulk_create(
        ServiceLevelReport(**{**kept, "number": f"V25-{n:05}", "month": report.of_month.shifted(-n).first})
        for n in range(1, months + 1)
    )  # fmt: skip


def test_a_long_list_is_read_page_by_page(june: June) -> None:
    more_of(june.published(), 52)
    browser, address, seen = signed_in(june.fatma), "/rapportage/", []
    while address:
        shown = text(browser.get(address))
        seen += re.findall(r'<tr id="(V\d\d-\d+)"', shown)
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        address = unescape(following[1]) if following else ""
    assert len(seen) == len(set(seen)) == 53
