"""/healthz, and what people and machines hear while the database is away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.utils import timezone

from desk.models import Heartbeat, Notice
from mdo_desk.health import server_error

JOBS = [
    "deliver_notices",
    "fetch_mail",
    "sweep",
    "sweep_changes",
    "sweep_complaints",
    "sweep_breaches",
    "watch",
    "chain_audit",
]


@pytest.fixture
def database_away(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    options = connection.settings_dict["OPTIONS"]
    with django_db_blocker.unblock():
        connection.close()
        there = dict(options)
        options["host"] = str(tmp_path)
        yield
        connection.close()
        options.clear()
        options.update(there)


def report(client: Client, **headers: str) -> tuple[int, dict[str, Any]]:
    answer = client.get("/healthz", headers=headers)
    return answer.status_code, json.loads(answer.content)


@pytest.mark.django_db
def test_well(client: Client) -> None:
    assert report(client) == (
        200,
        {
            "status": "ok",
            "behind": [],
            "oldest_notice_seconds": None,
            "heartbeat_seconds": None,
            "mail_set_aside": 0,
        },
    )


@pytest.mark.django_db
def test_a_probe_needs_no_known_host_name(client: Client) -> None:
    assert report(client, host="10.0.0.7")[0] == 200


@pytest.mark.django_db
def test_work_that_falls_behind_shows_and_does_not_fail(client: Client) -> None:
    long_ago = timezone.now() - timedelta(minutes=10)
    Notice.objects.create(key="received", email="j.devries@example.nl", created_at=long_ago)
    Heartbeat.objects.create(job="deliver_notices", at=long_ago)
    status, told = report(client)
    assert (status, told["status"]) == (200, "degraded")
    assert told["behind"] == ["oldest_notice_seconds", "heartbeat_seconds"]
    assert told["oldest_notice_seconds"] >= 600


@pytest.mark.django_db
@pytest.mark.parametrize("job", JOBS)
def test_one_task_that_stands_still_shows_however_well_the_others_run(client: Client, job: str) -> None:
    for one in JOBS:
        Heartbeat.objects.create(job=one, at=timezone.now() - timedelta(minutes=10 if one == job else 0))
    told = report(client)[1]
    assert (told["status"], told["behind"]) == ("degraded", ["heartbeat_seconds"])


@pytest.mark.django_db
def test_tables_of_an_older_version_are_not_enough(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'contractants'")
    status, told = report(client)
    assert (status, told["status"]) == (503, "migrations missing")
    assert [name.partition(".")[0] for name in told["migrations"]] == ["contractants"]


@pytest.mark.usefixtures("database_away")
def test_no_database(client: Client) -> None:
    assert report(client) == (503, {"status": "database unreachable"})


@pytest.mark.usefixtures("database_away")
def test_a_person_reads_a_page_while_the_database_is_away() -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/beheer/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "text/html" in answer["Content-Type"]
    assert "database" in answer.content.decode()


@pytest.mark.parametrize(("fault", "status"), [(OperationalError("gone"), 503), (ValueError("a bug"), 500)])
def test_a_machine_reads_a_problem(rf: RequestFactory, fault: Exception, status: int) -> None:
    try:
        raise fault
    except Exception:
        answer = server_error(rf.get("/api/v1/meldingen/"))
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(answer.content)["status"] == status
    assert "bug" not in answer.content.decode()
