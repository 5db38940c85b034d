"""A production desk refuses to start on what is only fit for trying out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "DESK_MODE": "production",
    "SECRET_KEY": "q7Zs0vT4mX9kR2wLb8NcYf5HdJ1gPe6UaVtQiOzCx3KWyMnEr-BGDSh",
    "ALLOWED_HOSTS": "desk.example.nl",
    "SITE_URL": "https://desk.example.nl",
    "DATABASE_URL": "postgres://mdo_desk:secret@db.example.nl/mdo_desk",
    "CELERY_BROKER_URL": "redis://redis.example.nl/0",
    "CACHE_URL": "redis://redis.example.nl/1",
    "EMAIL_URL": "smtp://mail.example.nl:25",
    "DEFAULT_FROM_EMAIL": "Servicedesk <desk@supplier.example>",
}


def settings_with(folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    code = "from mdo_desk import settings as s; print(getattr(s, 'SESSION_COOKIE_NAME', '-'), s.SESSION_COOKIE_SECURE, s.DEBUG, s.EMBEDDED)"
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **variables}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_a_complete_environment_is_accepted(tmp_path: Path) -> None:
    assert settings_with(tmp_path, GOOD).stdout.split() == ["__Host-sessionid", "True", "False", "False"]


def test_a_database_alone_already_means_production(tmp_path: Path) -> None:
    without_mode = {name: value for name, value in GOOD.items() if name != "DESK_MODE"}
    assert settings_with(tmp_path, without_mode).stdout.split() == [
        "__Host-sessionid",
        "True",
        "False",
        "False",
    ]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-" + GOOD["SECRET_KEY"]),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "sqlite:///desk.sqlite3"),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_URL", None),
        ("SITE_URL", "http://desk.example.nl"),
        ("CELERY_BROKER_URL", None),
        ("EMAIL_URL", None),
        ("DEFAULT_FROM_EMAIL", None),
        ("DEBUG", "true"),
        ("WEBHOOKS_ALLOW_PRIVATE", "true"),
        ("TRUSTED_PROXY_COUNT", "0"),
        ("TRUSTED_PROXIES", "de proxy"),
        ("CLAMAV_URL", "clamav:3310"),
        ("DESK_MODE", "prod"),
    ],
)
def test_production_names_the_variable_that_it_misses(
    tmp_path: Path, variable: str, value: str | None
) -> None:
    variables = {name: text for name, text in {**GOOD, variable: value}.items() if text is not None}
    refused = settings_with(tmp_path, variables)
    assert refused.returncode == 1
    assert f"ImproperlyConfigured: {variable} " in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_django_finds_nothing_to_remark_on_a_production_desk(tmp_path: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], cwd=ROOT, text=True,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **GOOD}, capture_output=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_embedded_makes_its_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    secrets = []
    for _start in range(2):
        assert settings_with(tmp_path, {}).returncode == 0
        secrets.append((tmp_path / "secret_key").read_text())
    assert secrets[0] == secrets[1]
    assert len(secrets[0]) > 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
