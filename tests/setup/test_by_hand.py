"""The processes of docker-compose.yml, started by hand on Debian's own PostgreSQL and Redis."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import yaml

from tests.setup.processes import ROOT, clean_environment, free_port, get, stop, until
from tests.setup.test_production import GOOD

INITDB = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)
REDIS = shutil.which("redis-server")

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(INITDB is None, reason="Debian's package postgresql is not installed"),
    pytest.mark.skipif(REDIS is None, reason="Debian's package redis-server is not installed"),
]


def unprivileged(*command: str | Path) -> list[str]:
    words = [str(word) for word in command]
    if os.geteuid():
        return words
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *words]


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, str]]:
    """PostgreSQL with a password and Redis, on ports of their own: the variables that point there."""
    assert INITDB is not None
    assert REDIS is not None
    ports = free_port(), free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="desk-")))
        folder.chmod(0o777)
        (folder / "password").write_text("geheim\n")
        create: list[str | Path] = [
            INITDB,
            "-D",
            folder / "pg",
            "-U",
            "mdo_desk",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
        ]
        subprocess.run(
            unprivileged(*create, "--locale=C.UTF-8", f"--pwfile={folder / 'password'}"), check=True, cwd="/",
            capture_output=True,
        )  # fmt: skip
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": str(folder)}
        for command in (
            unprivileged(
                INITDB.with_name("postgres"),
                "-D",
                folder / "pg",
                "-k",
                folder,
                "-p",
                str(ports[0]),
                "-c",
                "fsync=off",
            ),
            unprivileged(REDIS, "--port", str(ports[1]), "--save", "", "--dir", folder),
        ):
            server = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
            stack.callback(stop, server)
        url = f"postgres://mdo_desk:geheim@127.0.0.1:{ports[0]}/postgres"
        until(lambda: answers(url), "PostgreSQL")
        yield {
            "DATABASE_URL": url,
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{ports[1]}/0",
            "CACHE_URL": f"redis://127.0.0.1:{ports[1]}/1",
        }


def answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_web_worker_and_beat_work_together(services: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    variables = GOOD | services | {"TRUSTED_PROXY_COUNT": "1", "VAR_DIR": str(tmp_path), "PORT": str(port)}
    python = Path(sys.executable)
    environment = clean_environment(**variables) | {"PATH": f"{python.parent}:{os.environ['PATH']}"}
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    subprocess.run(compose["migrate"]["command"], cwd=ROOT, env=environment, check=True, capture_output=True)
    web = ["gunicorn", "--config", "mdo_desk/gunicorn_conf.py"]
    with ExitStack() as stack, (tmp_path / "log").open("wb") as log:
        for command in (web, compose["worker"]["command"], compose["beat"]["command"]):
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            stack.callback(stop, process)
        until(lambda: beats(port), f"a task to go from beat by Redis to the worker: {tmp_path / 'log'}")
        sign_in = f"http://127.0.0.1:{port}/account/login/"
        page = get(sign_in, {"Host": "desk.example.nl", "X-Forwarded-Proto": "https"})
        assert page[0] == 200
        assert get(sign_in, {"Host": "elders.example"})[0] == 400


def beats(port: int) -> bool:
    status, text, _headers = get(f"http://127.0.0.1:{port}/healthz")
    return status == 200 and json.loads(text)["heartbeat_seconds"] is not None
