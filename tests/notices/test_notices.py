"""Every notice says who, what and when, in the reader's language, and nothing that is not for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from desk import notices
from desk.door import record
from desk.mailbox import Mailbox
from desk.models import Case, Notice, User
from desk.notices import status
from desk.notices.letter import message_id
from incidents import actions
from incidents.clocks import once_key
from incidents.models import Channel, Melding
from incidents.notices import NOTICES
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(minutes=5)
SECRET = "Geheim tussen collega's"
OWED_ELSEWHERE = {
    "report_confirmation",
    "sign_in_code",
    "password_reset",
    "second_step_changed",
    "contact_registered",
    "contact_changed",
    "contact_removed",
    "contacts_changed",
    "template_test",
    "monitoring_set_aside",
    "verification_differs",
    "audit_tampered",
    "retention_left",
    "warnings",
    "webhook_disabled",
}
KEYS = sorted({key for rows in NOTICES.values() for key, _to in rows} | OWED_ELSEWHERE)


class Story:
    """A Melding of a contact, and an agent who handles it."""

    def __init__(self, language: str = "nl", **fields: Any) -> None:
        self.contact = factories.contact(user__language=language, user__name="Noor Verhagen")
        self.agent = factories.staff(name="Sam de Vries", language=language)
        self.other = factories.staff(language=language)
        self.melding = factories.registered(
            contact=self.contact, channel=Channel.PORTAL, subject="Verslag ontbreekt", **fields
        )

    def under_way(self) -> Melding:
        actions.assign(self.melding, by=self.other, at=LATER, assignee=self.agent)
        return actions.pick_up(self.melding, by=self.agent, at=LATER)

    def solved(self, **how: Any) -> Melding:
        return actions.resolve(
            self.under_way(), by=self.agent, at=LATER, solution="Zet de koppeling opnieuw aan.", **how
        )


def _warned(story: Story, verb: str, percent: int) -> None:
    melding = story.under_way()
    once = once_key("resolution", percent, melding.priority)
    event = record(
        melding, verb, by=None, at=LATER, data={"clock": "resolution", "percent": percent}, once=once
    )
    melding.announce(event)
    actions.release(LATER)


def _warned_of_two(story: Story) -> None:
    for melding in (story.under_way(), factories.registered()):
        if melding.assignee is None:
            actions.assign(melding, by=story.other, at=LATER, assignee=story.agent)
        once = once_key("resolution", 75, melding.priority)
        data = {"clock": "resolution", "percent": 75}
        melding.announce(record(melding, "warn", by=None, at=LATER, data=data, once=once))
    actions.release(LATER)


def _raised(story: Story) -> None:
    actions.set_priority(story.under_way(), by=story.other, at=LATER, reason=SECRET, priority=1)


def _found(story: Story) -> None:
    main = factories.contact(role="main_contact", user__language=story.contact.user.language)
    service = factories.ServiceFactory.create()
    factories.ContractFactory.create(contractant=main.contractant, service=service)
    factories.registered(
        channel=Channel.MONITORING, priority=1, impact="", urgency="", service=service, contact=None
    )


def _owed(key: str, **data: Any) -> Callable[[Story], None]:
    return lambda story: notices.owe_user(key, story.contact.user, data=data)


CAUSES: dict[str, Callable[[Story], Any]] = {
    "melding_received": lambda story: None,
    "p1_found": _found,
    "melding_assigned": Story.under_way,
    "melding_priority": lambda s: actions.set_priority(s.melding, by=s.agent, at=LATER, reason=SECRET, priority=3),
    "melding_converted": lambda s: actions.convert(s.melding, by=s.agent, at=LATER, kind="question", reason=SECRET),
    "melding_question": lambda s: actions.wait_for_contractant(s.under_way(), by=s.agent, at=LATER, question="Wanneer?"),
    "melding_replied": lambda s: actions.reply(s.melding, by=s.agent, at=LATER, body="Wij zien het ook."),
    "melding_contact_replied": lambda s: actions.reply(s.under_way(), by=s.contact.user, at=LATER, body="Nog steeds."),
    "melding_resolved": Story.solved,
    "melding_reopened": lambda s: actions.reopen(s.solved(), by=s.contact.user, at=LATER, reason="Het is er weer."),
    "melding_accepted": lambda s: actions.accept(s.solved(), by=s.contact.user, at=LATER),
    "melding_closed": lambda s: actions.close(s.solved(), by=s.agent, at=LATER),
    "melding_cancelled": lambda s: actions.cancel(s.melding, by=s.agent, at=LATER, reason="Dubbel ingevoerd."),
    "melding_merged": lambda s: actions.mark_duplicate(s.melding, by=s.agent, at=LATER, other=factories.registered()),
    "melding_agreed": lambda s: actions.agree_date(
        actions.set_priority(s.melding, by=s.agent, at=LATER, reason=SECRET, priority=4), by=s.agent, at=LATER,
        due=MOMENT + timedelta(days=20)),
    "melding_cannot_meet": lambda s: actions.cannot_meet(
        s.melding, by=s.agent, at=LATER, reason="De leverancier levert later.", expected_at=MOMENT + timedelta(days=20)),
    "melding_available_again": lambda s: record_and_announce(s.under_way(), "available_again"),
    "melding_warning": lambda s: _warned(s, "warn", 75),
    "melding_breach": lambda s: _warned(s, "breach", 100),
    "melding_unreachable": lambda s: bounce(s.under_way()),
    "template_test": _owed("template_test", subject="Een proef", text="Zo ziet de tekst eruit."),
    "monitoring_set_aside": _owed("monitoring_set_aside", source="Alertmanager", raw_event=1, cause="unreadable"),
    "p1_duty": _raised,
    "verification_differs": _owed("verification_differs", number=3),
    "retention_left": _owed("retention_left", number=3),
    "audit_tampered": _owed("audit_tampered", number=3),
    "warnings": _warned_of_two,
    "webhook_disabled": _owed("webhook_disabled", endpoint="Meldkamer", reason="failing"),
    "second_step_changed": _owed("second_step_changed"),
    **{key: _owed(key, contractant="Ziekenhuis Oost", by="Noor", person="Sam", login_link="http://testserver/account/login/",
                  desk_link="http://testserver/beheer/")
       for key in ("contact_registered", "contact_changed", "contact_removed", "contacts_changed")},
    "report_confirmation": _owed("report_confirmation", link="http://testserver/melden/bevestigen/x/"),
    "sign_in_code": _owed("sign_in_code", code="ABC123"),
    "password_reset": _owed("password_reset", link="http://testserver/account/password/reset/key/x/"),
}  # fmt: skip


def bounce(melding: Melding) -> None:
    notices.bounced(Notice.objects.get(key="melding_received").message_id, "550 no such user", LATER)


def record_and_announce(melding: Melding, verb: str) -> None:
    melding.announce(record(melding, verb, by=None, at=LATER))


def sent(key: str, story: Story) -> EmailMultiAlternatives:
    """The mail of the newest notice with this key; whatever else was owed goes out too."""
    CAUSES[key](story)
    notice = Notice.objects.filter(key=key).latest("id")
    notices.deliver(timezone.now())
    notice.refresh_from_db()
    assert notice.error == ""
    return next(m for m in reversed(mail.outbox) if m.extra_headers["Message-ID"] == message_id(notice))  # type: ignore[return-value]


def test_every_notice_has_a_cause_that_is_tried_here() -> None:
    assert sorted(CAUSES) == KEYS
    templates = {path.stem for path in (settings.BASE_DIR / "templates/notices").glob("*.txt")}
    inherited = {name for name in templates if name.startswith(("_", "base"))}
    others = tuple(f"{kind.case_type}_" for kind in Case.kinds() if kind is not Melding)
    # A security incident calls its notices "breach_"; "restricted" stands in for those of any case.
    elsewhere = {name for name in templates if name.startswith((*others, "breach_", "restricted"))} - set(
        KEYS
    )
    assert templates - inherited - elsewhere == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_notice_reads_well_in_dutch(key: str) -> None:
    message = sent(key, Story())
    body = str(message.body)
    assert message.subject
    assert str(message.subject) not in body
    assert "{{" not in body + message.subject
    assert "{%" not in body + message.subject
    assert "None" not in body
    assert "\n\n\n" not in body
    assert SECRET not in body + message.subject
    assert "&#" not in body, "a text is not escaped as if it were HTML"
    if key.startswith("melding_"):
        assert message.subject.startswith(f"[{Melding.objects.earliest('id').number}] ")
        assert "Verslag ontbreekt" not in message.subject, (
            "a mailbox shows subjects to whoever looks over a shoulder"
        )


@pytest.mark.parametrize("key", KEYS)
def test_a_notice_is_translated(key: str) -> None:
    story = Story(language="en")
    message = sent(key, story)
    assert "Met vriendelijke groet" not in message.body
    assert "elding" not in message.subject.replace("MDO", "")
    assert not {"Beste", "uiterlijk", "wij", "heeft", "hebben", "uw"} & set(str(message.body).split())


def test_what_was_answered_goes_along_and_markup_in_it_stays_text() -> None:
    story = Story()
    actions.reply(
        story.melding, by=story.agent, at=LATER, body="Kijk: {{ 7|add:7 }} <script>alert('x')</script>"
    )
    notices.deliver(timezone.now())
    message = mail.outbox[-1]
    assert isinstance(message, EmailMultiAlternatives)
    html = str(message.alternatives[0][0])
    assert "{{ 7|add:7 }} <script>alert('x')</script>" in message.body
    assert "{{ 7|add:7 }} &lt;script&gt;" in html
    assert "<script>" not in html


def test_an_internal_note_reaches_no_mailbox_of_the_contractant() -> None:
    story = Story()
    actions.note(story.under_way(), by=story.agent, at=LATER, body=SECRET)
    actions.set_priority(story.melding, by=story.agent, at=LATER, reason=SECRET, priority=1)
    actions.convert(story.melding, by=story.agent, at=LATER, kind="question", reason=SECRET)
    notices.deliver(timezone.now())
    assert mail.outbox
    assert not [message for message in mail.outbox if SECRET in message.message().as_string()]


def test_the_number_of_a_melding_of_another_contractant_is_not_told() -> None:
    story = Story()
    other = factories.registered(contact=factories.contact())
    actions.mark_duplicate(story.melding, by=story.agent, at=LATER, other=other)
    notices.deliver(timezone.now())
    assert other.number not in str(mail.outbox[-1].body)
    same = factories.registered(contact=story.contact)
    own = factories.registered(contact=factories.contact(contractant=story.contact.contractant))
    actions.mark_duplicate(same, by=story.agent, at=LATER, other=own)
    notices.deliver(timezone.now())
    assert own.number in str(mail.outbox[-1].body)


@pytest.mark.parametrize(
    "name",
    ["Noor\nBcc: kwaad@kwaad.example", "Noor\r\nBcc: kwaad@kwaad.example", "Noor,<kwaad@kwaad.example>"],
)
def test_no_name_adds_a_header_or_an_addressee(name: str) -> None:
    story = Story()
    User.objects.filter(pk=story.contact.user.pk).update(name=name)
    message = sent("melding_resolved", story)
    parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    assert parsed["Bcc"] is None
    assert [address.addr_spec for address in parsed["To"].addresses] == [story.contact.user.email]


def test_a_reporter_without_account_is_told_to_call_instead_of_a_link() -> None:
    agent = factories.staff()
    melding = factories.registered(reporter_email="wil@zorg.example")
    actions.reply(melding, by=agent, at=LATER, body="Kunt u dit proberen?")
    notices.deliver(timezone.now())
    body = str(mail.outbox[-1].body)
    assert "/portaal/" not in body
    assert "013 - 46 25 641" in body


def test_a_received_notice_names_both_deadlines() -> None:
    body = str(sent("melding_received", Story()).body)
    assert "Reactie uiterlijk: dinsdag 16 juni 2026, 14:00 uur" in body
    assert "Oplossing uiterlijk: donderdag 18 juni 2026, 10:00 uur" in body


def test_a_code_is_not_kept_once_it_is_sent_for_real(settings: Any) -> None:
    settings.EMBEDDED = False
    sent("sign_in_code", Story())
    kept = Notice.objects.get(key="sign_in_code")
    assert (kept.data, kept.body) == ({}, "")


def test_the_mailbox_of_an_embedded_desk_holds_a_readable_file_for_each_mail(
    settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    message = EmailMultiAlternatives(
        "Ontvangen: één", "Geen patiëntgegevens.", to=["Noor <noor@linde.example>"]
    )
    assert Mailbox().send_messages([message, message]) == 2
    files = list((tmp_path / "mail").iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    assert all("noor-linde-example" in path.name for path in files)
    parsed = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert parsed["Subject"] == "Ontvangen: één"
    assert "Geen patiëntgegevens." in files[0].read_text(encoding="utf-8"), "no program is needed to read it"


def test_a_held_warning_says_that_it_waits_for_somebody() -> None:
    melding = factories.registered()
    event = melding.events().first()
    notices.owe("melding_warning", email="sam@desk.example", event=event, held=True)
    notices.owe("melding_breach", email="sam@desk.example", event=event)
    held, going = (Notice.objects.get(key=key) for key in ("melding_warning", "melding_breach"))
    later = going.created_at + timedelta(minutes=1)
    assert status.told(held, later) == "wacht tot er iemand aanwezig is"
    assert status.told(going, later) == "wordt verzonden"
