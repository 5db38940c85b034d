"""Every door leaves a record of what was seen and refused; what an open page asks by itself is no act (art. 7.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from desk.models import ApiToken, AuditRecord
from incidents import actions
from incidents.models import Attachment, Channel, Melding
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
Row = tuple[str, str, str, str, str]


@pytest.fixture
def melding() -> Melding:
    made = factories.registered(contact=factories.contact(), channel=Channel.PORTAL)
    actions.reply(
        made,
        by=factories.staff(),
        at=MOMENT,
        body="Zie de bijlage.",
        files=[SimpleUploadedFile("a.txt", b"tekst")],
    )
    return made


def since(mark: int) -> list[Row]:
    rows = AuditRecord.objects.filter(pk__gt=mark).order_by("pk")
    return [(row.act, row.mode, row.result, row.kind, row.number) for row in rows]


def newest() -> int:
    row = AuditRecord.objects.first()
    return row.pk if row else 0


def test_staff_on_pages(client: Client, melding: Melding) -> None:
    agent = factories.staff()
    client.force_login(agent)
    mark, number, file = newest(), melding.number, Attachment.objects.get()
    client.get(f"/meldingen/{number}/", HTTP_X_FORWARDED_FOR="203.0.113.9", REMOTE_ADDR="198.51.100.7")
    client.get("/meldingen/?view=all")
    client.get(f"/bijlagen/{file.public_id}/")
    client.post(f"/meldingen/{number}/do/pick_up/", {"version": melding.version})
    client.get("/meldingen/M26-99999/")
    client.post(f"/meldingen/{number}/do/accept/", {"version": 3})
    assert since(mark) == [
        ("incidents:melding", "read", "done", "melding", number),
        ("incidents:worklist", "read", "done", "", ""),
        ("incidents:attachment", "export", "done", "attachment", str(file.public_id)),
        ("pick_up", "write", "done", "melding", number),
        ("incidents:melding", "read", "refused", "melding", "M26-99999"),
        ("accept", "write", "refused", "melding", number),
    ]
    seen, listed = AuditRecord.objects.get(pk=mark + 1), AuditRecord.objects.get(pk=mark + 2)
    assert (seen.user_id, seen.role, seen.organisation) == (agent.pk, "support", None)
    assert (seen.contractant, seen.address, seen.door) == (melding.contractant_id, "198.51.100.7", "page")
    assert (listed.count, listed.contractant) == (1, None)
    assert len(seen.session) == 16
    assert seen.session == listed.session != client.session.session_key


def by_itself(element: str) -> Any:
    return {"HX-Request": "true", "HX-Trigger": element, "HX-Target": element}


def test_what_an_open_page_asks_by_itself_is_recorded_once(client: Client, melding: Melding) -> None:
    client.force_login(factories.staff())
    mark, page = newest(), f"/meldingen/{melding.number}/"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.get("/meldingen/?view=all")
        for _time in range(2):
            client.get("/meldingen/?view=all", headers=by_itself("list"))
            client.post(page + "aanwezig/", {"seen": "0"}, headers=by_itself("presence"))
            client.get("/meldingen/banner/", headers=by_itself("banner"))
        client.get("/")
        clock.shift(timedelta(hours=1, minutes=1))
        client.get("/meldingen/?view=all", headers=by_itself("list"))
    assert [row[0] for row in since(mark)] == [
        "incidents:worklist", "incidents:presence", "incidents:banner", "incidents:worklist",
    ]  # fmt: skip


def test_nobody_reads_unseen_by_saying_that_a_page_asks_by_itself(client: Client, melding: Melding) -> None:
    client.force_login(factories.staff())
    mark, headers = newest(), by_itself("x")
    client.get("/meldingen/?view=all", headers=headers)
    client.get("/meldingen/?view=all&sort=due", headers=headers)
    client.get(f"/meldingen/{melding.number}/", headers=headers)
    for _time in range(2):
        client.post("/meldingen/M26-99999/aanwezig/", headers=headers)
    client.options("/meldingen/?view=mine")
    assert [(row[0], row[2]) for row in since(mark)] == [
        ("incidents:worklist", "done"), ("incidents:worklist", "done"), ("incidents:melding", "done"),
        ("incidents:presence", "refused"), ("incidents:presence", "refused"), ("incidents:worklist", "done"),
    ]  # fmt: skip


def test_contacts_and_strangers(client: Client, melding: Melding) -> None:
    stranger, number = factories.contact(), melding.number
    mark = newest()
    assert client.get(f"/meldingen/{number}/").status_code == 302
    client.get("/start/")
    client.get("/account/login/")
    client.force_login(stranger.user)
    client.get(f"/portaal/{number}/")
    client.get("/portaal/")
    rows = list(AuditRecord.objects.filter(pk__gt=mark).order_by("pk"))
    assert [(row.act, row.result, row.role, row.number, row.why) for row in rows] == [
        ("incidents:melding", "refused", "visitor", number, "status_302"),
        ("sign_in", "done", "contact", "", ""),
        ("incidents:portal_melding", "refused", "contact", number, "status_404"),
        ("incidents:portal", "done", "contact", "", ""),
    ]
    assert [row.contractant for row in rows[2:]] == [melding.contractant_id, stranger.contractant_id]


def test_the_api(client: Client, melding: Melding) -> None:
    secret = factories.token(ApiToken.Scope.AGENT)
    machine, number = Client(HTTP_AUTHORIZATION=f"Bearer {secret}"), melding.number
    mark = newest()
    machine.get("/api/v1/meldingen/")
    machine.get(f"/api/v1/meldingen/{number}/")
    machine.post(f"/api/v1/meldingen/{number}/messages/", "{}", content_type="application/json")
    client.get(f"/api/v1/meldingen/{number}/", HTTP_AUTHORIZATION="Bearer geraden")
    rows = list(AuditRecord.objects.filter(pk__gt=mark).order_by("pk"))
    assert [(row.act, row.result, row.count, row.door) for row in rows] == [
        ("api:meldingen", "done", 1, "api"), ("api:melding", "done", None, "api"),
        ("api:messages", "failed", None, "api"), ("api:melding", "refused", None, "api"),
    ]  # fmt: skip
    assert [bool(row.token) for row in rows] == [True, True, True, False]
    assert secret not in {row.token for row in rows}


def test_signing_in_and_out(client: Client) -> None:
    person = factories.staff(email="a.bakker@mdodesk.example")
    person.set_password("lang-en-goed-wachtwoord")
    person.save()
    mark = newest()
    for password in ("fout-fout-fout", "lang-en-goed-wachtwoord"):
        client.post("/account/login/", {"login": "a.bakker@mdodesk.example", "password": password})
    client.post("/account/logout/")
    assert [row[:3] for row in since(mark)] == [
        ("sign_in", "access", "failed"), ("sign_in", "access", "done"), ("sign_out", "access", "done"),
    ]  # fmt: skip
    failed = AuditRecord.objects.get(act="sign_in", result="failed")
    assert failed.kind == "address"
    assert "bakker" not in failed.number


def test_admin(client: Client, melding: Melding) -> None:
    client.force_login(factories.staff("administrator"))
    mark = newest()
    client.get(f"/beheer/incidents/melding/{melding.pk}/change/")
    client.get("/beheer/desk/user/")
    person = factories.staff()
    client.post(
        f"/beheer/desk/user/{person.pk}/change/",
        {"name": "Anders", "email": person.email, "role": "support", "language": "nl", "is_active": "on"},
    )
    rows = since(mark)
    assert rows[0] == ("admin:incidents_melding_change", "read", "done", "melding", melding.number)
    assert rows[1][:3] == ("admin:desk_user_changelist", "read", "done")
    assert rows[2] == ("admin_change", "write", "done", "user", str(person.pk))
    assert len(rows) == 3


def test_what_cannot_be_recorded_is_not_shown_and_not_done(client: Client, melding: Melding) -> None:
    client.force_login(factories.staff())
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_auditrecord ADD CONSTRAINT full_disk CHECK (id < 0) NOT VALID")
    agent = factories.staff()
    with transaction.atomic():
        answer = client.get(f"/meldingen/{melding.number}/")
        transaction.set_rollback(True)
    assert answer.status_code == 500
    assert melding.subject not in answer.content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        actions.pick_up(melding, by=agent, at=MOMENT)
    melding.refresh_from_db()
    assert melding.state == "received"


def test_no_words_are_kept(client: Client, melding: Melding) -> None:
    client.force_login(factories.staff())
    client.get("/zoeken/?q=geheim")
    row = AuditRecord.objects.get(act="incidents:search")
    assert (row.count, row.number) == (0, "")
    assert "geheim" not in str(vars(row))
