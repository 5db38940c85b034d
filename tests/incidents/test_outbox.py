"""Notices: owed with their event, delivered at least once, stamped after sending."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from desk.models import Notice
from desk.notices import deliver, owe
from incidents import actions
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db


class Flaky(EmailBackend):
    """A mail server that refuses while `down`, and always refuses addresses at refused.example."""

    down = True

    def send_messages(self, messages: Any) -> int:
        if type(self).down or any("refused.example" in one.to[0] for one in messages):
            raise ConnectionRefusedError("no mail today")
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
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{notice.message_id}@")


def test_a_mail_server_that_is_down_loses_nothing(flaky: type[Flaky]) -> None:
    for _turn in range(3):
        factories.registered(contact=factories.contact())
    assert deliver(now()) == 0
    assert set(Notice.objects.values_list("attempts", "sent_at")) == {(1, None)}
    assert "no mail today" in Notice.objects.first().error  # type: ignore[union-attr]
    assert deliver(now()) == 0
    assert set(Notice.objects.values_list("attempts", flat=True)) == {1}, "not before its next try"
    flaky.down = False
    assert deliver(now() + timedelta(minutes=2)) == 3
    assert len(mail.outbox) == 3


def test_an_address_that_is_refused_holds_up_nobody_behind_it(flaky: type[Flaky]) -> None:
    flaky.down = False
    refused = factories.contact(user__email="nee@refused.example")
    factories.registered(contact=refused)
    factories.registered(contact=factories.contact())
    assert deliver(now()) == 1
    for _turn in range(10):
        deliver(now() + timedelta(days=_turn))
    assert Notice.objects.get(email="nee@refused.example").attempts > 3


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
        actions.resolve(melding, by=agent, at=MOMENT, solution="Herstart")
        actions.reopen(melding, by=contact.user, at=MOMENT, reason="Nee")
        actions.resolve(melding, by=agent, at=MOMENT, solution="Echt")
        actions.accept(melding, by=contact.user, at=MOMENT)
    owed = Notice.objects.count()
    assert deliver(now()) == owed
    assert all(message.subject and message.body for message in mail.outbox)
    assert not any("{{" in str(message.body) for message in mail.outbox)


def test_a_notice_for_office_hours_waits_until_then() -> None:
    event = factories.registered(reporter_email="").events().get()
    owe("melding_received", email="wil@zorg.example", event=event, not_before=now() + timedelta(hours=2))
    assert deliver(now()) == 0
    assert deliver(now() + timedelta(hours=3)) == 1
