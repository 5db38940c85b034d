"""The way of a complaint: who is told, what is timed, who may not treat it, and the words of both sides (SLA 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import localtime

from complaints import actions
from complaints.actions import Received
from complaints.actions.treating import candidates
from complaints.models import About, Complaint, ComplaintTarget, State, Step
from complaints.notices import NOTICES
from complaints.queries import mine, services
from desk.door import Invalid, NotAllowed, NotNow, Refused, Stale
from desk.models import Notice, User
from desk.notices import render
from desk.permissions import Role
from desk.sweep import sweep
from incidents import actions as on_melding
from tests import factories
from tests.complaints.conftest import LATER, REPORT, Cast
from tests.factories import MOMENT


def told(complaint: Complaint, verb: str) -> set[tuple[str, str]]:
    event = complaint.events().filter(verb=verb).latest("pk")
    return set(Notice.objects.filter(event=event).values_list("name", "key"))


def test_sla_5_the_contact_hears_of_every_step(cast: Cast) -> None:
    complaint = cast.brought(State.ASSIGNED)
    actions.start(complaint, by=cast.fatma, at=LATER)
    actions.involve(complaint, by=cast.fatma, at=LATER, manager=cast.marieke)
    actions.propose(complaint, by=cast.marieke, at=LATER, solution="Wij bellen u.")
    actions.refuse_solution(complaint, by=cast.noor.user, at=LATER, reason="Te mager.")
    actions.propose(complaint, by=cast.fatma, at=LATER, solution="Wij komen langs.")
    actions.accept_solution(complaint, by=cast.noor.user, at=LATER)
    actions.send_report(complaint, by=cast.fatma, at=LATER, **REPORT)
    actions.refuse_report(complaint, by=cast.noor.user, at=LATER, reason="De datum klopt niet.")
    actions.send_report(complaint, by=cast.fatma, at=LATER, **REPORT)
    actions.accept_report(complaint, by=cast.noor.user, at=LATER)
    actions.close(complaint, by=cast.sam, at=LATER)
    actions.reassign(
        second := cast.assigned(), by=cast.sam, at=LATER, assignee=factories.staff(Role.PRODUCT_MANAGER)
    )
    by_contact = {"accept_solution", "refuse_solution", "accept_report", "refuse_report"}
    for event in [*complaint.events(), *second.events().filter(verb="reassign")]:
        names = set(Notice.objects.filter(event=event).values_list("name", flat=True))
        assert names, event.verb
        assert ("Noor Verhagen" in names) is (event.verb not in by_contact), event.verb
    handlers = {
        ("Fatma Yıldız", "complaint_solution_refused"),
        ("Marieke van Dalen", "complaint_solution_refused"),
    }
    assert told(complaint, "refuse_solution") == handlers
    assert ("Sam de Vries", "complaint_to_close") in told(complaint, "accept_report")
    assert [report.edition for report in complaint.reports.all()] == [1, 2]
    assert complaint.state == State.CLOSED


def test_every_notice_can_be_written(cast: Cast) -> None:
    complaint = cast.complaint()
    actions.set_about(complaint, by=cast.fatma, at=LATER, about=About.SUPPORT)
    cast.brought(State.CLOSED)
    cast.brought(State.WITHDRAWN)
    treated = cast.brought(State.IN_TREATMENT)
    actions.involve(treated, by=cast.fatma, at=LATER, manager=cast.marieke)
    actions.reply(treated, by=cast.sam, at=LATER, body="Nog even geduld.")
    actions.reply(treated, by=cast.noor.user, at=LATER, body="Dank u.")
    actions.propose(treated, by=cast.fatma, at=LATER, solution="Iets.")
    actions.refuse_solution(treated, by=cast.noor.user, at=LATER, reason="Nee.")
    reported = cast.brought(State.REPORTED)
    actions.refuse_report(reported, by=cast.noor.user, at=LATER, reason="Nee.")
    for passed in (MOMENT + timedelta(days=1, hours=5), MOMENT + timedelta(days=3)):
        sweep(Complaint, passed)
    owed = Notice.objects.filter(case_type="complaint")
    assert {notice.key for notice in owed} == {key for rows in NOTICES.values() for key, _to in rows}
    for notice in owed:
        render(notice)
        assert notice.subject
        assert "{{" not in notice.body
        assert "Wij horen niets" not in notice.subject


def test_target_times_are_data_on_kantoortijden(cast: Cast) -> None:
    """Two Werkdagen to take it up, ten for a solution, five for the klachtrapport; nothing while the contact decides."""
    friday = datetime(2026, 6, 12, 16, 0, tzinfo=UTC)  # 18:00, after closing: counts from Monday
    complaint = cast.complaint(at=friday)
    assert (complaint.due_step, str(localtime(complaint.due_at))[:16]) == (
        Step.ACKNOWLEDGE,
        "2026-06-17 09:00",
    )
    complaint = cast.brought(State.IN_TREATMENT)
    assert (complaint.due_step, str(localtime(complaint.due_at))[:16]) == (Step.ANSWER, "2026-06-30 10:00")
    assert not complaint.is_late(complaint.due_at or MOMENT)
    assert complaint.is_late((complaint.due_at or MOMENT) + timedelta(seconds=1))
    proposed = actions.propose(complaint, by=cast.fatma, at=LATER, solution="Iets.")
    assert (proposed.due_step, proposed.due_at) == ("", None)
    ComplaintTarget.objects.create(step=Step.REPORT, working_days=1)
    accepted = actions.accept_solution(proposed, by=cast.noor.user, at=LATER)
    assert (accepted.due_step, str(localtime(accepted.due_at))[:16]) == (Step.REPORT, "2026-06-17 11:00")


def test_who_handled_the_melding_does_not_treat_the_complaint_about_it(cast: Cast) -> None:
    melding = factories.registered(contact=cast.noor)
    on_melding.pick_up(melding, by=cast.fatma, at=LATER)
    complaint = cast.complaint(About.HANDLING, meldingen=[melding])
    other = factories.staff(Role.PRODUCT_MANAGER)
    assert list(candidates(complaint)) == [other]
    with pytest.raises(Invalid):
        actions.assign(complaint, by=cast.sam, at=LATER, assignee=cast.fatma)
    actions.assign(complaint, by=cast.sam, at=LATER, assignee=other)
    second = factories.registered(contact=cast.noor, by=cast.sam)
    on_melding.note(second, by=other, at=LATER, body="Even gekeken.")
    actions.relate(complaint, by=cast.marieke, at=LATER, melding=second)
    for by, act in ((other, actions.start), (cast.fatma, actions.start)):
        with pytest.raises(NotAllowed):
            act(complaint, by=by, at=LATER)
    for involved in (other, cast.sam):
        with pytest.raises(NotAllowed):
            actions.reply(complaint, by=involved, at=LATER, body="Het viel wel mee.")
    actions.note(complaint, by=cast.sam, at=LATER, body="Zo is het gegaan.")
    assert list(candidates(complaint)) == [cast.marieke], "no productmanager is left"


def test_only_the_contact_may_open_it_to_the_supportafdeling(cast: Cast) -> None:
    complaint = cast.assigned(About.SUPPORT)
    with pytest.raises(NotAllowed):
        actions.set_about(complaint, by=cast.fatma, at=LATER, about=About.OTHER)
    actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.OTHER)
    assert Complaint.objects.visible_to(cast.sam).get() == complaint


def test_a_klachtrapport_follows_an_accepted_solution(cast: Cast) -> None:
    complaint = cast.brought(State.IN_TREATMENT)
    with pytest.raises(NotNow) as refused:
        actions.send_report(complaint, by=cast.fatma, at=LATER, **REPORT)
    assert "oplossing" in str(refused.value)
    complaint = cast.brought(State.REPORTED)
    actions.refuse_report(complaint, by=cast.noor.user, at=LATER, reason="De datum klopt niet.")
    assert complaint.state == State.IN_TREATMENT
    actions.send_report(complaint, by=cast.fatma, at=LATER, **{**REPORT, "done": "Op 3 juni."})
    assert complaint.reports.filter(done="Op 3 juni.", edition=2).exists()


@pytest.mark.parametrize(("wrong", "field"), [
    ({"subject": " "}, "subject"), ({"about": "service"}, "service"), ({"about": "handling"}, "meldingen"),
    ({"received_at": MOMENT + timedelta(days=1)}, "received_at"), ({"subject": "x" * 201}, "subject"),
    ({"description": "BSN 111222333"}, "description"), ({"description": "x" * 20_001}, "description"),
])  # fmt: skip
def test_what_is_wrong_is_named(cast: Cast, wrong: dict[str, object], field: str) -> None:
    given = {"contact": cast.noor, "about": "other", "subject": "x", "description": "y", **wrong}
    with pytest.raises(Invalid) as refused:
        actions.register(Received(**given), by=cast.sam, at=MOMENT)  # type: ignore[arg-type]
    assert set(refused.value.errors) == {field}


def test_once_is_once_and_stale_is_told(cast: Cast) -> None:
    received, key = Received(contact=cast.noor, about="other", subject="x", description="y"), uuid4()
    first = actions.register(received, by=cast.noor.user, at=MOMENT, client_key=key)
    assert actions.register(received, by=cast.noor.user, at=MOMENT, client_key=key) == first
    said = actions.reply(first, by=cast.noor.user, at=MOMENT, body="Hallo?", client_key=key)
    assert actions.reply(first, by=cast.noor.user, at=MOMENT, body="Hallo?", client_key=key) == said
    actions.assign(first, by=cast.sam, at=MOMENT, assignee=cast.fatma, version=1)
    with pytest.raises(Stale):
        actions.withdraw(first, by=cast.noor.user, at=MOMENT, reason="Laat maar", version=1)
    other = factories.registered(contact=factories.contact())
    with pytest.raises(Refused):
        actions.relate(first, by=cast.sam, at=MOMENT, melding=other)


def test_where_nobody_is_left_those_who_assign_hear_of_it(cast: Cast) -> None:
    complaint = cast.brought(State.IN_TREATMENT)
    assert complaint not in Complaint.objects.filter(mine(cast.sam, LATER))
    User.objects.filter(pk=cast.fatma.pk).update(is_active=False)
    complaint = Complaint.objects.get(pk=complaint.pk)
    actions.reply(complaint, by=cast.noor.user, at=LATER, body="Hoe staat het ermee?")
    assert Notice.objects.get(key="complaint_contact_replied").email == cast.sam.email
    assert complaint in Complaint.objects.filter(mine(cast.sam, LATER))


def test_saying_what_it_is_about_asks_what_registering_asks(cast: Cast) -> None:
    complaint = cast.complaint()
    for about, field in ((About.SERVICE, "service"), (About.HANDLING, "meldingen")):
        with pytest.raises(Invalid) as refused:
            actions.set_about(complaint, by=cast.noor.user, at=LATER, about=about)
        assert set(refused.value.errors) == {field}
    service = factories.ServiceFactory.create()
    actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.SERVICE, service=service)
    assert (complaint.about, complaint.service) == (About.SERVICE, service)


def test_a_contact_is_offered_the_diensten_of_its_contracts(cast: Cast) -> None:
    own, other = factories.ServiceFactory.create(slug="eigen"), factories.ServiceFactory.create(slug="ander")
    factories.ContractFactory.create(contractant=cast.noor.contractant, service=own)
    assert set(services(cast.noor.user)) == {own}
    assert {own, other} <= set(services(cast.sam))


def test_a_mail_promises_no_day_that_is_past(cast: Cast) -> None:
    late = MOMENT + timedelta(days=60)
    received = actions.Received(
        contact=cast.noor, about=About.OTHER, subject="Brief", description="Bleef liggen.", received_at=MOMENT
    )
    complaint = actions.register(received, by=cast.sam, at=late)
    assert complaint.due_at is not None
    assert complaint.due_at < late
    assert complaint.notice_context(complaint.events().get())["due"] == ""
