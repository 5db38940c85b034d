"""The whole API, as its own description says that it may be called, by each role: no fault of ours, every answer as
described, and nothing of a Melding to whom it is foreign.

Here whoever may see nothing tries every operation, and the others two in turn; with `make fuzz` all try all, for longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from contractants.models import Contact
from desk.models import ApiToken
from desk.permissions import STAFF
from incidents.models import Melding
from tests import factories
from tests.gate.test_gate import MARK, foreign, identity, stranger  # noqa: F401  # two of them fixtures

pytestmark = pytest.mark.django_db
LONGER = hypothesis.settings.get_current_profile_name() == "search"
EXAMPLES = 60 if LONGER else 2  # of each operation; each role tries one of two
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """A whole WSGI application lets go of its connection after each request, and with it of the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def application() -> Any:
    """As a server calls it, which says from where a request comes; the client of these tests does not."""
    inner = get_wsgi_application()
    return lambda environ, start: inner({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)


def examples() -> Iterator[list[Any]]:
    """Two at a time of each operation."""
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application())
    found_in_schema: Any = schema.get_all_operations()
    for operation in found_in_schema:
        found = _examples(operation.ok())
        yield from (found[at : at + 2] for at in range(0, EXAMPLES, 2))


def _examples(operation: Any) -> list[Any]:
    found: list[Any] = []

    @hypothesis.settings(
        max_examples=EXAMPLES, database=None, deadline=None, derandomize=not LONGER,
        phases=[hypothesis.Phase.generate], suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy())
    def collect(case: Any) -> None:
        found.append(case)

    collect()
    return (found * EXAMPLES)[:EXAMPLES]


def headers_of(client: Client) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value.value}" for name, value in client.cookies.items())}


def signed_in(user: Any) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return headers_of(client)


def with_token(scope: str, **whose: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {factories.token(scope, **whose)}"}


@pytest.mark.usefixtures("_one_connection")
def test_the_whole_schema_as_each_role(foreign: Melding, stranger: Contact) -> None:  # noqa: F811
    may_not_see = {
        "nobody": {},
        "contact": signed_in(stranger.user),
        "monitoring": with_token(ApiToken.Scope.MONITORING),
    }
    may_see = {role: signed_in(factories.staff(role)) for role in sorted(STAFF)} | {
        str(scope): with_token(scope) for scope in (ApiToken.Scope.READ, ApiToken.Scope.AGENT)
    }
    there, faults, staff = identity(foreign), [], list(may_see.items())
    for number, (simple, other) in enumerate(examples()):
        in_turn = staff if LONGER else [staff[(number * 2 + more) % len(staff)] for more in range(2)]
        for turn, (who, headers) in enumerate([*may_not_see.items(), *in_turn]):
            for case in (simple, other) if LONGER else [(simple, other)[(number + turn) % 2]]:
                case.path_parameters = {
                    name: str(there.get(name, value)) for name, value in case.path_parameters.items()
                }
                faults += [f"{who}: {fault}" for fault in tried(case, headers, who in may_not_see)]
    assert faults == []


def tried(case: Any, headers: dict[str, str], secret: bool) -> Iterator[str]:
    """What is wrong with the answer; the call leaves nothing behind."""
    cache.clear()
    with transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    line = f"{case.method} {case.formatted_path}: {answer.status_code}"
    if secret and MARK.encode() in answer.content:
        yield f"{line} shows the Melding"
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as failure:
        yield f"{line} {[str(one) for one in failure.exceptions]} {answer.content[:300]!r}"
