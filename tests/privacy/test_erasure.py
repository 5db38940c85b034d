"""What belongs to a contractant is erased when its contract says so, by two persons, and nothing of it is left
(VWO 4.3, art. 10.9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from contractants.models import Contractant
from desk.door import NotAllowed, NotNow
from desk.models import Event, InboundMail, MessageTemplate, Quarantined, UnscannedFile, User
from desk.models.audit import AuditRecord
from desk.permissions import Role
from incidents.models import Attachment, Melding
from privacy.breach import queries as breaches
from privacy.handover import actions, erasing, making, terms
from privacy.models import Affected, Erasure, Handover, LegalHold, RetentionRule, SecurityIncident
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
    tmp_path: Path, officers: tuple[User, User], settings: Any
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
    mail = InboundMail.objects.get(sender="thijs@merenburg.example")
    InboundMail.objects.filter(pk=mail.pk).update(case_type="", case_id=None)
    Quarantined.objects.create(
        mark="1", kind="mail", source="mail", place="merenburg", path=str(mail.file.name), at=LATER
    )
    postbus = tmp_path / "post"
    settings.EMBEDDED, settings.EMAIL_FILE_PATH = True, str(postbus)
    postbus.mkdir()
    (postbus / "1.eml").write_text("To: Hanneke <Hanneke@merenburg.example>\n\nIets vertrouwelijks.\n")
    (postbus / "2.eml").write_text("To: sam@desk.example\n\nZiekenhuis merenburg belde.\n")
    UnscannedFile.objects.create(path=str(Attachment.objects.get(name="merenburg.txt").file.name))
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
    assert erasing.work(LATER) == 0, "it is tried again, and the others need not wait for it"
    assert not User.objects.filter(contact__contractant=one.contractant, is_active=True).exists()
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
    assert not UnscannedFile.objects.exists()
    assert [(one.name, "merenburg" in one.read_text()) for one in postbus.iterdir()] == [("2.eml", False)]
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
    assert actions.make_handover(of, by=one, at=at) == first
    with pytest.raises(NotAllowed):
        actions.make_handover(of, by=two, at=at)
    assert making.work(at) == 1
    assert making.work(at) == 0
    assert Melding.objects.count() == 0
    assert Handover.objects.get().state == Handover.State.READY
    making.work(at + timedelta(days=15))
    assert Handover.objects.get().state == Handover.State.EXPIRED
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.zip"))


def approved(of: Contractant, officers: tuple[User, User]) -> Erasure:
    factories.ContractFactory.create(contractant=of, ends_on=date(2026, 6, 1))
    planned = actions.plan_erasure(of, by=officers[0], at=LATER)
    return actions.approve_erasure(planned, by=officers[1], at=LATER)


def test_what_a_contractant_wrote_takes_nothing_from_what_the_desk_runs_on(
    officers: tuple[User, User],
) -> None:
    published = factories.policy("intramed").versions.filter(published_at__isnull=False).first()
    assert published is not None
    contact = factories.contact(contractant__name="Ziekenhuis Zuiderzand", user__name=published.label)
    for subject in ("Release", "Contact", "Portal", "Traag zoeken", "Onze eigen woorden"):
        factories.registered(contact=contact, subject=subject)
    text = MessageTemplate.objects.create(key="x", language="nl", subject="Contact", body="Over Onze Release")
    problem = Problem.objects.create(
        number="P26-00001", title="Traag zoeken", description=f"Bij {published.label} en Ziekenhuis Zuiderzand.",
        service=factories.ServiceFactory.create(), identified_at=hours(0), risk=2,
    )  # fmt: skip
    kinds = set(RetentionRule.objects.values_list("kind", flat=True))
    types = set(ContentType.objects.values_list("model", flat=True))

    erasure = approved(contact.contractant, officers)
    assert erasing.work(LATER) == 1
    erasure.refresh_from_db()
    assert (erasure.state, erasure.proof) == (Erasure.State.DONE, [])
    assert erasure.left >= 5
    assert set(RetentionRule.objects.values_list("kind", flat=True)) == kinds
    assert set(ContentType.objects.values_list("model", flat=True)) == types
    text.refresh_from_db()
    problem.refresh_from_db()
    assert (text.subject, text.body, problem.title) == ("Contact", "Over Onze Release", "Traag zoeken")
    assert problem.description == f"Bij {published.label} en [gewist]."


def test_avg_33_5_what_has_to_be_kept_stops_it_and_a_breach_keeps_when_it_was_told(
    officers: tuple[User, User],
) -> None:
    contact = factories.contact()
    of, officer = contact.contractant, officers[0]
    erasure = approved(of, officers)
    hold = LegalHold.objects.create(contact=contact, reason="Rechtszaak", placed_at=LATER, placed_by=officer)
    assert erasing.work(LATER) == 0
    holds.lift(hold, by=officer, at=LATER, reason="Voorbij")
    breach = SecurityIncident.objects.create(
        number="B26-00001", subject="Agenda zichtbaar", description="Zag een ander.", aspect="confidentiality",
        opened_by=officer, opened_at=hours(0), known_at=hours(0), due_at=hours(24),
    )  # fmt: skip
    Affected.objects.create(
        incident=breach, contractant=of, phoned_at=hours(5), phoned_by=officer, authority="yes"
    )
    assert erasing.work(LATER) == 0
    erasure.refresh_from_db()
    assert erasure.state == Erasure.State.APPROVED
    assert "beveiligingsincident" in " ".join(terms.blocks(of, LATER))
    SecurityIncident.objects.filter(pk=breach.pk).update(state="closed", informed_at=hours(5))
    assert erasing.work(LATER) == 1
    breach = SecurityIncident.objects.get(pk=breach.pk)
    assert not breach.affected.exists()
    assert breach.told_at() == hours(5)
    assert [(one["told_at"], one["authority"]) for one in breaches.line(breach, LATER)["controllers"]] == [
        (hours(5), "gemeld")
    ]
    fact = Event.objects.get(case_type="security_incident", verb="forget_controller")
    assert fact.data["party"] == str(of.public_id)
