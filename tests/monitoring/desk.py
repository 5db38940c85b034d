"""The web of the desk as a process of its own on the test's database, to stop and to start again."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.api.test_storm import BASE, test_database, wait_for
from tests.setup.processes import free_port, stop


@dataclass
class Desk:
    """Nothing but PostgreSQL is there for it: its broker refuses."""

    log: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {
            **os.environ, "DESK_MODE": "embedded", "DATABASE_URL": test_database(), "PORT": str(self.port),
            "CELERY_BROKER_URL": "redis://127.0.0.1:1/0", "CACHE_URL": "locmemcache://", "WEB_WORKERS": "1",
        }  # fmt: skip
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-m", "gunicorn", "--config", "mdo_desk/gunicorn_conf.py"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=BASE, env=environment, stdout=log, stderr=log)
        wait_for(f"{self.url}/healthz", self.process)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process)
        self.process = None
