"""Whole processes, for tests that start and kill them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = shutil.ignore_patterns(".git", ".venv", "var", "staticfiles", "__pycache__", "*.mo", ".*_cache")
PATIENCE = 300


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def clean_environment(**variables: str) -> dict[str, str]:
    """What a fresh shell has, with `variables`: nothing of the test's own settings."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return kept | {"LC_ALL": "C.UTF-8"} | variables


def until(true: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, f"waited {PATIENCE} s for: {what}"
        time.sleep(0.05)


def get(url: str, headers: dict[str, str] | None = None) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers; status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=30) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)
    except (OSError, HTTPException):
        return 0, "", {}


@dataclass
class Copy:
    """A copy of the project as somebody would clone it, with the packages that are installed already."""

    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        shutil.copytree(ROOT, self.folder, ignore=NOT_OURS)
        (self.folder / ".venv").symlink_to(ROOT / ".venv")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def make(self, *words: str, **variables: str) -> list[str]:
        # `-o`: what is installed counts as up to date, so that make leaves the shared folder alone.
        return [
            "make",
            "-o",
            ".venv/base",
            *words,
            *(f"{name}={value}" for name, value in variables.items()),
        ]

    def run(self, **variables: str) -> subprocess.Popen[str]:
        """`make run`, as the leader of a session of its own, like a terminal's; without a demo unless DEMO says so."""
        return subprocess.Popen(
            self.make("run", PORT=str(self.port), **{"DEMO": "off", **variables}), cwd=self.folder, env=clean_environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def healthy(self) -> bool:
        return get(f"{self.url}/healthz")[0] == 200

    def processes(self) -> list[psutil.Process]:
        """Everything that runs out of this folder, by whatever parent."""
        mine = []
        for process in psutil.process_iter():
            try:
                if str(self.folder) in " ".join(process.cmdline()) or process.cwd() == str(self.folder):
                    mine.append(process)
            except psutil.Error:
                continue
        return mine

    def running(self, *words: str) -> list[psutil.Process]:
        """Those with all of `words` in their command, oldest first; one that is just dying has none."""
        found = []
        for process in self.processes():
            with suppress(psutil.Error):
                line = " ".join(process.cmdline())
                if all(word in line for word in words):
                    found.append((process.create_time(), process))
        return [process for _, process in sorted(found, key=lambda row: row[0])]

    def kill_everything(self) -> None:
        """As a power failure would: nothing gets a chance to finish. Servers of PostgreSQL go first."""

        def all_gone() -> bool:
            left = self.processes()  # one that was just being started is in the next list
            for process in left:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
            return not left

        until(all_gone, "everything to be gone")


def stop(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    process.wait(timeout=PATIENCE)
