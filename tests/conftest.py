"""What every test may use. A PostgreSQL is started for the run when one is first asked for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

from mdo_desk.embedded import cluster_in
from mdo_desk.translations import compile_stale

# The headless shell is the same engine without a desktop's browser around it: pages load in two thirds of the time.
BROWSERS = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
CHROMIUM = next(filter(Path.exists, BROWSERS), BROWSERS[-1])
QUIET_BROWSER = [
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# The same code gives the same verdict, on a slow machine too. `--hypothesis-profile=search` looks for what these
# examples do not show.
hypothesis.settings.register_profile("repeatable", max_examples=40, deadline=None, derandomize=True)
hypothesis.settings.register_profile(
    "search", max_examples=1000, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("repeatable")


def pytest_configure() -> None:
    compile_stale()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What takes long goes first, so that the run does not end with one worker waiting for the other.
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("system", "browser"))))
    if not CHROMIUM.exists():
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=f"no browser: {CHROMIUM} is not installed"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests were left out, and why: a run that looks complete and is not would mislead."""
    left_out = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    for reason, number in left_out.items():
        terminalreporter.write_line(f"Left out: {number} ({reason})")
    if deselected := len(terminalreporter.stats.get("deselected", [])):
        terminalreporter.write_line(f"Left out: {deselected} (not asked for)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[None]:
    """The embedded server, without the care for a crash that costs time; or the one in DATABASE_URL."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    cluster = cluster_in(settings.VAR)
    server = cluster.start("fsync=off", "synchronous_commit=off", "full_page_writes=off")
    yield
    cluster.stop(server)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres: None) -> None:
    """pytest-django asks for this before it creates the test database."""


@pytest.fixture(autouse=True)
def _in_dutch() -> Iterator[None]:
    with translation.override("nl"):
        yield


@pytest.fixture(autouse=True)
def _fresh_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": QUIET_BROWSER}
