"""`make run`: a whole desk on one machine. Starts PostgreSQL, web, worker and beat, and minds them until told to stop."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from mdo_desk.child import Child, say
from mdo_desk.embedded import AlreadyRunning, EmbeddedError, bound_to_parent, cluster_in, only_one, var_folder

HEALTHY_WITHIN = 120  # seconds
STOPPED_WITHIN = 20
AFTER_A_KILL = 15  # the processes of a killed desk need a moment to notice and to let go of the port
LOG_BYTES = 5_000_000


class NotStarted(Exception):
    """Why there is no desk, in one line for the person at the keyboard."""


class Stopped(BaseException):
    """Somebody asked us to stop."""


@dataclass
class Desk:
    """One running desk: its folder, where it listens, and its processes in the order of starting."""

    base: Path
    var: Path
    host: str
    port: int
    children: list[Child] = field(default_factory=list)
    signals: int = 0
    asked: set[int] = field(default_factory=set)  # the processes that were told to stop

    @property
    def url(self) -> str:
        return f"http://{'localhost' if self.host in ('127.0.0.1', '0.0.0.0') else self.host}:{self.port}"  # noqa: S104

    def run(self) -> None:
        """Run until told to stop; leaves nothing behind. Raises NotStarted when it cannot start."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        with only_one(self.var, self.url) as after_a_kill:
            wait_for_port(self.host, self.port, AFTER_A_KILL if after_a_kill else 0)
            try:
                self._start()
                while True:
                    time.sleep(0.5)
                    for child in self.children:
                        child.mind()
            except Stopped:
                say("stopping ...")
            finally:
                self.signals = max(self.signals, 1)
                for child in self.children[1:]:  # at the same time; PostgreSQL is the first, and goes last
                    self._ask(child.process)
                for child in reversed(self.children):
                    child.stop()
        say("stopped")

    def _start(self) -> None:
        cluster = cluster_in(self.var)
        keep_log_short(cluster.log)
        self._add("postgresql", cluster.start, cluster.stop)
        cluster.create_database()
        sign_ins = prepare_database()
        self._add_program("web", "gunicorn", "--config", "mdo_desk/gunicorn_conf.py")
        self._add_program(
            "worker", "celery", "--app", "mdo_desk", "worker", "--pool", "threads", "--concurrency", "4",
            "--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat",
        )  # fmt: skip
        self._add_program("beat", "celery", "--app", "mdo_desk", "beat", "--pidfile=", "--loglevel", "INFO")
        self._wait_until_healthy()
        say(f"runs at {self.url}  (log: {self.var / 'log'}, stop: Ctrl-C)\n{sign_ins}")

    def _add(
        self,
        name: str,
        spawn: Callable[[], subprocess.Popen[bytes]],
        end: Callable[[subprocess.Popen[bytes]], None],
    ) -> None:
        child = Child(name, spawn, end)
        self.children.append(child)
        child.start()

    def _add_program(self, name: str, module: str, *arguments: str) -> None:
        log = self.var / "log" / f"{name}.log"
        keep_log_short(log)
        command = bound_to_parent(sys.executable, "-m", module, *arguments)
        environment = os.environ | {
            "HOST": self.host,
            "PORT": str(self.port),
            "TMPDIR": str(self.var / "tmp"),
        }

        def spawn() -> subprocess.Popen[bytes]:
            with log.open("ab") as output:
                return subprocess.Popen(
                    command, cwd=self.base, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                    stderr=output, start_new_session=True,
                )  # fmt: skip

        self._add(name, spawn, self._end)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Let a program finish what it is doing; a second Ctrl-C, or being too slow, ends it at once."""
        self._ask(process)
        give_up = time.monotonic() + STOPPED_WITHIN
        while process.poll() is None and time.monotonic() < give_up and self.signals < 2:
            time.sleep(0.05)

    def _ask(self, process: subprocess.Popen[bytes] | None) -> None:
        """To stop; once, because asked again some do not finish."""
        if process is not None and process.poll() is None and process.pid not in self.asked:
            self.asked.add(process.pid)
            process.terminate()

    def _wait_until_healthy(self) -> None:
        give_up = time.monotonic() + HEALTHY_WITHIN
        address = f"http://{self.host}:{self.port}/healthz"
        while time.monotonic() < give_up:
            with suppress(OSError), urllib.request.urlopen(address, timeout=10) as answer:
                if answer.status == 200:
                    return
            for child in self.children:
                if not child.alive:
                    raise NotStarted(f"{child.name} stopped while starting; see {self.var / 'log'}")
            time.sleep(0.1)
        raise NotStarted(f"{address} does not become healthy; see {self.var / 'log'}")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1
        if self.signals == 1:
            raise Stopped


def keep_log_short(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def wait_for_port(host: str, port: int, seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while True:
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((host, port))
            except OSError as error:
                if time.monotonic() > give_up:
                    why = error.strerror or str(error)
                    raise NotStarted(
                        f"cannot listen on {host}:{port} ({why}). Choose: make run PORT=..."
                    ) from None
            else:
                return
        time.sleep(0.2)


def prepare_database() -> str:
    """Bring the database up to this version, with what ships with it; returns who can sign in to the demo."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdo_desk.settings")
    import django

    django.setup()
    from django.core.management import call_command, get_commands
    from django.db import connection

    from mdo_desk.health import missing_migrations

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    if missing_migrations():
        say("prepares its database ...")
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    output = io.StringIO()
    if "load_policies" in get_commands():
        call_command("load_policies", stdout=io.StringIO())
        call_command("load_rules", stdout=io.StringIO())
    if "demo" in get_commands() and os.environ.get("DEMO") != "off":
        call_command("demo", "--if-empty", stdout=io.StringIO())
        call_command("demo", "--sign-ins", stdout=output)
    connection.close()
    return output.getvalue()


def chosen_port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise NotStarted(f"cannot listen on port {text!r}: a port is a number from 1 to 65535")


def main() -> int:
    base = Path(__file__).resolve().parent.parent
    var = var_folder()
    try:
        if "DATABASE_URL" in os.environ:
            raise NotStarted("brings its own database: unset DATABASE_URL, or see docs/operations.md")
        (var / "tmp").mkdir(parents=True, exist_ok=True)
        Desk(
            base, var, os.environ.get("HOST", "127.0.0.1"), chosen_port(os.environ.get("PORT", "8000"))
        ).run()
    except (NotStarted, AlreadyRunning, EmbeddedError) as error:
        print(f"MDO Desk {error}", file=sys.stderr)
        return 1
    except Stopped:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
