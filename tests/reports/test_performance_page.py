"""What staff see of performance, and what managers agree on (SLA 7.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from desk.door import Invalid, NotAllowed
from desk.models import Event
from desk.permissions import STAFF, Role
from domain.months import Month
from reports.models import Baseline, MeasurementTarget, PerformanceLimit, PerformanceRule, SlowAction
from reports.performance import figures, pages
from reports.performance.agreeing import agree
from reports.performance.judging import judge
from reports.performance.shipped import ship
from tests import factories
from tests.reports.performance import MINUTE, NOW, OPEN, SEARCH, measure, service

pytestmark = pytest.mark.django_db
PAGE = "/rapportage/prestaties/"
ADMIN = "/beheer/reports"
TODAY = date(2026, 6, 18)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    factories.load_policies()
    ship(PerformanceLimit, PerformanceRule)
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def of(client: Client, role: str = Role.SERVICE_LEVEL_MANAGER) -> Client:
    client.force_login(factories.staff(role))
    return client


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_month_of_a_dienst(client: Client) -> None:
    measure(0.4, 0.5, 11.5, 12, 13)
    measure(0.8, action=SEARCH, at=NOW - timedelta(days=2))
    judge(NOW)
    answer = of(client).get(PAGE)
    seen = text(answer)
    assert "3 van 6 metingen duurden langer dan 10 seconden." in seen
    half = pages.seconds(figures.of_month(service(), Month(2026, 6), NOW)[0].p50)
    assert f"dossier openen 5 {half} 13 13 13 – 3 –" in seen
    assert "zoeken 1 0,80 0,80 0,80 0,80 – 0 –" in seen
    assert "Cijfers, met één dag boven de grens" in seen
    assert answer.content.count(b'<svg class="chart"') == 2
    (alert,) = figures.alerts_of_month(service(), Month(2026, 6), NOW)
    assert f"boven de grens 3 13 {alert.number}" in seen
    assert f'href="/meldingen/{alert.number}/"' in answer.content.decode()


def test_a_month_without_any_too_slow(client: Client) -> None:
    measure(0.4)
    agree(_baseline(), by=factories.staff(Role.PRODUCT_MANAGER), at=NOW)
    seen = text(of(client).get(PAGE, {"month": "2026-06", "service": "dienst-mdo"}))
    assert "Geen enkele meting kwam boven de 10 seconden." in seen
    assert "dossier openen 1 0,40 0,40 0,40 0,40 0,30 0 0" in seen
    assert "Geen regel ging af" in seen


def test_a_month_without_measurements_says_how_to_send_them(client: Client) -> None:
    service()
    seen = text(of(client).get(PAGE, {"month": "2026-05"}))
    assert "In deze maand is niets gemeten" in seen
    assert "POST /api/v1/monitoring/measurements/" in seen
    assert '"service": "dienst-mdo"' in seen.replace("&quot;", '"')


def test_a_desk_without_a_dienst_says_what_is_missing(client: Client) -> None:
    assert "Nog geen Dienst om te meten" in text(of(client).get(PAGE))


@pytest.mark.parametrize(
    "query", [{"month": "juni"}, {"month": "2099-01"}, {"service": "nergens"}, {"month": "\x00"}]
)
def test_nonsense_shows_this_month_of_what_was_measured(client: Client, query: dict[str, str]) -> None:
    factories.ServiceFactory.create(slug="alles")
    measure(0.4)
    seen = text(of(client).get(PAGE, query))
    assert "dossier openen 1 0,40" in seen


def test_the_page_takes_few_queries_however_much_was_measured(client: Client) -> None:
    for n in range(15):
        measure(0.3, 11, at=NOW - n * timedelta(days=1), action=f"actie {n}")
    of(client).get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(PAGE).content.count(b'<svg class="chart"') == 12
    assert len(asked) <= 15, [one["sql"] for one in asked]


def test_it_is_for_staff(client: Client) -> None:
    measure(0.4)
    client.force_login(factories.contact().user)
    assert client.get(PAGE).status_code == 403


# --- What was agreed


def _baseline(**fields: Any) -> Baseline:
    given = {
        "action": OPEN,
        "seconds": 0.3,
        "starts_on": TODAY,
        "agreed_on": TODAY,
        "agreed_with": "MDO-raad",
    }
    return Baseline(service=service(), **{**given, **fields})


def test_sla_7_7_the_parties_agree_on_a_baseline_and_a_new_version_takes_over() -> None:
    manager = factories.staff(Role.SERVICE_LEVEL_MANAGER)
    first = agree(_baseline(), by=manager, at=NOW)
    agree(_baseline(seconds=0.5, starts_on=TODAY + timedelta(days=4)), by=manager, at=NOW)
    held = [figures.baselines(service(), TODAY + timedelta(days=n)) for n in (-1, 0, 3, 4)]
    assert held == [{}, {OPEN: 0.3}, {OPEN: 0.3}, {OPEN: 0.5}]
    event = Event.objects.get(case_type="baseline", case_id=first.pk)
    assert (event.verb, event.actor, event.at) == ("agree", manager, NOW)
    assert event.data == {"seconds": 0.3, "starts_on": "2026-06-18", "agreed_on": "2026-06-18"}


def test_an_agreement_does_not_change_nor_reach_back() -> None:
    manager = factories.staff(Role.ADMINISTRATOR)
    kept = agree(_baseline(), by=manager, at=NOW)
    for wrong, field in (
        (kept, ""), (_baseline(starts_on=TODAY - timedelta(days=1)), "starts_on"),
        (_baseline(starts_on=TODAY + timedelta(days=1), agreed_on=TODAY + timedelta(days=1)), "agreed_on"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            agree(wrong, by=manager, at=NOW)
        assert set(refused.value.errors) == {field}
    assert Baseline.objects.count() == 1


@pytest.mark.parametrize("role", sorted(STAFF | {Role.CONTACT, Role.MACHINE}))
def test_managers_agree_and_nobody_else(role: str) -> None:
    by = factories.contact().user if role == Role.CONTACT else factories.staff(role)
    if role in {Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR}:
        assert agree(_baseline(), by=by, at=NOW).made_by == by
    else:
        with pytest.raises(NotAllowed):
            agree(_baseline(), by=by, at=NOW)


def test_the_shipped_limit_is_that_of_the_sla_and_another_can_be_agreed() -> None:
    """SLA 7.7: 10 seconds, and 10 times the baseline."""
    shipped = PerformanceLimit.objects.get()
    assert (shipped.seconds, shipped.times_baseline, shipped.agreed_with) == (10, 10, "SLA 7.7")
    tomorrow = TODAY + timedelta(days=1)
    agree(
        PerformanceLimit(seconds=5, times_baseline=8, starts_on=tomorrow, agreed_on=TODAY, agreed_with="MDO-raad"),
        by=factories.staff(Role.ADMINISTRATOR), at=NOW,
    )  # fmt: skip
    measure(7)
    measure(6, at=NOW + timedelta(days=1))
    assert [one.seconds for one in SlowAction.objects.all()] == [6]


def test_managers_add_a_baseline_in_beheer_and_cannot_edit_it(client: Client) -> None:
    of(client, Role.PRODUCT_MANAGER)
    given = {"service": service().pk, "action": " dossier  openen", "seconds": "0.3", "agreed_with": "MDO-raad",
             "starts_on": "2026-06-17", "agreed_on": "2026-06-18"}  # fmt: skip
    refused = client.post(f"{ADMIN}/baseline/add/", given)
    assert "Wat gemeten is, is al beoordeeld" in text(refused)
    assert "MDO-raad" in refused.content.decode()
    assert client.post(f"{ADMIN}/baseline/add/", {**given, "starts_on": "2026-06-18"}).status_code == 302
    kept = Baseline.objects.get()
    assert kept.action == OPEN
    assert kept.made_by is not None
    assert kept.made_by.role == Role.PRODUCT_MANAGER
    assert client.post(f"{ADMIN}/baseline/{kept.pk}/change/", {**given, "seconds": "9"}).status_code == 403
    assert client.post(f"{ADMIN}/baseline/{kept.pk}/delete/", {"post": "yes"}).status_code == 403
    twice = client.post(f"{ADMIN}/baseline/add/", {**given, "starts_on": "2026-06-18"})
    assert twice.status_code == 200
    assert Baseline.objects.count() == 1


def test_support_adds_nothing_in_beheer(client: Client) -> None:
    of(client, Role.SUPPORT)
    assert client.get(f"{ADMIN}/baseline/add/").status_code == 403
    assert client.get(f"{ADMIN}/performancerule/add/").status_code == 403
    assert client.get(f"{ADMIN}/performancerule/").status_code == 200


def test_rules_and_exporters_are_kept_in_beheer(client: Client) -> None:
    of(client, Role.ADMINISTRATOR)
    rule = PerformanceRule.objects.get(alert="limit")
    given = {"name": rule.name, "alert": "limit", "service": "", "actions": "", "count": "5", "minutes": "20",
             "severity": "error", "quiet_minutes": "30", "is_active": "on"}  # fmt: skip
    assert client.post(f"{ADMIN}/performancerule/{rule.pk}/change/", given).status_code == 302
    rule.refresh_from_db()
    assert (rule.count, rule.severity) == (5, "error")
    target: dict[str, Any] = {"name": "blackbox", "url": "http://blackbox:9115/probe?target=mdo", "service": service().pk,
              "metric": "probe_duration_seconds", "is_active": "on"}  # fmt: skip
    assert "Geef de actie, of het label waarin ze staat." in text(
        client.post(f"{ADMIN}/measurementtarget/add/", target)
    )
    given = {**target, "action": "dossier  openen"}
    assert "Dit is geen http(s)-adres." in text(
        client.post(f"{ADMIN}/measurementtarget/add/", {**given, "url": "ftp://x"})
    )
    assert client.post(f"{ADMIN}/measurementtarget/add/", given).status_code == 302
    assert MeasurementTarget.objects.get().action == OPEN


def test_what_came_of_it_can_be_looked_at_in_beheer(client: Client) -> None:
    measure(11, 12, 13)
    judge(NOW + MINUTE)
    of(client, Role.MANAGEMENT)
    for name in ("slowaction", "performancealert", "baseline", "performancelimit", "measurementtarget"):
        assert client.get(f"{ADMIN}/{name}/").status_code == 200
