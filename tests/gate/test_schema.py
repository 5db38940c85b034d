"""The whole API, as its own description says that it may be called, by each role: no fault of ours, every answer as
described, and nothing of a Melding to whom it is foreign.

Each role and token tries each operation once, on the foreign Melding or on one that is restricted (SLA 7.4); with `make fuzz`
much oftener.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from contractants.models import Contact
from desk.models import ApiToken
from desk.permissions import SEES_RESTRICTED, STAFF
from incidents import actions
from incidents.models import Melding
from privacy.breach.actions import Suspicion, open_incident
from privacy.models import SecurityIncident
from tests import factories
from tests.factories import MOMENT
from tests.gate.test_gate import MARK, foreign, identity, stranger  # noqa: F401  # two of them fixtures
from tests.gate.unpacked import readable

pytestmark = pytest.mark.django_db
LONGER = hypothesis.settings.get_current_profile_name() == "search"
EXAMPLES = 60 if LONGER else 2  # of each operation; each role tries one of two
SEALED = "KLUISWOORD"  # stands in what is restricted alone
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


@pytest.fixture
def restricted() -> Melding:
    """Of a contractant of its own; nobody was let in but who opened the security incident."""
    melding, by, at = (
        factories.registered(contact=factories.contact(), subject=SEALED, description=SEALED),
        factories.staff(),
        MOMENT,
    )
    actions.note(melding, by=by, at=at, body=SEALED)
    actions.reply(
        melding, by=by, at=at, body=SEALED, files=[SimpleUploadedFile(f"{SEALED}.txt", SEALED.encode())]
    )
    actions.escalate(melding, by=by, at=at, reason="content", words=SEALED)
    open_incident(Suspicion(SEALED, SEALED, "confidentiality", melding=melding), by=by, at=at)
    return melding


@pytest.mark.usefixtures("_one_connection")
def test_the_whole_schema_as_each_role(foreign: Melding, restricted: Melding, stranger: Contact) -> None:  # noqa: F811
    asked = {
        "nobody": {}, "contact": signed_in(stranger.user), "monitoring": with_token(ApiToken.Scope.MONITORING),
        "read": with_token(ApiToken.Scope.READ), "agent": with_token(ApiToken.Scope.AGENT),
    } | {role: signed_in(factories.staff(role)) for role in sorted(STAFF)}  # fmt: skip
    may_not_see = {who: {SEALED} for who in {*asked} - {*SEES_RESTRICTED}}
    may_not_see |= {who: {SEALED, MARK} for who in ("nobody", "contact", "monitoring")}
    sealed = {
        "number": restricted.number, "escalation": restricted.escalations.get().number,
        "public_id": restricted.attachments.get().public_id,
        "security_incident": SecurityIncident.objects.get(melding=restricted).number,
    }  # fmt: skip
    there, faults = identity(foreign), []
    for number, pair in enumerate(examples()):
        for turn, (who, headers) in enumerate(asked.items()):
            for which in (0, 1) if LONGER else [(number + turn) % 2]:
                case, values = pair[which], {**there, **(sealed if which else {})}
                case.path_parameters = {
                    name: str(values.get(name, value)) for name, value in case.path_parameters.items()
                }
                faults += [f"{who}: {fault}" for fault in tried(case, headers, may_not_see.get(who, set()))]
    assert faults == []


def tried(case: Any, headers: dict[str, str], secrets: set[str]) -> Iterator[str]:
    """What is wrong with the answer; the call leaves nothing behind."""
    cache.clear()
    with transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    line = f"{case.method} {case.formatted_path}: {answer.status_code}"
    if found := [secret for secret in secrets if secret in readable(answer.content)]:
        yield f"{line} shows {found}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as failure:
        yield f"{line} {[str(one) for one in failure.exceptions]} {answer.content[:300]!r}"
