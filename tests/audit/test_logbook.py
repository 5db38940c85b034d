"""The privacy officer searches the trail; a hoofdcontactpersoon sees who saw the data of the own organisation (art. 7.4)."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from contractants.models import Contact
from desk import audit
from desk.audit import checking
from desk.models import AuditRecord, User
from incidents.models import Melding
from privacy.logbook import queries
from privacy.logbook.forms import Search
from tests import factories
from tests.factories import MOMENT
from tests.portal.reading import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    return factories.staff(name="=Anna Bakker")


@pytest.fixture
def melding(agent: User) -> Melding:
    made = factories.registered(contact=factories.contact(role=Contact.Role.MAIN, user__name="Henk Hoofd"))
    audit.log("incidents:melding", by=agent, at=MOMENT, obj=made, mode=audit.Mode.READ)
    audit.log("resolve", by=agent, at=MOMENT, obj=made, result=audit.REFUSED, why="not_allowed")
    audit.log(
        "incidents:melding",
        by=agent,
        at=MOMENT + timedelta(days=2),
        obj=factories.registered(contact=factories.contact()),
    )
    return made


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(factories.staff("privacy_officer"))
    return client


def test_the_privacy_officer_searches(officer: Client, melding: Melding, agent: User) -> None:
    asked = {
        f"person=Bakker&number={melding.number.lower()}": 2, f"number={melding.number}&result=refused": 1,
        f"contractant={melding.contractant_id}&act=resolve": 1, "person=niemand": 0,
        f"person={agent.email}&since={MOMENT:%Y-%m-%d}&until={MOMENT:%Y-%m-%d}": 2, "mode=read&person=anna": 1,
    }  # fmt: skip
    for query, expected in asked.items():
        answer = officer.get(f"/privacy/logboek/?{query}")
        assert answer.status_code == 200
        assert said(answer).count("Supportafdeling · MDO Desk") == expected, query
    assert AuditRecord.objects.filter(act="privacy:logbook").count() == len(asked), "its own use stands in it"
    wrong = officer.get("/privacy/logboek/?since=2026-07-02&until=2026-07-01&person=anna")
    assert wrong.status_code == 422
    assert "Deze dag ligt voor de eerste." in said(wrong)
    assert 'value="anna"' in wrong.content.decode()


def test_whether_the_chain_holds(officer: Client, melding: Melding) -> None:
    assert "Nog niet gecontroleerd" in said(officer.get("/privacy/logboek/"))
    checking.check(MOMENT)
    page = said(officer.get("/privacy/logboek/"))
    assert "De keten klopt" in page
    assert "geen ervan veranderd" in page
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE desk_auditrecord SET act = 'other' WHERE act = 'resolve'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    checking.check(MOMENT)
    assert "De keten klopt niet: één regel" in said(officer.get("/privacy/logboek/"))


def test_the_export_is_complete_and_no_formula(
    officer: Client, melding: Melding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 1)
    answer = officer.get(f"/privacy/logboek/export.csv?number={melding.number}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert [row["act"] for row in rows] == ["resolve", "incidents:melding"]
    assert (
        rows[0] | {"user": "'=Anna Bakker", "result": "refused", "contractant": str(melding.contractant)}
        == rows[0]
    )
    exported = AuditRecord.objects.get(act="privacy:logbook_export")
    assert exported.mode == "export"


@pytest.mark.parametrize("role", ["support", "administrator", "management"])
def test_nobody_else_of_staff(client: Client, role: str) -> None:
    client.force_login(factories.staff(role))
    for path in ("/privacy/logboek/", "/privacy/logboek/export.csv"):
        assert client.get(path).status_code == 403
    assert client.get("/beheer/desk/auditrecord/").status_code == 404


def test_a_hoofdcontactpersoon_sees_who_saw_their_data(client: Client, melding: Melding, agent: User) -> None:
    """By function; their own people by name. Not what was refused, nor what they may not know of."""
    assert melding.contact
    for kind, number in [("breach", "B26-00001"), ("data_request", "G26-00001"), ("report", "R26-00001")]:
        audit.log("look", by=agent, at=MOMENT, obj=audit.Of(kind, number, melding.contractant_id))
    audit.log("reply", by=melding.contact.user, at=MOMENT, obj=melding)
    client.force_login(melding.contact.user)
    page = said(client.get("/portaal/logboek/"))
    assert melding.number in page
    assert "Supportafdeling" in page
    assert "Henk Hoofd" in page
    assert not [
        word for word in ("Bakker", "B26-0", "G26-0", "R26-0", "geweigerd", "resolve") if word in page
    ]
    text = b"".join(client.get("/portaal/logboek/export.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert {(row["role"], row["user"]) for row in rows} == {("support", ""), ("contact", "Henk Hoofd")}
    assert "Inzage" in said(client.get("/portaal/"))
    other = factories.contact(contractant=melding.contractant)
    client.force_login(other.user)
    assert client.get("/portaal/logboek/").status_code == 403
    assert "Inzage" not in said(client.get("/portaal/"))


def test_a_long_trail_is_searched_by_index(melding: Melding) -> None:
    questions = {
        f"number={melding.number}": "audit_of_number", f"contractant={melding.contractant_id}": "audit_of_contractant",
        "person=bakker": "audit_of_user", "act=resolve": "audit_of_act", "result=refused": "audit_not_done", "": "pkey",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    for query, index in questions.items():
        form = Search(dict(part.split("=") for part in query.split("&") if part))
        assert form.is_valid()
        plan = queries.found(form.chosen()).order_by("-id")[:100].explain()
        assert index in plan, (query, plan)
