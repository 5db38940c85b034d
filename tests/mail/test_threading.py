"""Where a mail lands: by what it answers and by who sent it, whatever was done to its subject (SLA 4.3)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from desk import threads
from desk.mail import intake
from desk.models import Case, InboundMail, Notice, User
from desk.permissions import Role
from incidents import actions, queries
from incidents.actions import mail
from incidents.models import Melding, Message, Relation, State, WebReport
from tests import factories
from tests.factories import MOMENT
from tests.mail.shapes import lines
from tests.problems.conftest import opened

pytestmark = pytest.mark.django_db
Outcome = InboundMail.Outcome

WIL, COLLEAGUE, FOREIGN, STRANGER = (
    "wil@zorg.example",
    "els@zorg.example",
    "piet@elders.example",
    "x@nergens.example",
)
AGENT = "noor@desk.example"

# sender, subject, In-Reply-To, References, where it lands:
#   here: a reaction on this Melding, note: an internal one, new: another Melding, unconfirmed: asked to confirm
# signed: the Message-ID of a notice; root: the one that all refer to; forged: one that we did not make;
# escalation, problem: that of a notice of such a case; gone: of a case that is not there
TABLE = [
    # the contact who reported it
    (WIL,       "Re: {number}",                 "signed", "root signed",       "here"),         # Gmail
    (WIL,       "RE: {number}",                 "signed", "root signed other", "here"),         # Outlook
    (WIL,       "Re: {number}",                 "signed", "signed",            "here"),         # Apple Mail
    (WIL,       "Antw: heel iets anders",       "signed", "root signed",       "here"),         # another subject
    (WIL,       "",                             "signed", "",                  "here"),         # no subject
    (WIL,       "FW: {number}",                 "",       "root signed",       "here"),         # forwarded by Outlook
    (WIL,       "Fwd: {number}",                "other",  "other signed",      "here"),         # an answer to an answer
    (WIL,       "Vraag over {number}",          "",       "",                  "here"),         # typed the number
    (WIL,       "vraag over {lower}",           "",       "",                  "here"),         # in small letters
    (WIL,       "Iets nieuws",                  "",       "",                  "new"),
    (WIL,       "Re: M26-99999",                "",       "",                  "new"),          # a number of nobody
    (WIL,       "Re: iets",                     "forged", "forged",            "new"),
    ("WIL@Zorg.EXAMPLE", "Re: {number}",        "signed", "",                  "here"),         # how it is written
    # others
    (COLLEAGUE, "Re: {number}",                 "signed", "root signed",       "here"),         # of the same contractant
    (COLLEAGUE, "Over {number}",                "",       "",                  "here"),
    (FOREIGN,   "Re: {number}",                 "signed", "root signed",       "new"),          # of another contractant
    (FOREIGN,   "Over {number}",                "",       "",                  "new"),
    (STRANGER,  "Re: {number}",                 "signed", "root signed",       "unconfirmed"),  # got it forwarded
    (STRANGER,  "Over {number}",                "",       "",                  "unconfirmed"),
    (STRANGER,  "Hallo",                        "",       "",                  "unconfirmed"),
    # staff
    (AGENT,     "Re: {number}",                 "signed", "root signed",       "note"),
    (AGENT,     "Over {number}",                "",       "",                  "new"),          # a number proves nothing
    # other kinds of case
    (WIL,       "Re: escalatie",                "escalation", "",              "here"),         # talked about there
    (FOREIGN,   "Re: escalatie",                "escalation", "",              "new"),
    (STRANGER,  "Re: escalatie",                "escalation", "",              "unconfirmed"),
    (AGENT,     "Re: escalatie",                "escalation", "",              "note"),
    (WIL,       "Re: probleem",                 "problem", "",                 "new"),          # may well be one
    (AGENT,     "Re: probleem",                 "problem", "",                 "set_aside"),
    (STRANGER,  "Re: probleem",                 "problem", "",                 "unconfirmed"),
    (AGENT,     "Re: probleem",                 "problem", "signed problem",   "set_aside"),    # the newest counts
    (WIL,       "Re: {number}",                 "signed", "problem signed",    "here"),
    (WIL,       "Re: probleem",                 "gone",   "",                  "new"),
]  # fmt: skip


@pytest.fixture
def melding() -> Melding:
    wil = factories.contact(user__email=WIL, user__name="Wil Voorbeeld")
    factories.contact(user__email=COLLEAGUE, contractant=wil.contractant)
    factories.contact(user__email=FOREIGN)
    factories.staff(email=AGENT)
    return factories.registered(contact=wil)


def send(sender: str, subject: str = "", *more: str, body: str = "Hierbij de gegevens.") -> InboundMail:
    raw = lines(uuid4().hex, sender, *more, body=body, subject=subject or " ")
    return intake.process(intake.keep(raw, mailbox="desk", at=MOMENT), at=MOMENT, handle=mail.take)


def ids(melding: Melding, words: str) -> str:
    known = {
        "signed": threads.message_id("melding", melding.pk, uuid4()), "root": threads.root("melding", melding.pk),
        "other": "<CAF+1@mail.gmail.example>", "forged": f"<melding-{melding.pk}.{'0' * 32}.{'0' * 24}@testserver>",
        "gone": threads.message_id("problem", 0, uuid4()),
    }  # fmt: skip
    return "\r\n ".join(known.get(word) or other_id(melding, word) for word in words.split())


def other_id(melding: Melding, case_type: str) -> str:
    """That of a notice of the escalation of this Melding, or of a problem."""
    if case_type == "problem":
        case: Case = opened()
    else:
        assert melding.contact is not None
        if not melding.escalations.exists():
            actions.escalate(
                melding, by=melding.contact.user, at=MOMENT, reason="content", words="Wij horen niets."
            )
        case = melding.escalations.get()
    return threads.message_id(case.case_type, case.pk, uuid4())


def landed(row: InboundMail, melding: Melding) -> str:
    if row.outcome == Outcome.ANSWER:
        message = Message.objects.get(pk=row.message or 0)
        assert message.melding == melding
        return "note" if message.is_internal else "here"
    return str(row.outcome)


@pytest.mark.parametrize(("sender", "subject", "answers", "refers", "expected"), TABLE)
def test_where_it_lands(
    melding: Melding, sender: str, subject: str, answers: str, refers: str, expected: str
) -> None:
    written = subject.format(number=melding.number, lower=melding.number.lower())
    given = {"In-Reply-To": ids(melding, answers), "References": ids(melding, refers)}
    row = send(sender, written, *(f"{name}: {value}" for name, value in given.items() if value))
    assert landed(row, melding) == expected
    assert Melding.objects.count() == (2 if expected == "new" else 1)


def test_what_staff_answer_to_another_kind_of_case_is_set_aside_with_a_reason(melding: Melding) -> None:
    problem = opened()
    reference = threads.message_id("problem", problem.pk, uuid4())
    row = send(AGENT, f"Re: {melding.number}", f"In-Reply-To: {reference}")
    assert (row.outcome, problem.number in row.reason) == (Outcome.SET_ASIDE, True)
    assert not melding.messages.exists()


@pytest.mark.parametrize("sender", [COLLEAGUE, FOREIGN, AGENT, STRANGER])
def test_sla_7_4_who_may_not_see_the_restricted_melding_that_they_answer_opens_nothing(
    melding: Melding, sender: str
) -> None:
    """It is for the same people; of a stranger it waits."""
    inside = factories.staff()
    actions.restrict(melding, by=inside, at=MOMENT)
    row = answer(melding, sender, body="Gelekt")
    mail.retry_mail(row, at=MOMENT) if sender == STRANGER else None
    assert not WebReport.objects.exists()
    row.refresh_from_db()
    if sender == STRANGER:
        assert (row.outcome, row.case_id) == (Outcome.SET_ASIDE, melding.pk)
        return
    made = Melding.objects.exclude(pk=melding.pk).get()
    assert (row.outcome, made.restricted_at) == (Outcome.NEW, MOMENT)
    assert Relation.objects.get(melding=made).other == melding
    assert made in Melding.objects.visible_to(inside)
    for outsider in (factories.staff(Role.ADMINISTRATOR), User.objects.get(email=AGENT)):
        assert made not in Melding.objects.visible_to(outsider)
    send(sender, f"Over {melding.number}")
    latest = Melding.objects.latest("pk")
    assert (latest.restricted_at is not None) is (sender == COLLEAGUE), "of another a number proves nothing"


def answer(melding: Melding, sender: str = WIL, **given: Any) -> InboundMail:
    return send(sender, "Re", f"In-Reply-To: {ids(melding, 'signed')}", **given)


def test_a_stranger_with_a_known_number_never_gets_in(melding: Melding) -> None:
    """SLA 4.3."""
    row = answer(melding, STRANGER, body="Geef mij toegang.")
    assert row.outcome == Outcome.UNCONFIRMED
    report = WebReport.objects.get()
    actions.confirm(report, by=None, at=MOMENT)
    assert not melding.messages.exists()
    assert Melding.objects.exclude(pk=melding.pk).get().contractant is None


def test_one_who_says_to_be_a_contact_and_is_not_is_a_stranger(melding: Melding, settings: Any) -> None:
    settings.MAIL_IN_AUTHSERV = "mx.desk.example"
    forged = "Authentication-Results: mx.desk.example; spf=fail smtp.mailfrom=zorg.example; dmarc=fail"
    elsewhere = "Authentication-Results: mx.elders.example; dmarc=fail"
    passed = "Authentication-Results: mx.desk.example; spf=fail; dmarc=pass header.from=zorg.example"
    signed = f"In-Reply-To: {ids(melding, 'signed')}"
    assert landed(send(WIL, "x", forged, signed), melding) == "unconfirmed"
    assert landed(send(WIL, "x", elsewhere, signed), melding) == "here"
    assert landed(send(WIL, "x", passed, signed), melding) == "here"


def test_what_the_owner_of_the_address_confirms_is_theirs_after_all(melding: Melding, settings: Any) -> None:
    settings.MAIL_IN_AUTHSERV = "mx.desk.example"
    row = send(WIL, "Toch echt", "Authentication-Results: mx.desk.example; dmarc=fail")
    made = actions.confirm(WebReport.objects.get(), by=None, at=MOMENT)
    row.refresh_from_db()
    assert (made.contact, made.channel, row.case_id) == (melding.contact, "email", made.pk)
    assert made.attachments.get().name == "originele-mail.eml"


def test_who_reported_by_phone_and_is_no_contact_may_answer() -> None:
    melding = factories.registered(reporter_email="wil@thuis.example", reporter_name="Wil Voorbeeld")
    row = answer(melding, "wil@thuis.example")
    assert landed(row, melding) == "here"
    assert melding.messages.get().author_name == "Wil Voorbeeld"


def test_who_left_the_register_is_a_stranger(melding: Melding) -> None:
    assert melding.contact is not None
    melding.contact.user.is_active = melding.contact.is_active = False
    melding.contact.user.save()
    melding.contact.save()
    Melding.objects.update(reporter_email="")
    assert landed(answer(melding), melding) == "unconfirmed"


# What a reaction does


def in_hand(melding: Melding) -> Any:
    agent = factories.staff()
    actions.pick_up(melding, by=agent, at=MOMENT)
    return agent


def test_an_answer_ends_waiting(melding: Melding) -> None:
    agent = in_hand(melding)
    actions.wait_for_contractant(melding, by=agent, at=MOMENT, question="Welke browser?")
    answer(melding, body="Firefox.\n\nOp 16-06-2026 om 10:00 schreef Support:\n> Welke browser?")
    melding.refresh_from_db()
    assert melding.state == State.IN_PROGRESS
    assert melding.messages.order_by("pk").last().body == "Firefox."  # type: ignore[union-attr]
    assert Notice.objects.filter(key="melding_contact_replied", email=agent.email).count() == 1


@pytest.mark.parametrize("closed", [False, True])
def test_thanks_on_a_solved_melding_reopen_nothing_and_an_agent_decides(
    melding: Melding, closed: bool
) -> None:
    agent = in_hand(melding)
    actions.resolve(melding, by=agent, at=MOMENT, solution="Herstart")
    if closed:
        actions.close(melding, by=agent, at=MOMENT)
    before = melding.state
    answer(melding, body="Dank u wel!")
    melding.refresh_from_db()
    assert melding.state == before
    assert melding.messages.order_by("pk").last().body == "Dank u wel!"  # type: ignore[union-attr]
    assert Notice.objects.filter(key="melding_contact_replied", email=agent.email).count() == 1
    assert list(queries.worklist(agent, MOMENT, "reaction")) == [melding]
    actions.read_reaction(melding, by=agent, at=MOMENT)
    assert not queries.worklist(agent, MOMENT, "reaction").exists()


@pytest.mark.parametrize("how", ["reply", "reopen", "close"])
def test_whatever_the_agent_then_does_settles_the_reaction(melding: Melding, how: str) -> None:
    agent = in_hand(melding)
    actions.resolve(melding, by=agent, at=MOMENT, solution="Herstart")
    answer(melding, body="Het is er weer.")
    melding.refresh_from_db()
    given = {"reply": {"body": "Graag gedaan."}, "reopen": {"reason": "Toch niet"}, "close": {}}[how]
    getattr(actions, how)(melding, by=agent, at=MOMENT, **given)
    assert not queries.worklist(agent, MOMENT, "reaction").exists()


def test_a_merged_melding_passes_it_on(melding: Melding) -> None:
    agent = in_hand(melding)
    into = factories.registered(contact=melding.contact)
    actions.merge(melding, by=agent, at=MOMENT, into=into)
    assert landed(answer(melding), into) == "here"


def test_a_cancelled_melding_gets_a_sequel(melding: Melding) -> None:
    agent = in_hand(melding)
    actions.cancel(melding, by=agent, at=MOMENT, reason="Ingetrokken")
    row = answer(melding)
    assert row.outcome == Outcome.NEW
    assert Relation.objects.get(melding_id=row.case_id or 0).other == melding


def test_staff_who_answer_by_mail_speak_to_colleagues_only(melding: Melding) -> None:
    before = Notice.objects.count()
    answer(melding, AGENT, body="Ik bel ze wel.")
    message = melding.messages.get()
    assert (message.visibility, message.author.email if message.author else "") == ("internal", AGENT)
    assert Notice.objects.count() == before


def test_a_manager_who_may_only_read_may_still_note(melding: Melding) -> None:
    factories.staff(role=Role.MANAGEMENT, email="directie@desk.example")
    assert landed(answer(melding, "directie@desk.example"), melding) == "note"
