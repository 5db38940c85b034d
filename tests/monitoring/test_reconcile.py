"""Asking Alertmanager: what it could not deliver comes in, what is gone has recovered; a half answer changes nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection

from incidents.actions.monitoring import reconcile
from incidents.models import Alert, AlertSource, Melding, RawEvent, Via
from tests import factories
from tests.monitoring.conftest import MINUTE, NOW, Sender, alert, stamp

pytestmark = pytest.mark.django_db


@dataclass
class Alertmanager:
    """Speaks its API v2 over a real socket."""

    alerts: list[dict[str, Any]] = field(default_factory=list)
    started: str = stamp(NOW - 60 * MINUTE)
    status: int = 200
    raw: bytes | None = None
    url: str = ""

    def fires(self, given: dict[str, Any], state: str = "active", receiver: str = "mdo-desk") -> None:
        shown = {**given, "endsAt": stamp(NOW + 60 * MINUTE), "receivers": [{"name": receiver}]}
        self.alerts.append({**shown, "status": {"state": state, "silencedBy": [], "inhibitedBy": []}})

    def answer(self, path: str) -> bytes:
        if path.startswith("/api/v2/status"):
            return json.dumps({"uptime": self.started, "cluster": {"status": "ready"}}).encode()
        return json.dumps(self.alerts).encode() if self.raw is None else self.raw


@contextmanager
def locked_elsewhere(source: AlertSource) -> Iterator[None]:
    other = connection.copy()
    other.set_autocommit(False)
    try:
        other.cursor().execute("SELECT 1 FROM incidents_alertsource WHERE id = %s FOR UPDATE", [source.pk])
        yield
    finally:
        other.close()


@pytest.fixture
def alertmanager(sender: Sender) -> Iterator[Alertmanager]:
    found = Alertmanager()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(found.status)
            self.end_headers()
            self.wfile.write(found.answer(self.path))

        def log_message(self, *words: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/"
    AlertSource.objects.create(user=sender.user, alertmanagers=found.url)
    yield found
    server.shutdown()
    server.server_close()


def test_what_was_not_delivered_comes_in_once(sender: Sender, alertmanager: Alertmanager) -> None:
    alertmanager.fires(alert("Gemist"))
    assert reconcile(sender.at(3)) == 1
    assert reconcile(sender.at(4)) == 0
    melding = sender.one(alert("Gemist"))
    assert melding == Melding.objects.get()
    assert Alert.objects.get().via == RawEvent.objects.first().via == Via.RECONCILE  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("state", "receiver"), [("suppressed", "mdo-desk"), ("unprocessed", "mdo-desk"), ("active", "pager")]
)
def test_what_is_silenced_or_not_for_us_stays_out(
    sender: Sender, alertmanager: Alertmanager, state: str, receiver: str
) -> None:
    alertmanager.fires(alert(), state, receiver)
    assert reconcile(NOW) == 0


def test_what_is_gone_has_recovered_and_may_come_back(sender: Sender, alertmanager: Alertmanager) -> None:
    melding = sender.one(alert())
    assert reconcile(sender.at(3)) == 1
    assert melding.events().last().verb == "available_again"  # type: ignore[union-attr]
    assert melding.events().last().data["via"] == "reconcile"  # type: ignore[union-attr]
    alertmanager.fires(alert())
    assert reconcile(sender.at(4)) == 1
    assert melding.events().last().verb == "unavailable_again"  # type: ignore[union-attr]
    assert Melding.objects.count() == 1


def test_what_is_silenced_still_fires(sender: Sender, alertmanager: Alertmanager) -> None:
    sender.one(alert())
    alertmanager.fires(alert(), "suppressed")
    assert reconcile(sender.at(3)) == 0


def test_what_came_in_while_we_asked_is_not_gone(sender: Sender, alertmanager: Alertmanager) -> None:
    sender.at(3)
    sender.one(alert())
    assert reconcile(NOW) == 0


@pytest.mark.parametrize(
    "broken", [{"status": 500}, {"status": 302}, {"raw": b"["}, {"raw": b'{"no": "list"}'}, {"raw": b"[7]"},
               {"started": stamp(NOW + MINUTE)}, {"started": "?"}]
)  # fmt: skip
def test_half_an_answer_recovers_nothing(
    sender: Sender, alertmanager: Alertmanager, broken: dict[str, Any]
) -> None:
    """Nor does one of an Alertmanager that has just started and has heard nothing yet."""
    sender.one(alert())
    vars(alertmanager).update(broken)
    assert reconcile(sender.at(3)) == 0
    assert Alert.objects.get().recovered_at is None


def test_a_source_that_fails_holds_up_no_other(
    sender: Sender, alertmanager: Alertmanager, caplog: pytest.LogCaptureFixture
) -> None:
    """What it says has the shape of no alert."""
    sender.one(alert())
    other = factories.machine(name="Tweede", email="tweede@machine.invalid")
    Alert.objects.create(
        source=other, dedup_key="weg", via=Via.RECONCILE, first_seen_at=NOW, last_seen_at=NOW
    )
    AlertSource.objects.create(user=other, alertmanagers=alertmanager.url)
    alertmanager.raw = b'[{"fingerprint": "1", "status": "active"}]'
    assert reconcile(sender.at(3)) == 0
    assert AlertSource.objects.filter(asked_at=None).count() == 0
    assert caplog.text.count("reconciling with") == 2


@pytest.mark.django_db(transaction=True)
def test_a_source_that_is_busy_holds_up_no_other(sender: Sender, alertmanager: Alertmanager) -> None:
    """Its row is locked for longer than we wait."""
    other = factories.machine(name="Tweede", email="tweede@machine.invalid")
    AlertSource.objects.create(user=other, alertmanagers=alertmanager.url)
    alertmanager.fires(alert("Gemist"))
    with locked_elsewhere(AlertSource.objects.get(user=sender.user)), connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
        assert reconcile(sender.at(3)) == 1
        cursor.execute("RESET lock_timeout")
    assert Alert.objects.get().source == other
    assert reconcile(sender.at(4)) == 1


def test_a_peer_that_is_away_shows_and_recovers_nothing(sender: Sender, alertmanager: Alertmanager) -> None:
    sender.one(alert())
    AlertSource.objects.update(alertmanagers=f"{alertmanager.url}\nhttp://127.0.0.1:1")
    assert reconcile(sender.at(3)) == 0
    row = AlertSource.objects.get()
    assert "127.0.0.1:1" in row.error
    assert row.answered_at is None
