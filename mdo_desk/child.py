"""A process that is minded: started again when it dies, and ended with all that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

SLOWEST_RESTART = 30  # seconds


@dataclass
class Child:
    """A process that is started again when it dies, later each time that it dies young."""

    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    end: Callable[[subprocess.Popen[bytes]], None]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    start_again: float = 0.0

    def start(self) -> None:
        self.process = self.spawn()
        self.started = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def mind(self) -> None:
        """Start it again if it died and its pause is over."""
        if self.process is None or self.alive:
            return
        now = time.monotonic()
        if not self.start_again:
            self.deaths = 1 if now - self.started > 2 * SLOWEST_RESTART else self.deaths + 1
            pause = min(2 ** (self.deaths - 1), SLOWEST_RESTART)
            say(f"{self.name} stopped (exit {self.process.returncode}); starting it again in {pause} s")
            kill_group(self.process)
            self.start_again = now + pause
        elif now > self.start_again:
            self.start_again = 0.0
            self.start()

    def stop(self) -> None:
        if self.process is not None:
            self.end(self.process)
            kill_group(self.process)


def say(text: str) -> None:
    print(f"MDO Desk {text}", flush=True)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a process and of all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
