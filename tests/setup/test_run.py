"""`make run` as a person uses it: start, Ctrl-C, a crash, a mistake."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from mdo_desk.embedded import cluster_in
from tests.setup.processes import PATIENCE, Copy, clean_environment, get, until

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    made = Copy(tmp_path_factory.mktemp("clone") / "mdo-desk")
    yield made
    made.kill_everything()


@pytest.fixture
def running(copy: Copy) -> Iterator[subprocess.Popen[str]]:
    desk = copy.run()
    ready(desk)
    yield desk
    interrupt(desk)


def ready(desk: subprocess.Popen[str]) -> str:
    """Wait for the line that says where it runs; returns that line."""
    return hear(desk, "MDO Desk runs at")


def hear(desk: subprocess.Popen[str], words: str) -> str:
    """Wait for the line that begins with `words`; returns it. A desk that stays silent for too long is ended."""
    assert desk.stdout is not None
    give_up = threading.Timer(PATIENCE, os.killpg, (desk.pid, signal.SIGKILL))
    give_up.start()
    said: list[str] = []
    try:
        for line in iter(desk.stdout.readline, ""):
            said.append(line)
            if line.startswith(words):
                return str(line)
    finally:
        give_up.cancel()
    raise AssertionError(f"it never said {words!r}: {''.join(said)}")


def interrupt(desk: subprocess.Popen[str]) -> str:
    """What Ctrl-C in a terminal does: the signal goes to make and to what it runs."""
    if desk.poll() is None:
        os.killpg(desk.pid, signal.SIGINT)
    said: str = desk.communicate(timeout=PATIENCE)[0]
    return said


def query(copy: Copy, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster_in(copy.folder / "var").url()) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_everything_killed_loses_nothing_and_the_next_start_recovers(copy: Copy) -> None:
    seconds = []
    for start in range(3):
        began = time.monotonic()
        desk = copy.run()
        assert f"http://localhost:{copy.port} " in ready(desk)
        assert copy.healthy()
        seconds.append(time.monotonic() - began)
        query(copy, "CREATE TABLE IF NOT EXISTS kept (start int)")
        query(copy, f"INSERT INTO kept VALUES ({start})")
        copy.kill_everything()
        desk.communicate(timeout=PATIENCE)
    print("starts took", ", ".join(f"{took:.1f} s" for took in seconds))
    desk = copy.run()
    ready(desk)
    assert query(copy, "SELECT start FROM kept ORDER BY start") == [(0,), (1,), (2,)]
    interrupt(desk)


def test_ctrl_c_stops_all_of_it(copy: Copy, running: subprocess.Popen[str]) -> None:
    said = interrupt(running)
    assert said.rstrip().endswith("MDO Desk stopped")
    assert copy.processes() == []
    assert (
        "database system is shut down"
        in (copy.folder / "var/log/postgresql.log").read_text().splitlines()[-1]
    )


def test_a_supervisor_that_is_killed_takes_the_rest_along(copy: Copy, running: subprocess.Popen[str]) -> None:
    copy.running("mdo_desk.run")[-1].kill()
    until(lambda: not copy.processes(), "the others to notice")


def test_what_dies_is_started_again(copy: Copy, running: subprocess.Popen[str]) -> None:
    programs = {"web": "gunicorn", "worker": "threads", "beat": "--pidfile=", "postgresql": "postgres"}
    for name, program in programs.items():
        copy.running(program)[0].kill()
        hear(running, f"MDO Desk {name} stopped")
    until(copy.healthy, "a healthy desk")
    until(lambda: worker_beats(copy), "the worker's next beat")


def worker_beats(copy: Copy) -> bool:
    age: object = json.loads(get(f"{copy.url}/healthz")[1] or "{}").get("heartbeat_seconds")
    return isinstance(age, int) and age < 10


def test_without_its_database_the_desk_says_503_and_comes_back(
    copy: Copy, running: subprocess.Popen[str]
) -> None:
    postmaster = copy.running("bin/postgres", "-D")[0]
    postmaster.suspend()
    try:
        for server in postmaster.children():
            server.kill()
        page = get(f"{copy.url}/beheer/", {"Cookie": f"sessionid={'x' * 32}"})
        probe = get(f"{copy.url}/healthz")
    finally:
        postmaster.resume()
    assert (page[0], probe[0]) == (503, 503)
    assert page[2]["Retry-After"] == "30"
    assert "database" in page[1]
    until(copy.healthy, "a healthy desk")


def test_too_much_text_is_refused_before_it_is_kept(copy: Copy, running: subprocess.Popen[str]) -> None:
    head = b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    plain = head + b"Content-Length: 30000000\r\nContent-Type: text/plain\r\n\r\n" + b"x" * 30_000_000
    chunk = b"%x\r\n%s\r\n" % (1_000_000, b"x" * 1_000_000)
    chunked = (
        head + b"Transfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n" + chunk * 30 + b"0\r\n\r\n"
    )
    for request in (plain, chunked):
        with socket.create_connection(("127.0.0.1", copy.port), timeout=60) as line:
            line.sendall(request)
            assert line.makefile("rb").readline().split()[1] == b"413"


def test_a_second_desk_in_the_same_folder_is_refused(copy: Copy, running: subprocess.Popen[str]) -> None:
    second = once(copy, PORT=str(copy.port + 1))
    assert second.returncode
    assert f"MDO Desk already runs in this folder: http://localhost:{copy.port}" in second.stderr
    assert copy.healthy()


def test_backup_and_restore_bring_back_what_was_there(copy: Copy, running: subprocess.Popen[str]) -> None:
    query(copy, "CREATE TABLE remembered AS SELECT 42 AS answer")
    media = copy.folder / "var" / "media"
    media.mkdir(exist_ok=True)
    (media / "photo").write_text("as it was")
    backup = subprocess.run(
        copy.make("backup"),
        cwd=copy.folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    query(copy, "DROP TABLE remembered")
    (media / "photo").write_text("spoilt")
    interrupt(running)
    restored = subprocess.run(
        copy.make("restore", FROM=backup.stdout.strip()), cwd=copy.folder, env=clean_environment(),
        capture_output=True, text=True,
    )  # fmt: skip
    assert restored.returncode == 0, restored.stderr
    assert (media / "photo").read_text() == "as it was"
    desk = copy.run()
    ready(desk)
    assert query(copy, "SELECT answer FROM remembered") == [(42,)]
    assert query(copy, "SELECT count(*) FROM desk_outbox WHERE frozen_at IS NOT NULL") == [(1,)], (
        "no mail twice"
    )
    interrupt(desk)


def test_a_taken_port_is_said_before_anything_starts(copy: Copy) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        refused = once(copy, PORT=str(taken))
    assert refused.returncode
    assert refused.stderr.splitlines()[0].startswith(f"MDO Desk cannot listen on 127.0.0.1:{taken}")
    assert copy.processes() == []


@pytest.mark.parametrize("port", ["0", "eight", "70000"])
def test_a_port_that_is_none_is_said(copy: Copy, port: str) -> None:
    assert f"cannot listen on port '{port}'" in once(copy, PORT=port).stderr


def once(copy: Copy, **variables: str) -> subprocess.CompletedProcess[str]:
    command = copy.make("run", **variables)
    return subprocess.run(
        command, cwd=copy.folder, env=clean_environment(), capture_output=True, text=True, timeout=PATIENCE
    )
