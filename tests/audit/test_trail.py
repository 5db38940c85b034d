"""One record for what somebody did: complete, without words of people, and there for good (art. 7.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory

from desk import audit
from desk.audit import here
from desk.audit.recording import by_mail
from desk.door import NotNow
from desk.models import AuditRecord
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db


def test_a_record_says_who_did_what_of_whom_from_where() -> None:
    contact = factories.contact()
    melding = factories.registered(contact=contact)
    agent = factories.staff()
    audit.log("reveal_bsn", by=agent, at=MOMENT, obj=melding, why="asked_by_contractant")
    found = AuditRecord.objects.get(act="reveal_bsn")
    assert (found.user_id, found.role, found.organisation) == (agent.pk, "support", None)
    assert (found.kind, found.number, found.contractant) == (
        "melding",
        melding.number,
        contact.contractant_id,
    )
    assert (found.at, found.why, found.result, found.door) == (
        MOMENT,
        "asked_by_contractant",
        "done",
        "command",
    )
    with by_mail():
        audit.log("reply", by=contact.user, at=MOMENT, obj=melding)
    found = AuditRecord.objects.get(act="reply")
    assert (found.role, found.organisation, found.door) == ("contact", contact.contractant_id, "mail")
    audit.log("sweep", by=None, at=MOMENT)
    assert AuditRecord.objects.get(act="sweep").role == "desk"


@transaction.atomic
def rolled_back(record: Callable[..., None], act: str) -> None:
    record(act, by=None, at=MOMENT)
    raise NotNow


def test_what_is_refused_is_recorded_outside_a_request_as_well() -> None:
    audit.refused("resolve", by=factories.staff(), at=MOMENT, why="not_allowed")
    assert AuditRecord.objects.get(act="resolve").result == audit.REFUSED
    with pytest.raises(NotNow), by_mail():
        rolled_back(audit.refused, "reply")
    assert (found := AuditRecord.objects.get(act="reply")).result == audit.REFUSED
    assert found.door == "mail"


def test_what_was_rolled_back_is_no_record_of_a_request(rf: RequestFactory) -> None:
    with here.during(rf.post("/")) as visit:
        with pytest.raises(NotNow):
            rolled_back(audit.log, "resolve")
        assert not visit.is_recorded()
        audit.log("resolve", by=None, at=MOMENT)
        assert visit.is_recorded()


def test_who_did_not_pass_all_of_our_proxies_has_no_address(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    client.force_login(factories.staff())
    assert client.get("/meldingen/", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 200
    assert AuditRecord.objects.get(act="incidents:worklist").address is None
    client.get("/meldingen/", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")
    assert AuditRecord.objects.filter(address="203.0.113.9").exists()


def test_who_reaches_the_port_past_the_proxies_is_not_believed(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    client.force_login(factories.staff())
    said = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    asked = [
        client.get("/meldingen/", headers=said, REMOTE_ADDR=sender).wsgi_request.is_secure()
        for sender in ("198.51.100.7", "2001:db8::7", "nergens", "10.1.2.3", "::ffff:127.0.0.1")
    ]
    assert asked == [False, False, False, True, True]
    rows = (
        AuditRecord.objects.filter(act="incidents:worklist").order_by("pk").values_list("address", flat=True)
    )
    assert list(rows) == ["198.51.100.7", "2001:db8::7", None, "203.0.113.9", "203.0.113.9"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE desk_auditrecord SET act = 'nothing'",
        "DELETE FROM desk_auditrecord",
        "SET LOCAL desk.audit_flush = off; TRUNCATE desk_auditrecord",
        "UPDATE desk_auditlink SET sequence = 9",
        "SET LOCAL desk.audit_flush = off; TRUNCATE desk_auditlink CASCADE",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_record(statement: str) -> None:
    audit.log("sign_in", by=None, at=MOMENT)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO desk_auditlink (sequence, record_id, digest, previous, hash) SELECT 1, id, 'a', 'b', 'c' FROM desk_auditrecord LIMIT 1"
        )
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert AuditRecord.objects.filter(act="sign_in").exists()
