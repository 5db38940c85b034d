"""A storm of alarms against real web processes, while the broker refuses every connection."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from desk.models import ApiToken, Notice
from incidents.models import Alert, Melding, RawEvent
from mdo_desk.embedded import cluster_in
from tests import factories

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]
BASE = Path(__file__).resolve().parents[2]
CLIENTS, EVENTS = 16, 1000


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "DESK_MODE": "embedded", "DATABASE_URL": test_database(), "PORT": str(port),
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0", "CACHE_URL": "locmemcache://", "WEB_WORKERS": "2",
    }  # fmt: skip
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "gunicorn", "--config", "mdo_desk/gunicorn_conf.py"]
    with (tmp_path / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=BASE, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}/api/v1/monitoring/events/"
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_database() -> str:
    """The address of the database that this test writes in."""
    given = os.environ.get("DATABASE_URL") or cluster_in(settings.VAR).url("x")
    return urlunsplit(urlsplit(given)._replace(path="/" + str(connection.settings_dict["NAME"])))


test_database.__test__ = False  # type: ignore[attr-defined]


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"{url} does not answer")


def deliver(url: str, secret: str, key: str) -> tuple[int, dict[str, Any], float]:
    body = {
        "event_action": "trigger", "dedup_key": key,
        "payload": {"summary": "Schijf vol", "source": "db1", "severity": "critical", "component": "dienst-mdo"},
    }  # fmt: skip
    request = urllib.request.Request(
        url, json.dumps(body).encode(),
        {"Authorization": f"Token {secret}", "Content-Type": "application/json"},
    )  # fmt: skip
    started = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer), time.monotonic() - started
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), time.monotonic() - started


def source_with_a_contact_to_tell() -> str:
    factories.load_policies()
    contact = factories.contact(role="main_contact")
    factories.ContractFactory.create(
        contractant=contact.contractant, service=factories.ServiceFactory.create()
    )
    return factories.token(ApiToken.Scope.MONITORING)


def test_two_thousand_identical_events_from_thirty_two_clients_make_one_melding(web: str) -> None:
    """SLA 9.1: one P1, one message to the hoofdcontactpersoon, and every event on record."""
    secret = source_with_a_contact_to_tell()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _turn: deliver(web, secret, "disk-full"), range(EVENTS)))
    melding = Melding.objects.get()
    assert Counter(status for status, _body, _took in answers) == {202: EVENTS}
    assert {body["melding"] for _status, body, _took in answers} == {melding.number}
    assert RawEvent.objects.filter(alert=Alert.objects.get(), error="").count() == EVENTS
    assert Alert.objects.get().count == EVENTS
    assert melding.events().count() == 1
    assert Notice.objects.count() == 1


def test_a_broker_that_refuses_neither_breaks_nor_slows_it(web: str) -> None:
    """Each of these owes a message, so each asks for a worker."""
    secret = source_with_a_contact_to_tell()
    answers = [deliver(web, secret, f"key-{turn}") for turn in range(20)]
    assert {status for status, _body, _took in answers} == {202}
    assert Notice.objects.filter(sent_at=None).count() == 20
    assert sorted(took for _status, _body, took in answers)[10] < 1
