"""kill -9 of web, worker and database while Meldingen come in: what was promised is kept."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException

import psutil
import psycopg
import pytest

from mdo_desk.embedded import cluster_in
from tests.setup.processes import PATIENCE, Copy, clean_environment, until
from tests.setup.test_run import interrupt, ready

pytestmark = pytest.mark.system
MELDINGEN = 200
MINE = "FROM incidents_melding m WHERE m.reporter_email LIKE 'melder%@fault.example'"
TRAILED = "EXISTS (SELECT FROM desk_event e WHERE e.case_type = 'melding' AND e.case_id = m.id AND e.verb = 'register')"
TOLD = "FROM desk_notice WHERE key = 'melding_received' AND email LIKE 'melder%@fault.example'"


@pytest.fixture
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    made = Copy(tmp_path_factory.mktemp("faults") / "mdo-desk")
    yield made
    made.kill_everything()


def test_every_promise_survives_the_kill(copy: Copy) -> None:
    """200 creations with web, worker and database killed twice in the middle: every answer that was a
    success is there afterwards with its audit row, no key made two, and each notice goes out."""
    supervisor = copy.run()
    ready(supervisor)
    token = manage(copy, "create_token", "--name", "fault test", "--scope", "agent")
    answered = threading.Semaphore(0)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(create_until_answered, copy.url, token, n, answered) for n in range(MELDINGEN)]
        for _kill in range(2):
            for _ in range(MELDINGEN // 3):
                assert answered.acquire(timeout=PATIENCE)
            kill_all_but(supervisor)
        numbers = {answer.result() for answer in answers}
    until(copy.healthy, "a healthy desk")

    everyone = {f"melder{n}@fault.example" for n in range(MELDINGEN)}
    assert len(numbers) == MELDINGEN
    assert column(copy, f"SELECT m.number {MINE}") == numbers
    assert column(copy, f"SELECT m.number {MINE} AND {TRAILED}") == numbers
    assert column(copy, f"SELECT email {TOLD}") == everyone
    until(
        lambda: column(copy, f"SELECT email {TOLD} AND sent_at IS NOT NULL") == everyone, "all notices sent"
    )
    mail = b"\n".join(
        path.read_bytes() for path in (copy.folder / "var" / "mail").rglob("*") if path.is_file()
    )
    assert not [address for address in everyone if address.encode() not in mail]
    interrupt(supervisor)


def kill_all_but(supervisor: subprocess.Popen[str]) -> None:
    """PostgreSQL, web and worker, with all their children; `make` and the supervisor live on."""
    for process in psutil.Process(supervisor.pid).children(recursive=True):
        with suppress(psutil.Error):
            if "mdo_desk.run" not in process.cmdline():
                process.kill()


def create_until_answered(url: str, token: str, n: int, answered: threading.Semaphore) -> str:
    """Create one Melding as a careful client does: the same key again until there is an answer."""
    body = {
        "kind": "question", "channel": "api", "subject": f"Vraag {n}", "description": "Hoe werkt dit?",
        "reporter_name": f"Melder {n}", "reporter_email": f"melder{n}@fault.example",
    }  # fmt: skip
    headers = {
        "Authorization": f"Token {token}", "Content-Type": "application/json", "Idempotency-Key": f"key-{n}",
    }  # fmt: skip
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        request = urllib.request.Request(f"{url}/api/v1/meldingen/", json.dumps(body).encode(), headers)
        with suppress(OSError, HTTPException):  # refused, reset or cut off half-way: what the key is for
            status, text = send(request)
            if status == 201:
                answered.release()
                return str(json.loads(text)["number"])
            if status not in {409, 429, 503}:
                raise AssertionError(f"{status}: {text!r}")
        time.sleep(0.2)
    raise AssertionError(f"no answer for {n}")


def send(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def manage(copy: Copy, *words: str) -> str:
    command = [".venv/bin/python", "manage.py", *words]
    ran = subprocess.run(
        command, cwd=copy.folder, env=clean_environment(), text=True, check=True, stdout=subprocess.PIPE
    )
    return ran.stdout.strip()


def column(copy: Copy, sql: str) -> set[object]:
    with psycopg.connect(cluster_in(copy.folder / "var").url()) as connection:
        return {row[0] for row in connection.execute(sql)}
