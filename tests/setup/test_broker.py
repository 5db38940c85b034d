"""A broker that is away, or keeps silent, does not hold up a request for long."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.processes import ROOT, clean_environment, free_port

CODE = """
import django; django.setup()
from desk.tasks import deliver_notices, publish
publish(deliver_notices)
print("went on")
"""


@pytest.fixture(params=["refuses", "silent"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    with socket.socket() as broker:
        if request.param == "silent":
            broker.bind(("127.0.0.1", 0))
            broker.listen()
        port = broker.getsockname()[1] if request.param == "silent" else free_port()
        yield f"redis://127.0.0.1:{port}/0"


def test_publishing_gives_up_soon(address: str, tmp_path: Path) -> None:
    environment = clean_environment(
        CELERY_BROKER_URL=address, VAR_DIR=str(tmp_path), DJANGO_SETTINGS_MODULE="mdo_desk.settings"
    )
    went = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30
    )
    assert went.stdout.splitlines()[-1] == "went on"
    assert "broker does not answer" in went.stdout
