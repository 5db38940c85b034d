"""Tampering with the trail in the database is found and named, whoever does it and however well (NEN 7513, art. 7.4); what is older than five years leaves (art. 7.3)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localtime

from desk import audit
from desk.audit import chain, checking
from desk.audit.pruning import prune, years_before
from desk.audit.verifying import Walk, findings
from desk.models import AuditCheck, AuditLink, AuditPending, AuditRecord, Notice
from desk.tasks import chain_audit
from tests import factories
from tests.factories import MOMENT


def sql(statement: str, *values: Any) -> None:
    """As a superuser who knows the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def found(*anchors: str) -> list[tuple[str, int | None, int | None]]:
    return [(str(one.kind), one.sequence, one.record) for one in findings(Walk(), anchors)]


@pytest.fixture
def ids(db: None) -> list[int]:
    """Six records in the chain, by place."""
    for turn in range(6):
        audit.log(f"act_{turn}", by=None, at=MOMENT + timedelta(minutes=turn))
    assert chain.extend() == 6
    assert found() == []
    return [0, *AuditLink.objects.order_by("sequence").values_list("record_id", flat=True)]


def forge(sequence: int) -> None:
    """Give the link its digest and hash anew, as they would be."""
    link = AuditLink.objects.select_related("record").get(sequence=sequence)
    link.digest = chain.digest_of(link.record)
    sql("UPDATE desk_auditlink SET digest = %s, hash = %s WHERE sequence = %s",
        link.digest, chain.hash_of(link, sequence), sequence)  # fmt: skip


def renumber(first: int, by: int) -> None:
    sql("UPDATE desk_auditlink SET sequence = -sequence WHERE sequence >= %s", first)
    sql("UPDATE desk_auditlink SET sequence = -sequence + %s WHERE sequence < 0", by)


@pytest.mark.parametrize(
    "statement",
    [
        "act = 'other'", "at = at + interval '1 second'", "user_id = 7", "contractant = 3", "number = 'M26-00001'",
        "address = '::1'", "result = 'refused'", "role = 'management'", "why = 'asked'", "count = 1",
    ],
)  # fmt: skip
def test_a_changed_record_is_named(ids: list[int], statement: str) -> None:
    sql(f"UPDATE desk_auditrecord SET {statement} WHERE id = %s", ids[3])
    assert found() == [("changed", 3, ids[3])]


def test_a_changed_record_with_its_hash_made_anew_is_named(ids: list[int]) -> None:
    sql("UPDATE desk_auditrecord SET act = 'other' WHERE id = %s", ids[3])
    forge(3)
    assert found() == [("changed", 3, ids[3])]


def test_a_removed_record_is_named(ids: list[int]) -> None:
    sql("DELETE FROM desk_auditrecord WHERE id = %s", ids[3])
    assert found() == [("removed", 3, ids[3])]
    sql("DELETE FROM desk_auditlink WHERE sequence = 3")
    assert found() == [("removed", 3, None)]
    renumber(4, -1)
    assert found() == [("removed", 3, None)]


def test_a_record_put_in_between_is_named(ids: list[int]) -> None:
    sql("INSERT INTO desk_auditrecord (at, act, mode, result, why, role, kind, number, door, session, token)"
        " SELECT at, 'planted', mode, result, why, role, kind, number, door, session, token FROM desk_auditrecord WHERE id = %s", ids[3])  # fmt: skip
    planted = AuditRecord.objects.get(act="planted")
    assert found() == [("unlinked", None, planted.pk)]
    renumber(3, 1)
    before = AuditLink.objects.get(sequence=2)
    link = chain.next_link(before, planted)
    sql("INSERT INTO desk_auditlink (sequence, record_id, digest, previous, hash) VALUES (3, %s, %s, %s, %s)",
        planted.pk, link.digest, link.previous, link.hash)  # fmt: skip
    assert found() == [("inserted", 3, planted.pk)]


def test_records_that_changed_places_are_named(ids: list[int]) -> None:
    sql("UPDATE desk_auditlink SET record_id = -sequence WHERE sequence IN (3, 4)")
    sql("UPDATE desk_auditlink SET record_id = %s WHERE sequence = 3", ids[4])
    sql("UPDATE desk_auditlink SET record_id = %s WHERE sequence = 4", ids[3])
    assert found() == [("changed", 3, ids[4]), ("changed", 4, ids[3])]
    sql("UPDATE desk_auditlink SET sequence = -sequence WHERE sequence IN (3, 4)")
    sql("UPDATE desk_auditlink SET sequence = 7 + sequence WHERE sequence < 0")
    assert ("moved", 4, ids[4]) in found()


def test_a_trail_that_was_made_anew_or_cut_off_differs_from_what_was_kept_outside(ids: list[int]) -> None:
    kept = AuditLink.objects.get(sequence=6)
    checking.check(MOMENT)
    sql("UPDATE desk_auditrecord SET act = 'other' WHERE id = %s", ids[3])
    for sequence in range(3, 7):
        forge(sequence)
        sql("UPDATE desk_auditlink next SET previous = link.hash FROM desk_auditlink link"
            " WHERE link.sequence = %s AND next.sequence = link.sequence + 1", sequence)  # fmt: skip
    assert found() == [("changed", 6, ids[6])], "by what the last control kept"
    AuditCheck.objects.all().delete()
    assert found() == []
    assert found(f"6:{kept.hash}") == [("changed", 6, ids[6])]
    sql("DELETE FROM desk_auditlink WHERE sequence = 6")
    sql("DELETE FROM desk_auditrecord WHERE id = %s", ids[6])
    assert found(f"6:{kept.hash}") == [("removed", 6, None)]


def test_the_command_names_what_it_finds_and_prints_the_newest_hash(ids: list[int]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    newest = AuditLink.objects.get(sequence=6)
    assert f"Nagekeken: 6 regels. Gevonden: 0. Nieuwste: 6:{newest.hash}" in out.getvalue()
    sql("UPDATE desk_auditrecord SET act = 'other' WHERE id = %s", ids[3])
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", "--anchor", f"6:{newest.hash}", stdout=out)
    assert ended.value.code == 1
    at = f"{localtime(MOMENT + timedelta(minutes=2)):%d-%m-%Y %H:%M:%S}"
    assert f"Plaats 3, regel {ids[3]}, {at}: gewijzigd" in out.getvalue()
    with pytest.raises(CommandError, match="nummer:hash"):
        call_command("verify_audit", "--anchor", "6", stdout=out)


def test_whoever_guards_the_trail_hears_of_it_at_night(ids: list[int]) -> None:
    guards = [factories.staff(role) for role in ("privacy_officer", "administrator")]
    factories.staff("management")
    early, night = datetime(2026, 8, 3, 0, 30, tzinfo=UTC), datetime(2026, 8, 3, 1, 5, tzinfo=UTC)
    assert checking.nightly(early) is None
    outcome = checking.nightly(night)
    assert outcome is not None
    assert (outcome.checked, outcome.found, outcome.sequence) == (6, 0, 6)
    assert checking.nightly(night + timedelta(hours=1)) is None
    sql("UPDATE desk_auditrecord SET act = 'other' WHERE id = %s", ids[3])
    outcome = checking.nightly(night + timedelta(days=1))
    assert outcome is not None
    assert [(one["kind"], one["record"]) for one in outcome.findings] == [("changed", ids[3])]
    assert {notice.email for notice in Notice.objects.filter(key="audit_tampered")} == {
        one.email for one in guards
    }


@pytest.mark.django_db
def test_after_five_years_records_leave_from_the_front_and_the_rest_still_holds() -> None:
    """The newest stays; a leap day is no trap."""
    old, now = datetime(2019, 1, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    for at in (old, old, old, MOMENT, old, MOMENT):
        audit.log("act", by=None, at=at)
    chain.extend()
    with pytest.raises(IntegrityError, match="5 years"), transaction.atomic():
        prune(now, now)
    assert years_before(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2023, 3, 1, tzinfo=UTC)
    assert prune(years_before(now), now) == 3
    assert AuditRecord.objects.filter(act="act").count() == 3
    assert found() == []
    assert prune(years_before(now), now) == 0
    chain.extend()
    assert found() == []
    sql("DELETE FROM desk_auditrecord WHERE act = 'prune_audit'")
    assert ("removed", 1, None) in found(), "nothing says any more that the front was pruned"


@pytest.mark.django_db(transaction=True)
def test_ten_writers_at_once_wait_for_nobody_and_all_get_their_place() -> None:
    """A transaction that lasts holds up neither the writers nor the chain, and gets its place once it is done."""

    def write(turn: int) -> None:
        try:
            for act in range(10):
                with transaction.atomic():
                    audit.log(f"act_{act}", by=None, at=MOMENT)
                chain_audit() if act % 3 == turn % 3 else None
        finally:
            connection.close()

    def slow() -> None:
        try:
            with transaction.atomic():
                audit.log("slow", by=None, at=MOMENT)
                while AuditRecord.objects.count() < 101:
                    time.sleep(0.02)
        finally:
            connection.close()

    with ThreadPoolExecutor(11) as pool:
        last = pool.submit(slow)
        list(pool.map(write, range(10)))
        last.result(timeout=20)
    chain_audit()
    assert (AuditLink.objects.count(), AuditPending.objects.count()) == (101, 0)
    assert found() == []
