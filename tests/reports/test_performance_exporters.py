"""Asking exporters in the manner of Prometheus, over a real socket (SLA 7.7)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from desk.permissions import Role
from domain.percentiles import counted
from incidents.models import AlertSource
from reports.models import Histogram, MeasurementTarget, SlowAction
from reports.performance.exposition import added, counters, gauges, lines
from reports.performance.scraping import scrape
from tests import factories
from tests.reports.performance import MINUTE, NOW, OPEN, SEARCH, service

pytestmark = pytest.mark.django_db

PROBE = """# HELP probe_duration_seconds Returns how long the probe took to complete in seconds
# TYPE probe_duration_seconds gauge
probe_duration_seconds 0.482106
# TYPE probe_success gauge
probe_success 1
"""
BUCKETS = ("0.1", "1", "10", "30", "+Inf")


def histogram(*counts: int, action: str = "dossier openen", pod: str = "a") -> str:
    """As a client library of Prometheus writes one, given how many lie in each bucket."""
    totals = [sum(counts[: n + 1]) for n in range(len(BUCKETS))]
    buckets = [
        f'mdo_response_seconds_bucket{{action="{action}",pod="{pod}",le="{bound}"}} {total}'
        for bound, total in zip(BUCKETS, totals, strict=True)
    ]
    rest = [
        f'mdo_response_seconds_count{{action="{action}",pod="{pod}"}} {totals[-1]}',
        "process_open_fds 14",
    ]
    return "\n".join(["# TYPE mdo_response_seconds histogram", *buckets, *rest, ""])


@dataclass
class Exporter:
    text: str = PROBE
    status: int = 200
    url: str = ""
    asked: str = ""
    meanwhile: Callable[[], object] = lambda: None  # while it is asked


@pytest.fixture
def exporter() -> Iterator[Exporter]:
    found = Exporter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked = self.path
            found.meanwhile()
            self.send_response(found.status)
            self.end_headers()
            self.wfile.write(found.text.encode())

        def log_message(self, *_given: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()


def target(exporter: Exporter, **fields: Any) -> MeasurementTarget:
    given = {"name": "blackbox", "url": f"{exporter.url}/probe?target=mdo&module=http_2xx", "action": OPEN}
    return MeasurementTarget.objects.create(service=service(), **{**given, **fields})


def of_histogram(exporter: Exporter, **fields: Any) -> MeasurementTarget:
    given = {
        "url": f"{exporter.url}/metrics",
        "metric": "mdo_response_seconds",
        "action": "",
        "label": "action",
    }
    return target(exporter, **{**given, **fields})


def test_each_probe_of_the_blackbox_exporter_is_one_measurement(exporter: Exporter) -> None:
    row = target(exporter)
    assert [scrape(NOW), scrape(NOW + MINUTE)] == [1, 1]
    assert exporter.asked == "/probe?target=mdo&module=http_2xx"
    found = Histogram.objects.get()
    assert (found.action, found.counts, found.longest) == (OPEN, counted([0.482106] * 2), 0.482106)
    row.refresh_from_db()
    assert (row.answered_at, row.error) == (NOW + MINUTE, "")


def test_a_probe_that_failed_is_no_response(exporter: Exporter) -> None:
    row = target(exporter)
    exporter.text = PROBE.replace("probe_success 1", "probe_success 0")
    assert scrape(NOW) == 0
    row.refresh_from_db()
    assert (row.answered_at, row.error) == (NOW, "")


def test_of_a_histogram_what_was_added_is_counted_and_never_as_shorter_than_it_was(
    exporter: Exporter,
) -> None:
    of_histogram(exporter)
    exporter.text = histogram(100, 50, 5, 1, 0) + histogram(7, 0, 0, 0, 0, action="zoeken")
    assert scrape(NOW) == 0, "what was counted before is of another time"
    exporter.text = histogram(103, 51, 7, 2, 1) + histogram(7, 0, 0, 0, 0, action="zoeken")
    assert scrape(NOW + MINUTE) == 8
    found = Histogram.objects.get()
    assert found.counts == counted([0.1] * 3 + [1] + [10] * 2 + [30] + [30.01])
    assert (found.over_limit, found.longest > 30) == (2, True)
    assert [one.count for one in SlowAction.objects.all()] == [1, 1]


def test_series_of_one_action_add_up_and_a_new_one_counts_whole(exporter: Exporter) -> None:
    of_histogram(exporter)
    exporter.text = histogram(5, 0, 0, 0, 0)
    scrape(NOW)
    exporter.text = (
        histogram(6, 0, 0, 0, 0)
        + histogram(2, 0, 0, 0, 0, pod="b")
        + histogram(1, 0, 0, 0, 0, action="zoeken")
    )
    assert scrape(NOW + MINUTE) == 4
    assert {one.action: sum(one.counts) for one in Histogram.objects.all()} == {OPEN: 3, SEARCH: 1}


def test_counters_that_began_again_count_whole(exporter: Exporter) -> None:
    of_histogram(exporter)
    exporter.text = histogram(100, 50, 5, 1, 0)
    scrape(NOW)
    exporter.text = histogram(2, 1, 0, 0, 0)
    assert scrape(NOW + MINUTE) == 3


def test_after_a_long_silence_counting_begins_anew(exporter: Exporter) -> None:
    """What was added may be of another day."""
    of_histogram(exporter)
    exporter.text = histogram(1, 0, 0, 0, 0)
    scrape(NOW)
    exporter.text = histogram(900, 0, 0, 0, 0)
    later = NOW + timedelta(hours=3)
    assert scrape(later) == 0
    exporter.text = histogram(904, 0, 0, 0, 0)
    assert scrape(later + MINUTE) == 4


def test_other_counters_than_before_begin_anew(exporter: Exporter, client: Client) -> None:
    """Else all that they ever counted would be of today."""
    row = of_histogram(exporter)
    exporter.text = histogram(5, 0, 0, 0, 0)
    scrape(NOW)
    client.force_login(factories.staff(Role.ADMINISTRATOR))
    given = {
        "name": row.name,
        "url": row.url,
        "service": row.service_id,
        "label": "action",
        "is_active": "on",
    }
    address = f"/beheer/reports/measurementtarget/{row.pk}/change/"
    assert client.post(address, {**given, "metric": "vitaly_seconds"}).status_code == 302
    exporter.text = histogram(900, 0, 0, 0, 0).replace("mdo_response_seconds", "vitaly_seconds")
    assert scrape(NOW + MINUTE) == 0
    assert client.post(address, {**given, "metric": "vitaly_seconds", "name": "Vitaly"}).status_code == 302
    exporter.text = histogram(903, 0, 0, 0, 0).replace("mdo_response_seconds", "vitaly_seconds")
    assert scrape(NOW + 2 * MINUTE) == 3


@pytest.mark.django_db(transaction=True)
def test_an_answer_of_the_address_before_writes_nothing(exporter: Exporter) -> None:
    row = target(exporter)

    def moved() -> None:
        MeasurementTarget.objects.filter(pk=row.pk).update(url=f"{exporter.url}{exporter.asked}&moved")
        connection.close()

    exporter.meanwhile = moved
    for exporter.text in (PROBE, "andere_metriek 3"):
        assert scrape(NOW) == 0
        row.refresh_from_db()
        assert (row.answered_at, row.error, Histogram.objects.exists()) == (None, "", False)
    assert row.url.endswith("&moved&moved")


@pytest.mark.parametrize(
    ("text", "status", "error"),
    [
        ("", 500, "status 500"),
        ("andere_metriek 3\n", 200, "staat niet in het antwoord"),
        ("\x00\xff{]", 200, "staat niet in het antwoord"),
    ],
)
def test_an_exporter_that_does_not_answer_says_so_and_holds_up_no_other(
    exporter: Exporter, text: str, status: int, error: str
) -> None:
    broken = of_histogram(exporter, name="a")
    exporter.text, exporter.status = text, status
    scrape(NOW)
    broken.refresh_from_db()
    assert error in broken.error
    broken.url = "http://127.0.0.1:1/"
    broken.save()
    exporter.text, exporter.status = PROBE, 200
    target(exporter, name="b")
    assert scrape(NOW + MINUTE) == 1


def test_what_makes_the_figures_less_than_they_seem_is_said(exporter: Exporter) -> None:
    coarse = of_histogram(exporter)
    exporter.text = "\n".join(
        line for line in histogram(1, 2, 3, 0, 0).splitlines() if '"10"' not in line and '"30"' not in line
    )
    scrape(NOW)
    coarse.refresh_from_db()
    assert (
        coarse.error == "De grootste klasse is 1 seconden; of iets langer dan 10 duurt, is zo niet te zien."
    )
    coarse.label, coarse.name = "handeling", "zonder label"
    coarse.save()
    exporter.text = exporter.text.replace(" 6", " 9")
    scrape(NOW + MINUTE)
    coarse.refresh_from_db()
    assert coarse.error == "Niet elke reeks heeft het label handeling."


def test_a_label_that_seems_to_hold_a_bsn_is_masked_the_same_each_time(exporter: Exporter) -> None:
    """SLA 9.4."""
    row = of_histogram(exporter)
    exporter.text = histogram(0, 0, 0, 0, 0, action="patiënt\\n111222333")
    scrape(NOW)
    exporter.text = histogram(0, 2, 0, 0, 0, action="patiënt\\n111222333")
    assert scrape(NOW + MINUTE) == 2
    row.refresh_from_db()
    assert Histogram.objects.get().action.startswith("patiënt [BSN afgeschermd ")
    assert "111222333" not in str(row.seen)


def test_no_password_is_kept_in_an_address(exporter: Exporter) -> None:
    source = AlertSource(user=factories.machine(), alertmanagers="http://desk:geheim@alertmanager:9093")
    row = target(exporter, url="http://desk:geheim@blackbox:9115/")
    for kept in (source, row):
        with pytest.raises(ValidationError, match="wachtwoord"):
            kept.full_clean()
    scrape(NOW)
    row.refresh_from_db()
    assert "geheim" not in row.error


def test_an_exporter_that_is_switched_off_is_not_asked(exporter: Exporter) -> None:
    target(exporter, is_active=False)
    assert (scrape(NOW), exporter.asked) == (0, "")


# --- The text format


def test_labels_with_everything_in_them() -> None:
    text = 'a{x="een \\"b\\" {c}",y="\\\\ \\n",} 3.5e-1 1718697060000\nniets\nb NaN\n'
    (first, second) = lines(text)
    assert first == ("a", {"x": 'een "b" {c}', "y": "\\ \n"}, 0.35)
    assert second[0] == "b"
    assert gauges(text, "b") == []


def test_other_bounds_than_before_say_nothing() -> None:
    before = counters(histogram(1, 1, 1, 1, 1), "mdo_response_seconds")
    now = counters(histogram(2, 2, 2, 2, 2).replace('"30"', '"25"'), "mdo_response_seconds")
    assert added(now, before) == []
