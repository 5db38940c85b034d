"""Measurements in by the API: none lost, none doubled, and a wrong one costs no other (SLA 7.7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from contractants.models import ServiceMatch
from desk.models import ApiToken
from domain.months import Month
from domain.percentiles import counted
from reports.models import Baseline, Histogram, MeasurementBatch, SlowAction
from reports.performance import figures, storing
from reports.performance.storing import KEYS_KEPT, MOST_ACTIONS, store, take
from tests import factories
from tests.api.conftest import client_of
from tests.reports.performance import MEASUREMENTS, MINUTE, NOW, OPEN, SEARCH, measure, row, service

pytestmark = pytest.mark.django_db
JUNE = Month(2026, 6)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def monitor(db: None, clock: time_machine.Traveller) -> APIClient:
    service()
    return client_of(factories.token(ApiToken.Scope.MONITORING))


def send(client: APIClient, *rows: Any, batch: str = "een") -> Any:
    body = json.dumps({"batch": batch, "measurements": rows})
    return client.post(MEASUREMENTS, body, content_type="application/json")


def test_sla_7_7_what_is_measured_is_counted_per_action_and_day(monitor: APIClient) -> None:
    answer = send(monitor, row(seconds=0.4), row(seconds=12), row(action=SEARCH, count=3))
    assert answer.status_code == 200
    assert answer.json() == {"batch": "een", "stored": 3, "refused": 0, "errors": []}
    opened, searched = Histogram.objects.order_by("action")
    assert (opened.action, opened.day, opened.counts) == (OPEN, date(2026, 6, 18), counted([0.4, 12]))
    assert (opened.longest, opened.over_limit, sum(searched.counts)) == (12, 1, 3)
    (slow,) = SlowAction.objects.all()
    assert (slow.seconds, slow.at, slow.over_limit, slow.over_baseline) == (12, NOW, True, False)


def test_the_day_is_that_of_amsterdam(monitor: APIClient) -> None:
    send(monitor, row(at="2026-06-17T21:59:59Z"), row(at="2026-06-17T22:00:00Z"))
    assert sorted(Histogram.objects.values_list("day", flat=True)) == [date(2026, 6, 17), date(2026, 6, 18)]


def test_the_same_batch_again_counts_once_and_gets_the_same_answer(monitor: APIClient) -> None:
    first, again = send(monitor, row(), row(seconds=-1)), send(monitor, row(), row(seconds=-1))
    assert first.json() == again.json()
    assert sum(Histogram.objects.get().counts) == 1
    other = client_of(factories.token(ApiToken.Scope.MONITORING, user=factories.machine(name="Andere bron")))
    assert send(other, row()).json()["stored"] == 1
    assert sum(Histogram.objects.get().counts) == 2


def test_what_seems_a_bsn_is_masked(monitor: APIClient) -> None:
    """SLA 9.4: in the name of an action, and in that of a batch, which still counts once."""
    for _time in range(2):
        answer = send(monitor, row(action="Open patiënt 111222333"), batch="van 111222333").json()
        assert answer["stored"] == 1
    stored = Histogram.objects.get()
    assert stored.action.startswith("Open patiënt [BSN afgeschermd ")
    assert sum(stored.counts) == 1
    assert "111222333" not in str(answer) + str(MeasurementBatch.objects.values())


def test_a_key_with_other_rows_is_refused(monitor: APIClient) -> None:
    send(monitor, row())
    answer = send(monitor, row(), row())
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["field"] == "batch"
    assert sum(Histogram.objects.get().counts) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"seconds": float("nan")}, "seconds"), ({"seconds": -0.1}, "seconds"), ({"seconds": float("inf")}, "seconds"),
        ({"seconds": "0.5"}, "seconds"), ({"seconds": True}, "seconds"), ({"seconds": 86_401}, "seconds"),
        ({"seconds": None}, "seconds"), ({"at": "2026-06-18T08:17:00Z"}, "at"), ({"at": "2026-06-11T08:10:00Z"}, "at"),
        ({"at": "2026-06-18T08:11:00"}, "at"), ({"at": 5}, "at"), ({"service": "onbekend"}, "service"),
        ({"service": {}}, "service"), ({"service": "\x00"}, "service"), ({"action": " "}, "action"),
        ({"action": "x" * 81}, "action"), ({"action": 7}, "action"), ({"count": 0}, "count"), ({"count": 1.5}, "count"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_and_costs_no_other(
    monitor: APIClient, wrong: dict[str, Any], field: str
) -> None:
    answer = send(monitor, row(), row(**wrong), row()).json()
    assert (answer["stored"], answer["refused"]) == (2, 1)
    (error,) = answer["errors"]
    assert (error["index"], error["field"]) == (1, field)
    assert error["detail"]
    assert sum(Histogram.objects.get().counts) == 2


def test_what_is_no_row_at_all_is_named_too(monitor: APIClient) -> None:
    answer = send(monitor, 3, row(), None, [], "\ud800").json()
    assert (answer["stored"], [one["index"] for one in answer["errors"]]) == (1, [0, 2, 3, 4])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"geen json", 400), (b"[]", 400), (b'{"batch": "x"}', 400), (b'{"batch": "x", "measurements": []}', 400),
        (json.dumps({"measurements": [row()]}).encode(), 400),
        (json.dumps({"batch": "x" * 101, "measurements": [row()]}).encode(), 400),
        (json.dumps({"batch": "x", "measurements": [1] * 10_001}).encode(), 413),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_is_no_batch_is_refused_whole(monitor: APIClient, body: bytes, status: int) -> None:
    answer = monitor.post(MEASUREMENTS, body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert not MeasurementBatch.objects.exists()


def test_the_dienst_is_found_as_for_alarms(monitor: APIClient) -> None:
    link = factories.ServiceFactory.create(slug="koppeling")
    ServiceMatch.objects.create(field="source", value="mdo.zorg.example", service=service())
    ServiceMatch.objects.create(field="component", value="mdo.zorg.example", service=link)
    ServiceMatch.objects.create(field="source", value="mdo2", service=service())
    send(monitor, row(service="mdo.zorg.example"), row(service="mdo2"))
    assert sorted(Histogram.objects.values_list("service__slug", flat=True)) == ["dienst-mdo", "koppeling"]


def test_only_tokens_for_monitoring_come_in_and_they_are_not_throttled(
    monitor: APIClient, settings: Any
) -> None:
    assert send(client_of(factories.token(ApiToken.Scope.READ)), row()).status_code == 403
    assert send(APIClient(), row()).status_code == 401
    assert {send(monitor, row(), batch=str(n)).status_code for n in range(30)} == {200}


def test_an_action_with_numbers_in_it_does_not_fill_the_desk(monitor: APIClient) -> None:
    answer = send(monitor, *(row(action=f"dossier {n}") for n in range(MOST_ACTIONS + 2))).json()
    assert (answer["stored"], [one["index"] for one in answer["errors"]]) == (200, [200, 201])
    answer = send(monitor, row(action="dossier 3"), row(action="nog een"), batch="twee").json()
    assert (answer["stored"], [one["index"] for one in answer["errors"]]) == (1, [1])


def test_each_is_judged_by_the_agreements_of_its_own_day(monitor: APIClient) -> None:
    for seconds, day in ((1, date(2026, 6, 1)), (0.05, date(2026, 6, 18)), (0.001, date(2026, 6, 19))):
        Baseline.objects.create(
            service=service(), action=OPEN, seconds=seconds, starts_on=day, agreed_on=day, agreed_with="Merenland",
            made_at=NOW,
        )  # fmt: skip
    send(monitor, row(seconds=0.6, at="2026-06-17T09:00:00Z"), row(seconds=0.6), row(seconds=0.5))
    (slow,) = SlowAction.objects.all()
    assert (slow.at, slow.baseline, slow.over_baseline, slow.over_limit) == (NOW, 0.05, True, False)
    (line,) = figures.of_month(service(), JUNE, NOW)
    assert (line.count, line.over_baseline, line.over_limit, line.baseline) == (3, 1, 0, 0.05)


def test_ten_thousand_in_one_batch_take_a_handful_of_queries(monitor: APIClient) -> None:
    rows = [row(seconds=n / 900, action=f"actie {n % 10}") for n in range(10_000)]
    body = json.dumps({"batch": "groot", "measurements": rows})
    with CaptureQueriesContext(connection) as asked:
        answer = monitor.post(MEASUREMENTS, body, content_type="application/json")
    assert answer.json()["stored"] == 10_000
    assert sum(sum(counts) for counts in Histogram.objects.values_list("counts", flat=True)) == 10_000
    assert SlowAction.objects.count() == sum(one["seconds"] > 10 for one in rows)
    queries = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(queries) <= 14, queries


@pytest.mark.django_db(transaction=True)
def test_what_arrives_at_once_adds_up() -> None:
    """Batches with their rows in opposite order, which would wait for each other for ever if rows were locked as they come."""
    service()
    source = factories.machine()

    def give(n: int) -> int:
        try:
            names = [OPEN, SEARCH] if n % 2 else [SEARCH, OPEN]
            rows = [row(action=name, seconds=0.2 + n) for name in names for _ in range(5)]
            stored: int = take(f"batch {n}", rows, by=source, at=NOW)["stored"]
            return stored
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(give, range(16))) == [10] * 16
    assert [(sum(one.counts), one.longest) for one in Histogram.objects.all()] == [(80, 15.2)] * 2


@pytest.mark.django_db(transaction=True)
def test_one_batch_sent_by_many_at_once_counts_once() -> None:
    service()
    source = factories.machine()

    def give(_n: int) -> dict[str, Any]:
        try:
            return take("dezelfde", [row(), row(seconds=11)], by=source, at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(give, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert (sum(Histogram.objects.get().counts), SlowAction.objects.count()) == (2, 1)


def test_keys_are_kept_for_a_time() -> None:
    machine = factories.machine()
    for n, at in enumerate((NOW - KEYS_KEPT - MINUTE, NOW - KEYS_KEPT + MINUTE)):
        take(str(n), [row(at=at.isoformat())], by=machine, at=at)
    storing.forget(NOW)
    assert list(MeasurementBatch.objects.values_list("key", flat=True)) == ["1"]


def test_a_batch_whose_key_was_forgotten_is_too_old_to_count_again() -> None:
    """So that a spool that stood still for weeks doubles nothing."""
    machine, rows = factories.machine(), [row(at=(NOW + 4 * MINUTE).isoformat())]
    service()
    assert take("lang", rows, by=machine, at=NOW)["stored"] == 1
    later = NOW + KEYS_KEPT + MINUTE
    storing.forget(later)
    assert take("lang", rows, by=machine, at=later)["stored"] == 0


# --- What it says


def test_figures_of_a_month_and_its_days() -> None:
    measure(*(n / 100 for n in range(1, 101)), at=NOW)
    measure(20, at=NOW + timedelta(days=1))
    measure(99, at=NOW - timedelta(days=18, hours=11))  # 31 May
    (line,) = figures.of_month(service(), JUNE, NOW + timedelta(days=1))
    assert (line.action, line.count, line.max, line.over_limit, line.baseline) == (OPEN, 101, 20, 1, None)
    assert (line.p50, line.p95, line.p99) == pytest.approx((0.51, 0.96, 1.0), rel=0.02)
    days = figures.days_of_month(service(), JUNE, NOW)
    assert [(one.day.day, one.count, one.max) for one in days] == [(18, 100, 1.0), (19, 1, 20)]
    assert days[0].p95 == pytest.approx(0.95, rel=0.02)
    assert days[1].p95 == 20


def test_the_figures_take_few_queries(django_assert_num_queries: Any) -> None:
    for n in range(6):
        measure(0.3, 0.4, at=NOW - n * timedelta(days=1), action=f"actie {n}")
    of = service()
    with django_assert_num_queries(2):
        assert len(figures.of_month(of, JUNE, NOW)) == 6
    with django_assert_num_queries(1):
        figures.days_of_month(of, JUNE, NOW)


def test_the_api_tells_a_month_to_staff_and_machines(clock: time_machine.Traveller) -> None:
    measure(0.5, 11)
    reader = client_of(factories.token(ApiToken.Scope.READ))
    found = reader.get("/api/v1/performance/", {"service": "dienst-mdo", "month": "2026-06"}).json()
    assert (found["service"], found["month"], found["error"]) == ("dienst-mdo", "2026-06", 0.02)
    (line,) = found["actions"]
    assert (line["count"], line["max"], line["over_limit"], line["baseline"]) == (2, 11, 1, None)
    assert found["days"][0]["day"] == "2026-06-18"
    assert found["alerts"] == []
    contact = client_of(factories.token(ApiToken.Scope.READ, user=factories.contact().user))
    assert (
        contact.get("/api/v1/performance/", {"service": "dienst-mdo", "month": "2026-06"}).status_code == 403
    )


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"service": "dienst-mdo"}, 400), ({"service": "dienst-mdo", "month": "juni"}, 400),
        ({"service": "dienst-mdo", "month": "9999-12"}, 400), ({"service": "nergens", "month": "2026-06"}, 404),
        ({"service": "\x00", "month": "2026-06"}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(clock: time_machine.Traveller, asked: dict[str, str], status: int) -> None:
    service()
    reader = client_of(factories.token(ApiToken.Scope.READ))
    assert reader.get("/api/v1/performance/", asked).status_code == status


def test_a_store_of_nothing_does_nothing() -> None:
    assert store([], source=None) == []
