"""The page of one Melding over HTTP: what it shows, every step from it, and every way to be refused."""

from __future__ import annotations

import html
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk.models import User
from desk.permissions import Role
from incidents import actions
from incidents.models import (
    Alert,
    AlertGroup,
    Channel,
    Kind,
    Level,
    Melding,
    Reason,
    Relation,
    Shift,
    State,
    StructuralFailure,
    Urgency,
)
from incidents.views.melding import ASKS
from tests import factories
from tests.pages.conftest import NOW, Count, signed_in, text
from tests.pictures import PNG


@pytest.fixture
def melding(agent: User) -> Melding:
    """Received an hour ago through the portal."""
    who = factories.contact(user__name="Noor Verhagen", contractant__name="Ziekenhuis De Linde")
    return factories.registered(
        at=NOW - timedelta(hours=1),
        contact=who,
        by=who.user,
        channel=Channel.PORTAL,
        service=factories.ServiceFactory.create(),
    )


@pytest.fixture
def busy(melding: Melding, agent: User) -> Melding:
    return actions.pick_up(melding, by=agent, at=NOW, contacted=True)


def do(staff: Client, melding: Melding, verb: str, **given: Any) -> Any:
    """Press a button on a page that shows the Melding as it is now."""
    melding.refresh_from_db()
    return staff.post(f"{melding.get_absolute_url()}do/{verb}/", {"version": melding.version, **given})


def show(staff: Client, melding: Melding) -> str:
    return html.unescape(text(staff.get(melding.get_absolute_url())))


# --- What it shows


def test_the_page_says_what_when_who_and_by_which_terms(staff: Client, melding: Melding) -> None:
    page = show(staff, melding)
    for words in (
        melding.number, melding.subject, melding.description, "Gemeld door Noor Verhagen (portaal) op do 18 juni 09:11",
        "Ziekenhuis De Linde", "VECOZO Dienst MDO · SLA 1.0", "niet toegewezen",
        "4 uur, ontvangen do 18 juni 09:11. Nog 3:00 te gaan.", "do 18 juni 13:11",
        "2 werkdagen, ontvangen do 18 juni 09:11.", "ma 22 juni 09:11", "Geteld tot nu 1:00, nog",
    ):  # fmt: skip
        assert words in page, words


def test_a_met_response_says_in_what_time(staff: Client, busy: Melding) -> None:
    """SLA 2.25."""
    page = show(staff, busy)
    assert "heeft opgepakt, contact gehad en de diagnose gestart. Reactietijd gehaald in 1:00." in page
    assert "In 1:00 van 4:00." in page


def test_a_missed_response_says_so(staff: Client, agent: User) -> None:
    late = factories.registered(at=NOW - timedelta(days=1))
    actions.pick_up(late, by=agent, at=NOW, contacted=True)
    page = show(staff, late)
    assert "Reactietijd niet gehaald: 8:00." in page
    assert "Uiterlijk was wo 17 juni 14:11." in page


def test_a_late_clock_says_by_how_much(staff: Client) -> None:
    page = show(staff, factories.registered(at=NOW - timedelta(days=1)))
    assert "4:00 te laat" in page
    assert "Geteld tot nu, 4:00 te laat" in page


def test_waiting_does_not_stop_the_clock_by_the_sla_and_does_by_other_terms(
    staff: Client, agent: User
) -> None:
    """Only where the policy says so (VWO 1)."""
    for slug, says in (
        ("vecozo-mdo", "De klok loopt door."),
        ("intramed", "De klok staat stil volgens de afspraken."),
    ):
        contract = factories.ContractFactory.create(
            policy=factories.policy(slug), service=factories.ServiceFactory.create(slug=slug)
        )
        who = factories.contact(contractant=contract.contractant)
        one = factories.registered(at=NOW - timedelta(hours=1), contact=who, service=contract.service)
        actions.pick_up(one, by=agent, at=NOW, contacted=True)
        actions.wait_for_contractant(one, by=agent, at=NOW, question="Wanneer begon het?")
        page = show(staff, one)
        assert says in page
        assert ("gepauzeerd" in page) == (slug == "intramed")


def test_without_a_deadline_it_says_so_until_a_date_is_agreed(staff: Client, agent: User) -> None:
    """SLA 9.3, priority 4."""
    question = factories.registered(at=NOW, kind=Kind.QUESTION, by=agent, contacted=True)
    assert "Spreek met de melder een datum af." in show(staff, question)
    do(staff, question, "agree_date", due="2026-06-25T12:00")
    page = show(staff, question)
    assert "heeft als oplosdatum afgesproken: do 25 juni 12:00." in page
    assert "Afgesproken op do 18 juni 10:11." in page


def test_what_the_sla_asks_for_and_is_not_there_is_named(staff: Client) -> None:
    """SLA 9.4."""
    page = show(staff, factories.registered(at=NOW, reproducible=""))
    assert '<dt>Te herhalen</dt><dd class="missing">niet opgegeven</dd>' in page


def test_the_clock_of_a_cancelled_one_has_no_verdict(staff: Client, busy: Melding) -> None:
    do(staff, busy, "cancel", reason="Bij vergissing gemeld.")
    assert "Telt niet mee voor de norm." in show(staff, busy)


def test_notes_and_answers_do_not_look_alike(staff: Client, busy: Melding, agent: User) -> None:
    actions.note(busy, by=agent, at=NOW, body="Onder ons")
    actions.reply(busy, by=agent, at=NOW, body="Voor u")
    page = show(staff, busy)
    assert re.search(r"entry-internal.*?Interne notitie.*?Onder ons", page)
    assert re.search(r'entry-public" id="entry-\d+">(?:(?!<article).)*Voor u', page)


def test_words_are_shown_as_text(staff: Client, busy: Melding, agent: User) -> None:
    actions.reply(busy, by=agent, at=NOW, body="<script>alert(1)</script>")
    assert "<script>alert" not in staff.get(busy.get_absolute_url()).content.decode()


def test_the_same_number_of_queries_with_5_and_200_messages(
    queries: Count, busy: Melding, agent: User
) -> None:
    def talk(times: int) -> None:
        for n in range(times):
            actions.reply(
                busy, by=agent, at=NOW, body=f"Bericht {n}", files=[SimpleUploadedFile("a.txt", b"tekst")]
            )

    talk(5)
    few = queries(busy.get_absolute_url())
    talk(195)
    assert queries(busy.get_absolute_url()) == few <= 15


@pytest.fixture
def crowded(busy: Melding, agent: User) -> Melding:
    """With everything that its page can show, and at least two of each."""
    assert busy.contact
    gone, other = factories.staff(name="Jip Boer"), factories.registered(at=NOW, contact=busy.contact)
    actions.merge(factories.registered(at=NOW, contact=busy.contact), by=agent, at=NOW, into=busy)
    actions.mark_duplicate(factories.registered(at=NOW), by=agent, at=NOW, other=busy)
    for kind in (Relation.Kind.CHILD, Relation.Kind.FOLLOW_UP):
        actions.relate(busy, by=agent, at=NOW, other=other, kind=kind)
    actions.escalate(busy, by=agent, at=NOW, reason=Reason.CONTENT, words="Het duurt te lang.")
    actions.cannot_meet(busy, by=agent, at=NOW, reason="Keten", expected_at=NOW + timedelta(days=5))
    for party in ("Netwerk Noord", "Netwerk Zuid"):
        actions.wait_for_chain(busy, by=gone, at=NOW, party=party, question="Traag?")
        actions.resume(busy, by=gone, at=NOW)
        actions.note(busy, by=gone, at=NOW, body=party, files=[SimpleUploadedFile("a.txt", b"tekst")])
        actions.reply(busy, by=gone, at=NOW, body=party, files=[SimpleUploadedFile("b.txt", b"tekst")])
    actions.assign(busy, by=agent, at=NOW, assignee=gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.filter(pk=busy.contact.user_id).update(mail_rejected_at=NOW, mail_rejected_because="Vol.")
    _alarms(busy, 25)
    _structural(busy)
    _urgent_elsewhere()
    return busy


def _alarms(melding: Melding, number: int) -> None:
    source = factories.machine()
    AlertGroup.objects.create(source=source, key="db", melding=melding, opened_at=NOW, last_at=NOW)
    Alert.objects.bulk_create(
        Alert(source=source, melding=melding, dedup_key=f"disk-{n}", first_seen_at=NOW, last_seen_at=NOW)
        for n in range(number)
    )


def _structural(melding: Melding) -> None:
    assert melding.contractant
    failure = StructuralFailure.objects.create(
        number="S26-99999", contractant=melding.contractant, quarter=NOW.date().replace(month=4, day=1),
        ground="priority_1", detected_at=NOW,
    )  # fmt: skip
    failure.meldingen.add(melding)


def _urgent_elsewhere() -> None:
    """For the banner of every page: P1s that nobody picked up, of contractants, and who has to act."""
    for _turn in range(2):
        factories.registered(at=NOW, priority=1, contact=factories.contact(), channel=Channel.PORTAL)
    Shift.objects.create(
        person=factories.staff(), duty=Shift.Duty.SUPPORT, starts_at=NOW, ends_at=NOW + timedelta(hours=8)
    )


def test_a_melding_with_everything_at_once_takes_at_most_fifteen_queries(
    queries: Count, staff: Client, crowded: Melding
) -> None:
    signed_in(factories.staff()).post(f"{crowded.get_absolute_url()}aanwezig/", {"seen": 0})
    page = show(staff, crowded)
    for words in (
        "Escalatie</h2>", "Relaties</h2>", "Keten</h2>", "Monitoring</h2>", "25 alarmen gaan af", "b.txt", "Jip Boer",
        "Wie heeft bericht?", "komt niet aan", "om op te pakken", "hierin samengevoegd", "toegewezen aan Jip Boer",
    ):  # fmt: skip
        assert words in page, words
    for asked, shown in ((0, 1), (1, 1), (2, 2), (9, 2)):
        assert f"{shown} van 2" in text(staff.get(crowded.get_absolute_url(), {"alarmen": asked}))
    for address in (crowded.get_absolute_url(), f"/meldingen/{crowded.number}/?alarmen=2"):
        assert queries(address) <= 15


# --- Steps


def test_every_transition_of_a_person_has_its_form(busy: Melding) -> None:
    from incidents.forms import Setting
    from incidents.forms_melding import FORMS

    for verb, form in ASKS.items():
        assert FORMS[form](setting=Setting(busy, factories.staff()), verb=verb).as_div() is not None


@pytest.mark.parametrize(
    ("verb", "given", "says"),
    [
        (
            "resolve",
            {"solution": "Opnieuw gestart.", "how": "told"},
            "heeft opgelost. Oplostijd gehaald in 1:00.",
        ),
        (
            "resolve",
            {"solution": "Omweg.", "how": "attempted", "workaround": "on"},
            "met een workaround. De melder is niet bereikt",
        ),
        ("wait_for_contractant", {"question": "Sinds wanneer?"}, "wacht op de contractant."),
        ("wait_for_chain", {"party": "Netwerk Noord", "question": "Traag?"}, "wacht op Netwerk Noord."),
        (
            "set_priority",
            {"matrix": "small-low", "reason": "Valt mee."},
            "van 2 naar 4. Beide termijnen tellen opnieuw",
        ),
        ("set_priority", {"matrix": "", "priority": "3", "reason": "Valt mee."}, "van 2 naar 3."),
        (
            "convert",
            {"kind": "question", "reason": "Is een vraag."},
            "van incident naar vraag, met prioriteit",
        ),
        ("contacted", {}, "heeft contact gehad met de melder."),
        ("cancel", {"reason": "Dubbel gemeld."}, "heeft geannuleerd."),
        ("note", {"body": "Onder ons."}, "Onder ons."),
        ("reply", {"body": "Beste Noor,"}, "Beste Noor,"),
    ],
)
def test_a_step_is_made_and_told(
    staff: Client, busy: Melding, verb: str, given: dict[str, str], says: str
) -> None:
    assert do(staff, busy, verb, **given).status_code == 302
    assert says in show(staff, busy)


def test_solving_reopening_solving_counts_only_what_ran(staff: Client, busy: Melding) -> None:
    """Reopening goes on where the clock stopped (SLA 2.21)."""
    do(staff, busy, "resolve", solution="Verholpen.", how="told")
    do(staff, busy, "reopen", reason="Toch niet.")
    page = show(staff, busy)
    assert "heeft heropend" in page
    assert "Geteld tot nu 1:00" in page
    assert {"Oppakken", "Oplossen"} <= set(re.findall(r"<summary class=\"btn[^>]*>([^<]+)<", page))


def test_assigning_to_a_colleague_and_to_nobody(staff: Client, busy: Melding) -> None:
    jip = factories.staff(name="Jip Boer")
    do(staff, busy, "assign", assignee=jip.pk)
    assert "heeft toegewezen aan Jip Boer." in show(staff, busy)
    do(staff, busy, "assign", assignee="")
    assert "heeft de toewijzing weggehaald." in show(staff, busy)


def test_completing_changes_only_what_was_changed(staff: Client, agent: User) -> None:
    one = factories.registered(at=NOW, reproducible="", reporter_email="noor@zorg.example")
    noor = factories.contact(user__email="noor@zorg.example")
    shown = {"affected_users": "12", "first_seen_at": "2026-06-18T10:11", "first_seen_action": one.first_seen_action,
             "expected_priority": "2", "reporter_name": one.reporter_name, "reporter_email": one.reporter_email}  # fmt: skip
    answer = do(staff, one, "complete", **shown, reproducible="yes", contact="noor@zorg.example")
    assert answer.status_code == 302, text(answer)
    one.refresh_from_db()
    assert (one.contact, one.contractant, one.missing) == (noor, noor.contractant, [])
    assert one.events().get(verb="complete").data["fields"] == ["contact", "contractant", "reproducible"]


def test_merging_goes_to_where_the_words_are(staff: Client, busy: Melding) -> None:
    other = factories.registered(at=NOW, contact=busy.contact)
    answer = do(staff, busy, "merge", into=other.number.lower())
    assert answer["Location"] == other.get_absolute_url()
    assert f"heeft {busy.number} hierin samengevoegd." in show(staff, other)
    assert f"heeft samengevoegd met {other.number}." in show(staff, busy)


def test_splitting_a_follow_up_a_duplicate_and_a_relation(staff: Client, busy: Melding, agent: User) -> None:
    said = actions.reply(busy, by=agent, at=NOW, body="En nog iets anders.")
    part = do(staff, busy, "split", subject="Iets anders", messages=[said.pk])
    assert "Afgesplitst van" in html.unescape(text(staff.get(part["Location"])))
    other = factories.registered(at=NOW)
    do(staff, busy, "relate", kind=Relation.Kind.CHILD, other=other.number)
    assert "Heeft als onderdeel" in show(staff, other)
    do(staff, busy, "resolve", solution="Omweg.", how="told", workaround="on")
    rest = do(staff, busy, "follow_up", subject="De rest", description="Blijvend oplossen.", priority="3")
    assert "Vervolg op" in html.unescape(text(staff.get(rest["Location"])))
    do(staff, other, "mark_duplicate", other=busy.number)
    assert f"heeft aangemerkt als dubbel van {busy.number}." in show(staff, other)


def test_an_answer_with_a_photo_asks_for_the_promise(staff: Client, busy: Melding) -> None:
    """SLA 9.4: personal data on a photo is masked."""
    photo = SimpleUploadedFile("scherm.png", PNG, "image/png")
    refused = do(staff, busy, "reply", body="Zie bijlage.", files=[photo])
    assert refused.status_code == 422
    assert "Zie bijlage." in text(refused)
    photo.seek(0)
    do(staff, busy, "reply", body="Zie bijlage.", files=[photo], images_masked="on")
    assert "scherm.png" in show(staff, busy)


def test_pressing_twice_sends_once(staff: Client, busy: Melding) -> None:
    key = uuid.uuid4()
    for _turn in range(2):
        assert do(staff, busy, "reply", body="Eén keer.", client_key=key).status_code == 302
    assert busy.messages.filter(body="Eén keer.").count() == 1


# --- Refusals


def test_a_stale_page_hears_what_happened_meanwhile_and_keeps_what_was_typed(
    staff: Client, busy: Melding
) -> None:
    jip = factories.staff(name="Jip Boer")
    seen = busy.version
    actions.wait_for_chain(busy, by=jip, at=NOW, party="Netwerk Noord", question="Traag?")
    answer = staff.post(
        f"{busy.get_absolute_url()}do/resolve/",
        {"version": seen, "solution": "Mijn lange uitleg", "how": "told"},
    )
    page = html.unescape(text(answer))
    assert answer.status_code == 409
    assert "is intussen gewijzigd" in page
    assert "<b>Jip Boer</b> wacht op Netwerk Noord." in page
    assert "Mijn lange uitleg" in page
    busy.refresh_from_db()
    assert busy.state == State.WAITING_CHAIN


def test_after_a_refusal_the_page_carries_the_new_version(staff: Client, busy: Melding, agent: User) -> None:
    """So that a second press, knowing better, works; and the words are in the form again."""
    seen = busy.version
    actions.assign(busy, by=agent, at=NOW, assignee=None)
    given = {"solution": "Verholpen.", "how": "told"}
    page = text(staff.post(f"{busy.get_absolute_url()}do/resolve/", {"version": seen, **given}))
    form = re.search(r'data-transition="resolve">.*?</form>', page)
    assert form
    assert f'name="version" value="{busy.version}"' in form[0]
    assert "Verholpen." in form[0]


def test_missing_words_are_named_at_their_field(staff: Client, busy: Melding) -> None:
    answer = do(staff, busy, "resolve", solution=" ", how="told")
    assert answer.status_code == 422
    page = html.unescape(text(answer))
    assert 'id="resolve_solution_error"' in page
    assert '<details class="act" name="act" open>' in page


def test_a_bsn_is_stopped_and_the_rest_is_kept(staff: Client, busy: Melding) -> None:
    answer = do(staff, busy, "reply", body="Het gaat om patiënt 111222333.")
    assert answer.status_code == 422
    assert "lijkt een BSN te staan" in html.unescape(text(answer))
    assert "111222333" in text(answer)
    assert not busy.messages.filter(verb="reply").exists()


def test_what_the_state_does_not_admit_is_refused(staff: Client, melding: Melding) -> None:
    answer = do(staff, melding, "resolve", solution="Al klaar", how="told")
    assert answer.status_code == 409
    assert "Al klaar" in text(answer)


@pytest.mark.parametrize("verb", ["merge", "mark_duplicate", "relate"])
@pytest.mark.parametrize("typed", ["M26-99999", "onzin", "\x00", ""])
def test_an_unknown_number_is_named(staff: Client, busy: Melding, verb: str, typed: str) -> None:
    answer = do(staff, busy, verb, into=typed, other=typed, kind=Relation.Kind.CHILD)
    assert answer.status_code == 422


def test_the_last_echelon_decides_on_the_priority_and_is_refused_the_rest(busy: Melding) -> None:
    """SLA 4.4, 9.1."""
    reader = signed_in(factories.staff(Role.MANAGEMENT))
    assert re.findall(r'data-transition="(\w+)"', show(reader, busy)) == ["set_priority"]
    answer = do(reader, busy, "cancel", reason="Mag niet")
    assert answer.status_code == 403
    busy.refresh_from_db()
    assert busy.state == State.IN_PROGRESS


@pytest.mark.parametrize("verb", ["delete", "available_again", "apply_policy", "register", "__init__"])
def test_what_is_no_button_does_not_exist(staff: Client, busy: Melding, verb: str) -> None:
    assert do(staff, busy, verb).status_code == 404


def test_a_strange_version_counts_as_stale(staff: Client, busy: Melding) -> None:
    assert do(staff, busy, "contacted", version="zeven").status_code == 409


@pytest.mark.parametrize("number", ["M26-99999", "M99-00001"])
def test_an_unknown_melding_is_not_found(staff: Client, number: str) -> None:
    assert staff.get(f"/meldingen/{number}/").status_code == 404


def test_looking_at_an_act_does_nothing(staff: Client, busy: Melding) -> None:
    assert staff.get(f"{busy.get_absolute_url()}do/contacted/").status_code == 405


def test_a_contact_is_sent_to_the_portal_and_may_do_nothing_here(busy: Melding) -> None:
    stranger = signed_in(factories.contact().user)
    assert stranger.get(busy.get_absolute_url())["Location"] == f"/portaal/{busy.number}/"
    assert do(stranger, busy, "cancel", reason="x").status_code == 403


def test_a_visitor_signs_in_first(busy: Melding) -> None:
    assert Client().get(busy.get_absolute_url()).status_code == 302
    assert do(Client(), busy, "cancel", reason="x").status_code == 302


def test_a_p1_says_that_it_was_not_phoned_in_until_it_was(staff: Client) -> None:
    """SLA 9.2."""
    alarm = factories.registered(at=NOW, channel=Channel.PORTAL, impact=Level.LARGE, urgency=Urgency.HIGH)
    page = show(staff, alarm)
    assert "Nog niet telefonisch overgedragen" in page
    assert page.index('data-transition="hand_over"') < page.index('class="more"')
    do(staff, alarm, "hand_over")
    page = show(staff, alarm)
    assert "Nog niet telefonisch overgedragen" not in page
    assert "<dt>Overdracht per telefoon</dt><dd>do 18 juni 10:11</dd>" in page
