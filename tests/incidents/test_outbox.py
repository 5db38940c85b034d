"""Notices: owed with their event, delivered at least once, stamped after sending."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from desk import threads
from desk.door import NotNow
from desk.models import Notice, NoticePreference, Outbox
from desk.notices import deliver, drop, freeze, owe, retry, thaw
from desk.notices.delivery import TRIES
from incidents import actions
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db


class Flaky(EmailBackend):
    """A mail server that is away while `down`, and answers 451 for every address at later.example."""

    down = True

    def open(self) -> bool:
        if type(self).down:
            raise ConnectionRefusedError("no mail today")
        return True

    def send_messages(self, messages: Any) -> int:
        if any("later.example" in one.to[0] for one in messages):
            raise SMTPRecipientsRefused({messages[0].to[0]: (451, b"4.7.1 not now")})
        return super().send_messages(messages)


@pytest.fixture
def flaky(settings: Any) -> type[Flaky]:
    settings.EMAIL_BACKEND = f"{__name__}.Flaky"
    Flaky.down = True
    return Flaky


def now() -> datetime:
    return timezone.now() + timedelta(seconds=1)


def test_an_event_and_what_is_owed_for_it_stand_together() -> None:
    contact = factories.contact()
    melding = factories.registered(contact=contact)
    notice = Notice.objects.get()
    assert (notice.event, notice.email, notice.sent_at) == (melding.events().get(), contact.user.email, None)


def test_delivery_sends_once_and_stamps() -> None:
    factories.registered(contact=factories.contact())
    assert (deliver(now()), deliver(now())) == (1, 0)
    assert len(mail.outbox) == 1
    notice = Notice.objects.get()
    assert notice.sent_at is not None
    headers = mail.outbox[0].extra_headers
    assert threads.cases_in(headers["Message-ID"]) == [(notice.case_type, notice.case_id)]
    assert notice.message_id.hex in headers["Message-ID"]


def test_a_mail_server_that_is_down_loses_nothing(flaky: type[Flaky]) -> None:
    for _turn in range(3):
        factories.registered(contact=factories.contact())
    assert deliver(now()) == 0
    assert set(Notice.objects.values_list("attempts", "sent_at")) == {(0, None)}, "it is not their fault"
    assert "no mail today" in Outbox.objects.get().error
    flaky.down = False
    assert deliver(now()) == 0, "the desk rests before it tries again"
    assert deliver(now() + timedelta(minutes=1)) == 3
    assert len(mail.outbox) == 3
    assert Outbox.objects.get().error == ""


def test_an_address_that_is_put_off_holds_up_nobody_behind_it(flaky: type[Flaky]) -> None:
    flaky.down = False
    factories.registered(contact=factories.contact(user__email="straks@later.example"))
    factories.registered(contact=factories.contact())
    assert deliver(now()) == 1
    tries = [now() + timedelta(days=day) for day in range(1, 11)]
    assert [deliver(at) for at in tries] == [0] * 10
    notice = Notice.objects.get(email="straks@later.example")
    assert (notice.attempts, notice.dropped_at, notice.error) == (11, None, "451 4.7.1 not now")
    assert notice.next_try_at
    assert notice.next_try_at - tries[-1] < timedelta(hours=1, minutes=1)


def test_the_next_about_a_case_waits_for_the_one_before(flaky: type[Flaky]) -> None:
    """Also in a later run; what waits for office hours on purpose holds up nothing."""
    flaky.down = False
    event = factories.registered(contact=factories.contact(user__email="straks@later.example")).events().get()
    for address in ("straks@later.example", "ander@zorg.example"):
        owe("melding_closed", email=address, event=event, not_before=now() + timedelta(hours=2))
        owe("melding_agreed", email=address, event=event)
    deliver(now())
    deliver(now() + timedelta(seconds=5))
    assert [one.to for one in mail.outbox] == [["ander@zorg.example"]]
    assert set(Notice.objects.filter(email="straks@later.example").values_list("key", "attempts")) == {
        ("melding_received", 1), ("melding_closed", 0), ("melding_agreed", 0),
    }  # fmt: skip
    retry(Notice.objects.earliest("id"), at=now())
    assert deliver(now()) == 0
    drop(Notice.objects.filter(key="melding_received"), Notice.Dropped.GIVEN_UP, at=now())
    deliver(now())
    assert Notice.objects.get(key="melding_agreed", email="straks@later.example").attempts == 1


def test_a_text_that_cannot_be_written_is_given_up_in_the_end_and_shows() -> None:
    owe("no_such_notice", email="wil@zorg.example")
    for day in range(7):
        deliver(now() + timedelta(days=day))
    notice = Notice.objects.get()
    assert (notice.attempts, notice.dropped_because) == (TRIES, Notice.Dropped.BROKEN)
    assert "no_such_notice.txt" in notice.error


@pytest.mark.parametrize("by_environment", [True, False])
def test_a_desk_put_back_from_a_copy_sends_nothing_until_somebody_says_so(
    settings: Any, by_environment: bool
) -> None:
    factories.registered(contact=factories.contact())
    settings.OUTBOX_FROZEN = by_environment
    freeze(now())
    assert deliver(now()) == 0
    if by_environment:
        with pytest.raises(NotNow):
            thaw()
        settings.OUTBOX_FROZEN = False
    thaw()
    assert deliver(now()) == 1


def test_what_was_turned_off_is_written_down_and_not_sent() -> None:
    agent = factories.staff()
    NoticePreference.objects.create(user=agent, group="own_work")
    for priority in (2, 1):
        melding = factories.registered(priority=priority, impact="", urgency="", reporter_email="")
        actions.assign(melding, by=factories.staff(), at=MOMENT, assignee=agent)
    told = Notice.objects.filter(key="melding_assigned")
    assert list(told.order_by("id").values_list("key", "dropped_because")) == [
        ("melding_assigned", "unwanted"), ("melding_assigned", ""),
    ]  # fmt: skip


def test_a_batch_stops_at_its_limit_and_goes_on(flaky: type[Flaky]) -> None:
    flaky.down = False
    for _turn in range(5):
        factories.registered(contact=factories.contact())
    assert [deliver(now(), limit=2) for _turn in range(4)] == [2, 2, 1, 0]


def test_owing_twice_for_one_event_is_owing_once() -> None:
    event = factories.registered(reporter_email="").events().get()
    for _turn in range(2):
        owe("melding_received", email="Wil@zorg.example", event=event)
    assert Notice.objects.get().email == "wil@zorg.example"


def test_who_does_it_is_not_told(settings: Any) -> None:
    contact = factories.contact()
    agent = factories.staff()
    melding = factories.registered(contact=contact, by=agent)
    actions.assign(melding, by=agent, at=MOMENT, assignee=agent)
    actions.reply(melding, by=contact.user, at=MOMENT, body="Hallo")
    assert sorted(Notice.objects.values_list("key", "email")) == [
        ("melding_contact_replied", agent.email), ("melding_received", contact.user.email),
    ]  # fmt: skip


def test_every_kind_of_notice_can_be_written() -> None:
    """Plays a whole story and delivers everything: each template renders, in both languages."""
    agent, other = factories.staff(), factories.staff(language="en")
    for language in ("nl", "en"):
        contact = factories.contact(user__language=language)
        melding = factories.registered(contact=contact, priority=4)
        actions.assign(melding, by=agent, at=MOMENT, assignee=other)
        actions.pick_up(melding, by=agent, at=MOMENT)
        actions.agree_date(melding, by=agent, at=MOMENT, due=MOMENT + timedelta(days=9))
        actions.set_priority(melding, by=agent, at=MOMENT, reason="x", priority=2)
        actions.wait_for_contractant(melding, by=agent, at=MOMENT, question="Welke browser?")
        actions.reply(melding, by=contact.user, at=MOMENT, body="Firefox")
        actions.reply(melding, by=agent, at=MOMENT, body="Dank")
        actions.sweep(MOMENT + timedelta(days=3))
        actions.release(MOMENT + timedelta(days=3))
        actions.resolve(melding, by=agent, at=MOMENT, solution="Herstart")
        actions.reopen(melding, by=contact.user, at=MOMENT, reason="Nee")
        actions.resolve(melding, by=agent, at=MOMENT, solution="Echt")
        actions.accept(melding, by=contact.user, at=MOMENT)
    owed = Notice.objects.filter(dropped_at=None).count()
    assert deliver(now()) == owed
    assert all(message.subject and message.body for message in mail.outbox)
    assert not any("{{" in str(message.body) for message in mail.outbox)


def test_a_notice_for_office_hours_waits_until_then() -> None:
    event = factories.registered(reporter_email="").events().get()
    owe("melding_received", email="wil@zorg.example", event=event, not_before=now() + timedelta(hours=2))
    assert deliver(now()) == 0
    assert deliver(now() + timedelta(hours=3)) == 1
