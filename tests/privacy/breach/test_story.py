"""A security incident from suspicion to register: in time, late, with letters, calls, four eyes and follow-ups (SLA 9.1; VWO 9.1, 9.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from contractants.models import Contact
from desk import threads
from desk.door import Invalid, NotAllowed, NotNow
from desk.mail import intake
from desk.models import Case, Event, InboundMail, Notice, User
from desk.notices import bounced
from desk.permissions import Role
from desk.sweep import sweep
from incidents.actions.mail import take
from incidents.models import Melding
from privacy.breach import actions, queries
from privacy.breach.actions import Answers
from privacy.models import BreachRung, Letter, SecurityIncident
from privacy.requests import actions as requests
from privacy.requests.actions import Asked
from tests import factories
from tests.factories import MOMENT
from tests.mail.shapes import lines, made
from tests.privacy.breach.conftest import CLOSING, HEALTH, LATER, Cast, drafts, mailed


def recorded(case: SecurityIncident, verb: str) -> list[datetime]:
    return list(case.events().filter(verb=verb).values_list("at", flat=True))


def test_sla_9_1_the_24_hours_never_stop_for_a_holiday_weekend_or_the_hour_that_exists_twice(
    cast: Cast,
) -> None:
    """Good Friday 2026 is 3 April, Easter Monday the 6th; clocks go back on 25 October 2026."""
    easter = cast.opened(at=datetime(2026, 4, 3, 16, 0, tzinfo=UTC))
    assert easter.due_at == datetime(2026, 4, 4, 16, 0, tzinfo=UTC)
    autumn = cast.opened(at=datetime(2026, 10, 24, 20, 0, tzinfo=UTC))
    assert autumn.due_at == datetime(
        2026, 10, 25, 20, 0, tzinfo=UTC
    )  # a day on the clock of the wall is 25 hours
    sweep(SecurityIncident, easter.due_at + timedelta(seconds=1))
    assert recorded(easter, "warn") == [
        easter.known_at + timedelta(hours=12),
        easter.known_at + timedelta(hours=18),
    ]
    assert recorded(easter, "breach") == [easter.due_at]


def test_sla_9_1_knowledge_may_lie_before_but_not_after_the_opening(cast: Cast) -> None:
    earlier = cast.opened(known_at=MOMENT - timedelta(hours=5))
    assert earlier.due_at == MOMENT + timedelta(hours=19)
    with pytest.raises(Invalid) as wrong:
        cast.opened(known_at=MOMENT + timedelta(seconds=1))
    assert set(wrong.value.errors) == {"known_at"}
    with pytest.raises(Invalid) as empty:
        cast.opened(subject=" ", aspect="anders")
    assert set(empty.value.errors) >= {"subject"}


def test_the_ladder_is_data_and_lets_in_whom_it_calls(cast: Cast) -> None:
    case = cast.opened()
    mailed(MOMENT)
    sweep(SecurityIncident, MOMENT + timedelta(hours=18, seconds=1))
    told = mailed(MOMENT + timedelta(hours=18, seconds=2))
    assert set(told) == {"oscar@desk.example", "marieke@desk.example"}
    assert all("Agenda" not in text and case.number in text for text in told.values())
    assert case.accesses.get(user=cast.marieke).given_by is None
    BreachRung.objects.create(percent=110, role=Role.MANAGEMENT)
    assert BreachRung.ladder() == {110: [Role.MANAGEMENT]}


def test_told_in_time_by_letters_that_another_approved(cast: Cast) -> None:
    case = cast.brought("informing")
    linde, veluwe = drafts(case)
    assert "gegevens over gezondheid" in linde.body
    assert "Veluwe" not in linde.body
    actions.write(
        case,
        by=cast.hanna,
        at=LATER,
        letter=veluwe,
        subject="Datalek",
        body="Wij schrijven u over een datalek.",
    )
    with pytest.raises(Invalid, match="Een ander"):
        actions.approve(case, by=cast.hanna, at=LATER, letters=drafts(case))
    assert len(drafts(case)) == 2, "nothing half sent"
    actions.approve(case, by=cast.hanna, at=LATER, letters=[linde])
    actions.approve(case, by=cast.oscar, at=LATER, letters=[veluwe])
    with pytest.raises(NotNow):
        actions.write(case, by=cast.oscar, at=LATER, letter=linde, subject="x", body="y")
    assert actions.settle(LATER) == 0, "written is not told"
    told = mailed(LATER + timedelta(minutes=1))
    assert "Wij schrijven u over een datalek." in told["wil@veluwe.example"]
    assert set(told) >= {"noor@delinde.example", "wil@veluwe.example"}
    assert actions.settle(LATER + timedelta(minutes=2)) == 1
    assert actions.settle(LATER + timedelta(minutes=2)) == 0
    case.refresh_from_db()
    assert (case.state, case.informed_at is not None, case.late_by(LATER)) == ("follow_up", True, timedelta())
    assert case.informed_at is not None
    assert case.informed_at - (LATER + timedelta(minutes=1)) < timedelta(seconds=30)
    sweep(SecurityIncident, MOMENT + timedelta(days=3))
    assert recorded(case, "breach") == []


def test_a_letter_that_comes_back_told_nobody_until_somebody_phones(cast: Cast) -> None:
    case = cast.brought("informing")
    actions.approve(case, by=cast.hanna, at=LATER, letters=drafts(case))
    mailed(LATER)
    lost = Notice.objects.get(key="breach_letter", email="wil@veluwe.example")
    bounced(lost.message_id, "552 mailbox full", LATER + timedelta(minutes=3))
    assert actions.settle(LATER + timedelta(minutes=4)) == 0
    assert "Wil Oever" in mailed(LATER + timedelta(minutes=5))["oscar@desk.example"]
    called = LATER + timedelta(minutes=30)
    with pytest.raises(Invalid, match="toekomst"):
        actions.phone(
            case,
            by=cast.oscar,
            at=LATER,
            controller=case.affected.get(contractant=cast.wil.contractant),
            person="Wil",
            phoned_at=called,
        )
    actions.phone(
        case,
        by=cast.sam,
        at=called,
        controller=case.affected.get(contractant=cast.wil.contractant),
        person="Wil Oever",
    )
    actions.settle(called)
    case.refresh_from_db()
    row = case.affected.get(contractant=cast.wil.contractant)
    assert (case.informed_at, row.phoned_person, row.phoned_by, row.phoned_at) == (
        called,
        "Wil Oever",
        cast.sam,
        called,
    )


def test_a_letter_that_comes_back_after_everybody_seemed_told_starts_the_telling_again(cast: Cast) -> None:
    case = cast.brought("informing")
    actions.approve(case, by=cast.hanna, at=LATER, letters=drafts(case))
    mailed(LATER)
    assert actions.settle(LATER + timedelta(minutes=1)) == 1
    lost = Notice.objects.get(key="breach_letter", email="wil@veluwe.example")
    bounced(lost.message_id, "552 mailbox full", LATER + timedelta(minutes=3))
    case.refresh_from_db()
    assert (case.state, case.informed_at) == ("informing", None)
    late = case.due_at + timedelta(hours=1)
    sweep(SecurityIncident, late)
    assert len(recorded(case, "breach")) == 1
    actions.phone(
        case,
        by=cast.sam,
        at=late,
        controller=case.affected.get(contractant=cast.wil.contractant),
        person="Wil",
    )
    assert actions.settle(late) == 1
    case.refresh_from_db()
    assert case.late_by(late) == timedelta(hours=1)


def test_a_letter_for_who_left_or_that_cannot_be_sent_asks_for_a_call(cast: Cast) -> None:
    case = cast.brought("informing")
    actions.approve(case, by=cast.hanna, at=LATER, letters=drafts(case))
    Contact.objects.filter(pk=cast.wil.pk).update(role=Contact.Role.CONTACT)
    broken = Notice.objects.get(key="breach_letter", email="noor@delinde.example")
    Notice.objects.filter(pk=broken.pk).update(dropped_at=LATER, dropped_because=Notice.Dropped.BROKEN)
    assert "wil@veluwe.example" not in mailed(LATER), "who answers for its data no longer reads of it"
    for minute in (1, 2):
        assert actions.settle(LATER + timedelta(minutes=minute)) == 0
    assert len(recorded(case, "mail_rejected")) == 2
    assert "oscar@desk.example" in mailed(LATER + timedelta(minutes=3))


def test_a_letter_that_another_changed_meanwhile_is_not_overwritten(cast: Cast, client: Client) -> None:
    case = cast.brought("informing")
    one = drafts(case)[0]
    address = f"{case.get_absolute_url()}brief/{one.pk}/"
    client.force_login(cast.oscar)
    shown = client.get(address)
    case.refresh_from_db()
    seen = case.version
    assert f'name="version" value="{seen}"' in shown.content.decode()
    actions.write(case, by=cast.hanna, at=LATER, letter=one, subject="Datalek", body="De woorden van Hanna.")
    answer = client.post(address, {"subject": "Datalek", "body": "De woorden van Oscar.", "version": seen})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "De woorden van Hanna." in text
    assert "De woorden van Oscar." in text
    one.refresh_from_db()
    assert one.body == "De woorden van Hanna."


def test_who_is_in_already_is_named(cast: Cast) -> None:
    case = cast.opened(by=cast.sam)
    with pytest.raises(Invalid, match="al toegang"):
        actions.let_in(case, by=cast.oscar, at=LATER, user=cast.sam)


def test_a_letter_about_no_breach_says_no_more_than_is_known(cast: Cast) -> None:
    case = cast.opened()
    nothing = Answers(personal="no", categories=[], lost=["availability"])
    actions.assess(case, by=cast.oscar, at=LATER, answers=nothing, controllers=cast.parties)
    actions.rule_out(case, by=cast.oscar, at=LATER)
    actions.draft(case, by=cast.oscar, at=LATER)
    body = drafts(case)[0].body
    assert "geen persoonsgegevens" in body
    assert "hoeft u dit niet te melden" in body
    assert "nog niet bekend" not in body


def test_a_problem_that_starts_from_a_restricted_melding_takes_none_of_its_words(
    cast: Cast, client: Client
) -> None:
    melding = cast.melding()
    Melding._base_manager.filter(pk=melding.pk).update(subject="Dossier op straat")
    cast.opened(by=cast.sam, melding=melding)
    client.force_login(cast.sam)
    form = client.get(f"/problemen/nieuw/?melding={melding.number}").context["form"]
    assert form.initial["meldingen"] == melding.number
    assert not {"title", "description"} & set(form.initial)


def test_a_second_decision_of_a_controller_leaves_the_first(cast: Cast) -> None:
    case = cast.brought("informing")
    controller = case.affected.earliest("pk")
    actions.decide(case, by=cast.oscar, at=LATER, controller=controller, authority="yes", authority_at=LATER)
    actions.decide(case, by=cast.oscar, at=LATER, controller=controller, subjects="no")
    controller.refresh_from_db()
    assert (controller.authority, controller.authority_at, controller.subjects) == (
        "yes",
        LATER,
        "no",
    )


def test_too_late_is_kept_to_the_second_and_warned_and_escalated_before(cast: Cast) -> None:
    case = cast.brought("informing")
    late = case.due_at + timedelta(hours=1, minutes=2, seconds=3)
    sweep(SecurityIncident, case.due_at + timedelta(seconds=30))
    assert "hanna@desk.example" in mailed(case.due_at + timedelta(minutes=1))
    for one in case.affected.all():
        actions.phone(case, by=cast.oscar, at=late, controller=one, person="Iemand")
    actions.approve(case, by=cast.hanna, at=late, letters=drafts(case))
    actions.settle(late + timedelta(minutes=1))
    case.refresh_from_db()
    assert case.late_by(late + timedelta(days=9)) == timedelta(hours=1, minutes=2, seconds=3)
    assert case.events().get(verb="informed").data["late"] == 3723
    (line,) = [queries.line(one, late) for one in queries.register(cast.oscar, {})]
    assert line["late"] == "1:02:03"


def test_new_facts_concern_another_controller_and_the_same_24_hours(cast: Cast) -> None:
    case = cast.brought("follow_up")
    actions.reassess(case, by=cast.oscar, at=LATER, reason="Er is nog een regio bij betrokken.")
    third = factories.contact(role=Contact.Role.MAIN)
    Letter.objects.create(
        affected=case.affected.all()[0],
        edition=2,
        subject="Oud",
        body="Oud",
        author=cast.oscar,
        written_at=LATER,
    )
    actions.assess(case, by=cast.oscar, at=LATER, answers=HEALTH, controllers=[third.contractant])
    assert {one.contractant for one in case.affected.all()} == {*cast.parties, third.contractant}, (
        "who was told stays"
    )
    assert case.has_to_tell
    assert case.sweep_at == MOMENT + timedelta(hours=12)
    assert [one.edition for one in case.assessments.all()] == [1, 2]
    assert drafts(case) == [], "what was drawn up from older answers is not sent any more"


def test_deviating_from_the_assessment_needs_a_reason(cast: Cast) -> None:
    case = cast.brought("assessing")
    with pytest.raises(Invalid) as milder:
        actions.confirm(case, by=cast.oscar, at=LATER, risk="none")
    with pytest.raises(Invalid) as none_at_all:
        actions.rule_out(case, by=cast.oscar, at=LATER)
    assert set(milder.value.errors) == set(none_at_all.value.errors) == {"deviation"}
    actions.confirm(case, by=cast.oscar, at=LATER, risk="high", deviation="Niet nodig.")
    assert (case.is_breach, case.deviation) == (True, "")


def test_it_closes_once_every_action_is_done_or_handed_over(cast: Cast) -> None:
    case = cast.brought("follow_up")
    actions.plan(
        case, by=cast.oscar, at=LATER, what="Autorisatie nalopen", owner=cast.jip, due_on=LATER.date()
    )
    assert case.accesses.filter(user=cast.jip).exists(), "whoever has to do it can read it"
    with pytest.raises(NotNow, match="actie open"):
        actions.close(case, by=cast.oscar, at=LATER, **CLOSING)
    with pytest.raises(Invalid) as wrong:
        actions.finish(case, by=cast.jip, at=LATER, action=case.follow_ups.get(), handed_to="P26-99999")
    assert set(wrong.value.errors) == {"handed_to"}
    actions.finish(case, by=cast.jip, at=LATER, action=case.follow_ups.get())
    actions.decide(
        case, by=cast.oscar, at=LATER, controller=case.affected.all()[0], authority="yes", authority_at=LATER
    )
    actions.close(case, by=cast.oscar, at=LATER, **CLOSING)
    assert case.ended_at == LATER


def test_no_breach_and_nobody_to_tell_stops_the_24_hours(cast: Cast) -> None:
    case = cast.opened(aspect="availability")
    actions.assess(
        case, by=cast.oscar, at=LATER, answers=Answers(personal="no", categories=[], lost=["availability"])
    )
    actions.rule_out(case, by=cast.oscar, at=LATER)
    assert (case.has_to_tell, case.sweep_at) == (False, None)
    actions.follow_up(case, by=cast.oscar, at=LATER)
    actions.close(case, by=cast.oscar, at=LATER, **CLOSING)
    assert [
        one["outcome"]
        for one in (queries.line(row, LATER) for row in queries.register(cast.hanna, {"outcome": "none"}))
    ] == ["geen datalek"]


def test_sla_7_4_from_a_melding_it_is_priority_1_restricted_and_opened_once(cast: Cast) -> None:
    melding = cast.melding()
    case = cast.opened(melding=melding)
    melding.refresh_from_db()
    assert (melding.priority, melding.breach_of_confidentiality, melding.restricted_at) == (1, True, MOMENT)
    with pytest.raises(NotNow, match=case.number):
        cast.opened(by=cast.oscar, melding=melding)
    other = cast.melding()
    cast.opened(melding=other, aspect="integrity")
    other.refresh_from_db()
    assert (other.priority, other.breach_of_integrity) == (2, True)
    with pytest.raises(NotAllowed):
        cast.opened(by=cast.noor.user)


def sees(user: User, melding: Melding) -> bool:
    return Melding.objects.visible_to(user).filter(pk=melding.pk).exists()


def test_who_reads_what_is_restricted_is_named_and_can_be_shut_out(cast: Cast) -> None:
    melding = cast.melding()
    colleague = factories.contact(contractant=cast.noor.contractant)
    case = cast.opened(melding=melding)
    admin, machine = factories.staff(Role.ADMINISTRATOR), factories.machine()
    inside = [cast.sam, cast.oscar, cast.hanna, cast.noor.user]
    outside = [cast.jip, cast.marieke, admin, machine, colleague.user, cast.wil.user]
    assert [sees(user, melding) for user in inside] == [True] * 4
    assert [sees(user, melding) for user in outside] == [False] * 6
    visible = SecurityIncident.objects.visible_to
    assert [visible(user).exists() for user in (*inside, *outside)] == [True, True, True, *[False] * 7]
    actions.let_in(case, by=cast.oscar, at=LATER, user=cast.jip)
    assert sees(cast.jip, melding)
    assert visible(cast.jip).exists()
    actions.shut_out(case, by=cast.hanna, at=LATER, user=cast.jip)
    assert not sees(cast.jip, melding)
    assert not visible(cast.jip).exists()
    with pytest.raises(NotAllowed):
        actions.let_in(case, by=cast.sam, at=LATER, user=cast.jip)
    assert Event.objects.filter(case_type="security_incident", verb="shut_out").count() == 1


def test_mail_about_a_restricted_melding_says_no_more_than_its_number(cast: Cast) -> None:
    from incidents import actions as melding_actions

    melding = cast.melding(subject="Parelmoer lekt", by=cast.sam)
    melding_actions.assign(melding, by=cast.sam, at=MOMENT, assignee=cast.sam)
    cast.opened(melding=melding)
    far = datetime(2100, 1, 1, tzinfo=UTC)
    mailed(far)
    melding.refresh_from_db()
    melding_actions.reply(melding, by=cast.sam, at=LATER, body="Parelmoer antwoord")
    told = mailed(far)
    assert melding.number in told["noor@delinde.example"]
    assert all("armoer" not in text for text in told.values())
    assert "jip@desk.example" not in told


def test_what_a_controller_answers_by_mail_is_a_note_that_no_other_staff_reads(cast: Cast) -> None:
    """SLA 7.4; also where the sender may not say anything about it, no Melding comes of it."""
    case = cast.brought("follow_up")
    colleague = factories.contact(contractant=cast.noor.contractant, user__email="collega@delinde.example")
    mailed(LATER)
    rows = [answer(case, user) for user in (cast.noor.user, cast.sam, colleague.user, cast.jip)]
    assert [row.outcome for row in rows] == ["answer", "answer", "set_aside", "set_aside"]
    assert {(row.case_type, row.case_id) for row in rows} == {("security_incident", case.pk)}
    rows.append(sent(lines("nieuw", cast.jip.email, subject=f"Over {case.number}")))
    assert (rows[-1].outcome, Melding.objects.exists()) == ("set_aside", False)
    notes = case.messages.order_by("id")
    assert [(one.author, "Wij melden" in one.body) for one in notes] == [
        (cast.noor.user, True),
        (cast.sam, True),
    ]
    assert "in Beheer" in notes[0].body
    told = mailed(LATER)
    assert set(told) == {"oscar@desk.example"}
    assert "Wij melden" not in told["oscar@desk.example"]
    pages = [reverse("admin:desk_inboundmail_changelist"), *(
        reverse("admin:desk_inboundmail_file", args=[row.pk]) for row in rows
    )]  # fmt: skip
    for user, seen in ((factories.staff(Role.ADMINISTRATOR), False), (cast.oscar, True)):
        client = Client()
        client.force_login(user)
        first, *files = [client.get(page) for page in pages]
        assert {file.status_code for file in files} == {200 if seen else 404}
        assert (colleague.user.email in first.content.decode()) is seen


def answer(case: Case, user: User) -> InboundMail:
    """To a mail about `case`, with a file."""
    shaped = made(f"Wij melden {user.pk}", user.email)
    shaped["In-Reply-To"] = threads.message_id(case.case_type, case.pk, uuid4())
    shaped.set_content("Wij melden het zelf.")
    shaped.add_attachment("regel", filename="log.txt")
    return sent(shaped.as_bytes())


def sent(raw: bytes) -> InboundMail:
    return intake.process(intake.keep(raw, mailbox="desk", at=LATER), at=LATER, handle=take)


def test_what_answers_a_request_of_a_data_subject_becomes_no_melding(cast: Cast) -> None:
    asked = Asked(cast.noor.contractant, "access", "letter", MOMENT, reference="P-1")
    request = requests.register(asked, by=cast.oscar, at=MOMENT)
    requests.pass_on(request, by=cast.oscar, at=MOMENT)
    row = answer(request, cast.noor.user)
    assert (row.outcome, row.case_id, request.number in row.reason) == ("set_aside", request.pk, True)
    assert not Melding.objects.exists()


def test_the_pages_of_the_register_are_for_who_keeps_it(cast: Cast, client: Client) -> None:
    case = cast.brought("informing", subject="=Agenda zichtbaar")
    pages = ("/privacy/incidenten/register/", "/privacy/incidenten/register.csv")
    client.force_login(cast.sam)
    assert [client.get(page).status_code for page in pages] == [403, 403]
    assert case.number in client.get("/privacy/incidenten/").content.decode()
    client.force_login(cast.jip)
    assert case.number not in client.get("/privacy/incidenten/").content.decode()
    client.force_login(cast.oscar)
    sheet: Any = client.get(pages[1]).content.decode()
    assert case.number in sheet
    assert "'=Agenda" in sheet
    assert "Agenda zichtbaar" in client.get(pages[0] + "?outcome=breach&year=2026").content.decode()
    assert "Agenda zichtbaar" not in client.get(pages[0] + "?outcome=none").content.decode()
    letter = Letter.objects.first()
    assert letter is not None
    client.force_login(cast.noor.user)
    assert "Geen brieven" in client.get("/portaal/beveiliging/").content.decode()
    actions.approve(case, by=cast.hanna, at=LATER, letters=drafts(case))
    assert "gegevens over gezondheid" in client.get("/portaal/beveiliging/").content.decode()
    client.force_login(factories.contact(contractant=cast.noor.contractant).user)
    assert "gegevens over gezondheid" not in client.get("/portaal/beveiliging/").content.decode()
