"""docs/operations.md and docker-compose.yml say what the code does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
READS = re.compile(r"""(?:env\.\w+|os\.environ\.get)\(\s*["']([A-Z_]+)["']""")
SET_BY_THE_DESK = {"DJANGO_SETTINGS_MODULE"}
COMPOSE = ROOT / "docker-compose.yml"


def variables_read() -> set[str]:
    found = (READS.findall(source.read_text()) for source in (ROOT / "mdo_desk").glob("*.py"))
    return {name for names in found for name in names} - SET_BY_THE_DESK


def variables_documented() -> set[str]:
    table = (ROOT / "docs" / "operations.md").read_text().partition("## Environment")[2]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))


def test_the_table_of_variables_is_that_of_the_code() -> None:
    assert variables_documented() == variables_read()


def test_every_make_target_that_operations_names_exists() -> None:
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "docs" / "operations.md").read_text()))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named
    assert named <= targets


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def test_compose_has_every_process(compose: dict[str, Any]) -> None:
    assert {"web", "worker", "beat", "postgres", "redis", "mail"} <= compose["services"].keys()


def test_compose_depends_on_what_is_there_and_can_be_waited_for(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, wait in service.get("depends_on", {}).items():
            other = compose["services"][name]
            assert wait["condition"] != "service_healthy" or "healthcheck" in other


def test_compose_declares_each_volume_that_it_mounts(compose: dict[str, Any]) -> None:
    mounted = {m.partition(":")[0] for s in compose["services"].values() for m in s.get("volumes", [])}
    assert {name for name in mounted if not name.startswith("./")} == compose["volumes"].keys()


def test_compose_sets_only_variables_that_the_desk_reads(compose: dict[str, Any]) -> None:
    assert compose["x-desk"]["environment"].keys() <= variables_read()


def test_compose_has_no_default_secret(compose: dict[str, Any]) -> None:
    text = json.dumps(compose["services"])
    assert re.findall(r"\$\{(?:SECRET_KEY|POSTGRES_PASSWORD)(?!:\?)[^}]*\}", text) == []
    assert "SECRET_KEY:?" in text


def test_compose_config_is_clean() -> None:
    command = next((c for c in (["docker", "compose"], ["docker-compose"]) if _works(c)), None)
    if command is None:
        pytest.skip("docker compose is not installed")
    values = ("SECRET_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS", "SITE_URL", "DEFAULT_FROM_EMAIL")
    environment = dict.fromkeys(values, "x") | {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    checked = subprocess.run(
        [*command, "--file", str(COMPOSE), "config", "--quiet"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def _works(command: list[str]) -> bool:
    return (
        bool(shutil.which(command[0]))
        and not subprocess.run([*command, "version"], capture_output=True).returncode
    )
