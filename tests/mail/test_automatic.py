"""Mail that no person wrote is recorded and never answered; loops end by themselves."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from desk import threads
from desk.mail import intake
from desk.models import InboundMail, Notice, User
from incidents import actions
from incidents.actions import mail
from incidents.models import Melding, WebReport
from tests import factories
from tests.factories import MOMENT
from tests.mail.shapes import lines

pytestmark = pytest.mark.django_db
Outcome = InboundMail.Outcome


@pytest.fixture
def melding() -> Melding:
    return factories.registered(contact=factories.contact(user__email="wil@zorg.example"))


def receive(raw: bytes) -> InboundMail:
    return intake.process(intake.keep(raw, mailbox="desk", at=MOMENT), at=MOMENT, handle=mail.take)


def notice_of(melding: Melding) -> tuple[Notice, str]:
    notice = Notice.objects.get(case_type="melding", case_id=melding.pk, key="melding_received")
    return notice, threads.message_id("melding", melding.pk, notice.message_id)


def report(message_id: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    body = (
        "--r\r\nContent-Type: text/plain\r\n\r\nNiet bezorgd.\r\n"
        "--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.zorg.example\r\n\r\n"
        f"Final-Recipient: rfc822; wil@zorg.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\nWij hebben ...\r\n--r--\r\n"
    )
    kind = "Content-Type: multipart/report; report-type=delivery-status; boundary=r"
    return lines(uuid4().hex, "MAILER-DAEMON@mx.zorg.example", kind, "Return-Path: <>", body=body)


def test_a_bounce_flags_the_mailbox_and_answers_nobody(melding: Melding) -> None:
    notice, message_id = notice_of(melding)
    before = Notice.objects.exclude(pk=notice.pk).count()
    row = receive(report(message_id))
    notice.refresh_from_db()
    assert (row.outcome, "no such user" in row.reason) == (Outcome.BOUNCE, True)
    assert "no such user" in notice.error
    assert User.objects.get(email="wil@zorg.example").mail_rejected_at == MOMENT
    assert (Melding.objects.count(), WebReport.objects.count()) == (1, 0)
    assert not Notice.objects.filter(email__startswith="mailer-daemon").exists()
    assert before >= 0


@pytest.mark.parametrize(
    ("action", "status", "ours"),
    [("delayed", "4.4.7", True), ("delivered", "2.0.0", True), ("failed", "5.1.1", False)],
)
def test_later_or_not_ours_is_only_recorded(melding: Melding, action: str, status: str, ours: bool) -> None:
    notice, message_id = notice_of(melding)
    forged = f"<melding-{melding.pk}.{notice.message_id.hex}.{'0' * 24}@testserver>"
    row = receive(report(message_id if ours else forged, action, status))
    notice.refresh_from_db()
    assert (row.outcome, notice.error) == (Outcome.AUTOMATIC, "")


def test_an_out_of_office_on_a_notice_does_not_end_waiting(melding: Melding) -> None:
    agent = factories.staff()
    actions.pick_up(melding, by=agent, at=MOMENT)
    actions.wait_for_contractant(melding, by=agent, at=MOMENT, question="Welke browser?")
    _notice, message_id = notice_of(melding)
    before = Notice.objects.count()
    row = receive(
        lines("w", "wil@zorg.example", f"In-Reply-To: {message_id}", "Auto-Submitted: auto-replied")
    )
    melding.refresh_from_db()
    assert (row.outcome, melding.state) == (Outcome.AUTOMATIC, "waiting_contractant")
    assert Notice.objects.count() == before


def test_what_the_desk_sent_comes_back(melding: Melding) -> None:
    _notice, message_id = notice_of(melding)
    raw = lines("w", "wil@zorg.example").replace(b"<w@zorg.example>", message_id.encode())
    assert receive(raw).outcome == Outcome.LOOP


@pytest.mark.parametrize(
    ("subject", "person"),
    [
        ("Afwezig: Wil", False),
        ("Automatische beantwoording: M26-00001", False),
        ("Out of Office: Re: M26-00001", False),
        ("Automatic reply: M26-00001", False),
        ("Automatisch antwoord werkt niet", True),
        ("Afwezigheid wordt niet geregistreerd", True),
        ("Out of memory", True),
    ],
)
def test_a_subject_alone_has_to_be_as_a_program_writes_it(
    melding: Melding, subject: str, person: bool
) -> None:
    row = receive(lines(uuid4().hex, "wil@zorg.example", subject=subject))
    assert (row.outcome == Outcome.NEW) is person


def test_auto_submitted_no_is_a_person(melding: Melding) -> None:
    assert receive(lines("w", "wil@zorg.example", "Auto-Submitted: no")).outcome == Outcome.NEW


def test_a_program_that_answers_every_answer_is_stopped() -> None:
    """Without any header that betrays it: a stranger's, and one at a contact's address."""
    factories.contact(user__email="wil@zorg.example")
    factories.load_policies()
    outcomes = [receive(lines(f"x{n}", "robot@nergens.example")).outcome for n in range(6)]
    assert outcomes == [Outcome.UNCONFIRMED] * 3 + [Outcome.SET_ASIDE] * 3
    assert Notice.objects.filter(email="robot@nergens.example").count() == 3
    outcomes = [receive(lines(f"y{n}", "wil@zorg.example")).outcome for n in range(22)]
    assert outcomes == [Outcome.NEW] * 20 + [Outcome.SET_ASIDE] * 2


def test_strangers_together_are_stopped_too() -> None:
    factories.load_policies()
    outcomes = [receive(lines(f"x{n}", f"robot{n}@nergens.example")).outcome for n in range(62)]
    assert outcomes.count(Outcome.UNCONFIRMED) == 60


def test_what_was_taken_for_automatic_can_be_dealt_with_after_all(melding: Melding) -> None:
    row = receive(lines("w", "wil@zorg.example", "Precedence: bulk"))
    done = actions.retry_mail(row, at=MOMENT)
    assert (done.outcome, Melding.objects.count()) == (Outcome.NEW, 2)


# The same message again


def test_the_same_message_is_counted_and_nothing_more(melding: Melding) -> None:
    raw = lines("w", "wil@zorg.example")
    first, again = receive(raw), receive(b"Received: from a by b\r\n" + raw)
    first.refresh_from_db()
    assert (first.pk, first.copies, Melding.objects.count()) == (again.pk, 1, 2)


def test_another_message_with_the_same_id_is_not_lost(melding: Melding) -> None:
    receive(lines("w", "wil@zorg.example", body="Het een."))
    receive(lines("w", "wil@zorg.example", body="Het ander."))
    assert Melding.objects.count() == 3


def test_without_an_id_it_is_the_same_when_all_else_is(melding: Melding) -> None:
    raw = lines("w", "wil@zorg.example").replace(b"Message-ID", b"X-Was")
    receive(raw)
    receive(raw)
    receive(raw.replace(b"wil@", b"els@"))
    assert (Melding.objects.count(), WebReport.objects.count()) == (2, 1)


def test_a_message_that_ends_the_process_is_given_up_after_five_times(melding: Melding) -> None:
    row = intake.keep(lines("w", "wil@zorg.example"), mailbox="desk", at=MOMENT)
    InboundMail.objects.filter(pk=row.pk).update(attempts=5)
    assert intake.process(row, at=MOMENT, handle=mail.take).outcome == Outcome.SET_ASIDE
    assert actions.retry_mail(row, at=MOMENT + timedelta(hours=2)).outcome == Outcome.NEW
