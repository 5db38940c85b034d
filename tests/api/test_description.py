"""The description of the API is true: the schema, its pages, docs/api.md, and the command that makes tokens."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from desk.models import ApiToken, User
from desk.permissions import Role
from desk.problem_codes import CODES
from tests import factories
from tests.api.conftest import MELDINGEN, client_of

DOCUMENT = (Path(__file__).parents[2] / "docs/api.md").read_text()
METHODS = "GET|POST|PATCH|PUT|DELETE"


def paths() -> dict[str, Any]:
    generator: Any = SchemaGenerator
    found: dict[str, Any] = generator().get_schema(request=None, public=True)["paths"]
    return found


def operations() -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, found in paths().items() for method in found}


def documented() -> set[tuple[str, str]]:
    found = re.findall(rf"`((?:{METHODS})|(?:{METHODS})`, `(?:{METHODS})) (/api/v1/[^`]*)`", DOCUMENT)
    return {(method, path) for methods, path in found for method in re.findall(METHODS, methods)}


def test_the_document_and_the_schema_name_the_same_addresses() -> None:
    assert documented() == operations()


def test_the_document_names_every_status_and_code() -> None:
    for status, code in CODES.items():
        assert re.search(rf"\b{status}\b.*`{code}`", DOCUMENT), (status, code)


def test_the_document_names_every_filter_and_ordering() -> None:
    from incidents.api.filters import MeldingFilters
    from incidents.api.views import Meldingen

    for name in [*MeldingFilters.base_filters, *Meldingen.orderings]:
        assert f"`{name}`" in DOCUMENT


def test_the_schema_is_clean() -> None:
    written = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=written, stderr=written)
    assert "openapi: 3" in written.getvalue()


def test_every_change_of_a_melding_honours_if_match() -> None:
    without = {
        path
        for path, found in paths().items()
        for method, operation in found.items()
        if method != "get" and "If-Match" not in {one["name"] for one in operation.get("parameters", [])}
    }
    make_something_new = {
        "meldingen/", "meldingen/{number}/messages/", "meldingen/{number}/attachments/", "complaints/",
        "complaints/{complaint}/attachments/", "problems/", "changes/", "releases/", "release-uses/",
        "maintenance-windows/", "unavailabilities/",
    }  # fmt: skip
    alarms = {
        f"monitoring/{tail}/"
        for tail in ("events", "alertmanager", "heartbeat/{name}", "backups", "measurements")
    }
    assert without == {f"/api/v1/{tail}" for tail in make_something_new | alarms}


@pytest.mark.django_db
def test_the_schema_and_its_pages_can_be_read_without_signing_in() -> None:
    client = Client()
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert b"<script>" not in page.content
    assert client.get("/api/docs/?script=").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("scope", ApiToken.Scope.values)
def test_the_command_prints_the_token_and_nothing_else(scope: str) -> None:
    factories.load_policies()
    printed = StringIO()
    call_command("create_token", "--name", "Zabbix Noord", "--scope", scope, stdout=printed)
    (secret,) = printed.getvalue().split()
    row = ApiToken.objects.get()
    assert (row.name, row.scope, row.user.role, row.user.name) == (
        "Zabbix Noord",
        scope,
        Role.MACHINE,
        "Zabbix Noord",
    )
    assert secret not in {row.digest, row.token_key}
    assert client_of(secret).get(MELDINGEN).status_code == (403 if scope == "monitoring" else 200)
    row.refresh_from_db()
    assert row.last_used_on is not None


@pytest.mark.django_db
def test_a_second_token_of_a_name_is_another_key_to_the_same_source() -> None:
    for _turn in range(2):
        call_command("create_token", "--name", "Zabbix", "--scope", "monitoring", stdout=StringIO())
    assert User.objects.filter(role=Role.MACHINE).count() == 1


@pytest.mark.django_db
def test_a_token_can_act_for_a_person_and_lasts_as_long_as_asked() -> None:
    agent = factories.staff()
    call_command(
        "create_token", name="Script", scope="agent", user=agent.email.upper(), days=2, stdout=StringIO()
    )
    row = ApiToken.objects.get()
    assert row.user == agent
    assert row.expiry is not None
    assert (row.expiry - row.created).days in {1, 2}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"user": "niemand@desk.example"}, {"days": 0}, {"days": 99999}, {"name": " "}]
)
def test_a_wrong_request_for_a_token_makes_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("create_token", **{"name": "x", "scope": "read", "stdout": StringIO(), **wrong})
    assert not ApiToken.objects.exists()


def names(client: APIClient, what: str) -> set[str]:
    return {row["name"] for row in client.get(f"/api/v1/{what}/").json()["results"]}


@pytest.mark.django_db
def test_what_else_can_be_read(reader: APIClient) -> None:
    contact, service = factories.contact(), factories.ServiceFactory.create()
    factories.ContractantFactory.create()
    assert len(names(reader, "contractants")) == 2
    assert names(reader, "services") == {service.name}
    policies = reader.get("/api/v1/policies/").json()["results"]
    assert {policy["policy"] for policy in policies} == {"vecozo-mdo", "intramed"}
    assert len(policies[0]["targets"]) == 8
    person = APIClient()
    person.force_login(contact.user)
    assert names(person, "contractants") == {contact.contractant.name}
