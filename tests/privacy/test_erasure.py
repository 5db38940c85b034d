"""What belongs to a contractant is erased when its contract says so, by two persons, and nothing of it is left
(VWO 4.3, art. 10.9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from contractants.models import Contractant
from desk.door import NotAllowed, NotNow
from desk.models import Event, User
from desk.models.audit import AuditRecord
from desk.permissions import Role
from incidents.models import Melding
from privacy.handover import actions, erasing, making, terms
from privacy.models import Erasure, Handover
from privacy.retention import holds
from problems.models import Problem
from reports.models import Correction, ServiceLevelReport
from reports.monthly import correcting, sealing
from reports.verifying.checking import Scope
from reports.verifying.running import look
from sla.models import Contract
from tests import factories
from tests.privacy import planting
from tests.privacy.planting import hours
from tests.privacy.test_handover import read

pytestmark = pytest.mark.django_db
LATER = hours(24 * 200)
STOP = """
CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'the power went'; END$$;
CREATE TRIGGER stop BEFORE DELETE ON incidents_melding FOR EACH ROW EXECUTE FUNCTION stop();
"""


@pytest.fixture
def officers() -> tuple[User, User]:
    return factories.staff(Role.PRIVACY_OFFICER, name="Oscar"), factories.staff(
        Role.ADMINISTRATOR, name="Iris"
    )


def traces(word: str) -> Iterator[str]:
    """Where it stands in any column of any table, or in any file: by looking, and not by what the models know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{word}%"])
            if cursor.fetchone() != (0,):
                yield table
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and word.encode() in path.read_bytes().lower():
            yield str(path)


def test_vwo_10_1_after_erasing_nothing_of_the_one_is_found_and_the_other_is_whole(
    tmp_path: Path, officers: tuple[User, User]
) -> None:
    desk = planting.desk()
    one, other = planting.plant(desk, "merenburg"), planting.plant(desk, "lindewaard")
    totals = planting.publish_totals(desk)
    correcting.look(hours(24 * 22))
    making.attempt(actions.make_handover(one.contractant, by=officers[0], at=hours(24 * 21)), hours(24 * 21))
    assert Handover.objects.get().state == Handover.State.READY
    Contract.objects.filter(contractant=one.contractant).update(ends_on=date(2026, 7, 31))
    before, after = tmp_path / "before.zip", tmp_path / "after.zip"
    making.write(other.contractant, before, LATER)
    corrections, published = Correction.objects.count(), totals.data
    assert len(set(traces("merenburg"))) > 20
    odd = {one.identity for one in look(Scope(LATER))}

    erasure = actions.plan_erasure(one.contractant, by=officers[0], at=LATER)
    assert (erasure.ended_on, erasure.not_before, erasure.policy) == (
        date(2026, 7, 31),
        date(2026, 10, 30),
        "vecozo-mdo",
    )
    foretold = erasing.what_goes(one.contractant)
    actions.approve_erasure(erasure, by=officers[1], at=LATER)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(STOP)
    with pytest.raises(DatabaseError, match="the power went"), transaction.atomic():
        erasing.work(LATER)
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION stop CASCADE")
    assert erasing.work(LATER) == 1

    erasure.refresh_from_db()
    assert (erasure.state, erasure.proof, erasure.terms, erasure.contractant) == (
        Erasure.State.DONE,
        [],
        [],
        None,
    )
    assert {label: erasure.counts[label] for label in foretold} == foretold
    assert erasure.party == one.contractant.public_id
    assert list(traces("merenburg")) == []
    making.write(other.contractant, after, LATER)
    assert read(after) == read(before)
    assert Problem.objects.get().description == "Traag. Ook bij [gewist]. Ook bij Ziekenhuis lindewaard."
    assert desk.storm.messages.filter(body="Ook [gewist] heeft last.").exists()

    assert erasing.work(LATER) == 0
    totals = ServiceLevelReport.objects.get(pk=totals.pk)
    assert sealing.holds(totals)
    assert totals.data["counts"] == published["counts"]
    assert totals.data != published
    assert Event.objects.get(case_type="report", verb="redact").data["sha256"] == totals.sha256
    assert AuditRecord.objects.filter(act="erasure", number=str(erasure.party)).exists()
    correcting.look(LATER + timedelta(days=1))
    assert Correction.objects.count() == corrections, "a total that cannot be counted again is not wrong"
    assert {one.identity for one in look(Scope(LATER))} <= odd, "all still follows from the events"


def test_vwo_4_3_and_art_10_9_when_and_by_whom(officers: tuple[User, User]) -> None:
    one, two = officers
    contact = factories.contact()
    of = contact.contractant
    with pytest.raises(NotNow):
        actions.plan_erasure(of, by=one, at=LATER)
    licence = factories.ContractFactory.create(
        contractant=of, policy=factories.policy("intramed"), ends_on=date(2026, 1, 31)
    )
    at = hours(-24 * 120)  # 16 February
    assert terms.erased_from(of, at) == date(2026, 2, 28)
    assert terms.handed_until(of, at) == date(2026, 2, 27)
    planned = actions.plan_erasure(of, by=one, at=at)
    with pytest.raises(NotNow, match="28 februari 2026"):
        actions.approve_erasure(planned, by=two, at=at)
    with pytest.raises(NotNow, match="al gepland"):
        actions.plan_erasure(of, by=two, at=at)
    with pytest.raises(NotAllowed):
        actions.approve_erasure(planned, by=one, at=LATER)
    with pytest.raises(NotAllowed):
        actions.approve_erasure(planned, by=factories.staff(Role.SUPPORT), at=LATER)
    with pytest.raises(NotNow, match="verstreken"):
        actions.make_handover(of, by=one, at=LATER)
    hold = holds.place(of, by=one, at=LATER, reason="Rechtszaak")
    with pytest.raises(NotNow, match="bewaarplicht"):
        actions.approve_erasure(planned, by=two, at=LATER)
    holds.lift(hold, by=one, at=LATER, reason="Voorbij")
    running = factories.ContractFactory.create(
        contractant=of, service=factories.ServiceFactory.create(slug="xis")
    )
    with pytest.raises(NotNow, match="loopt nog"):
        actions.approve_erasure(planned, by=two, at=LATER)
    Contract.objects.filter(pk=running.pk).update(ends_on=date(2026, 2, 1))
    assert terms.erased_from(of, at + timedelta(days=9)) == date(2026, 5, 3), (
        "the longest term holds for the whole"
    )
    Erasure.objects.filter(pk=planned.pk).update(state=Erasure.State.APPROVED)
    for what in (of, contact):
        with pytest.raises(NotNow, match="al goedgekeurd"):
            holds.place(what, by=one, at=LATER, reason="Te laat")
    Erasure.objects.filter(pk=planned.pk).update(state=Erasure.State.PLANNED)
    actions.withdraw_erasure(planned, by=two, at=LATER)
    with pytest.raises(NotNow):
        actions.approve_erasure(planned, by=two, at=LATER)
    assert erasing.work(LATER) == 0
    assert Contractant.objects.filter(pk=of.pk).exists()
    assert licence.pk
    first = actions.make_handover(of, by=one, at=at)
    assert actions.make_handover(of, by=two, at=at) == first
    assert making.work(at) == 1
    assert making.work(at) == 0
    assert Melding.objects.count() == 0
    assert Handover.objects.get().state == Handover.State.READY
    making.work(at + timedelta(days=15))
    assert Handover.objects.get().state == Handover.State.EXPIRED
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.zip"))
