"""Webhooks out: owed with their event, delivered at least once, signed, tried again for days, in nobody's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from desk.door import NotNow
from desk.models import Notice, WebhookDelivery, WebhookEndpoint
from desk.permissions import Role
from desk.webhooks import keeping, signing
from desk.webhooks.delivering import BACK_OFF, deliver
from incidents import actions
from incidents.models import Channel
from mdo_desk.embedded import cluster_in
from tests import factories
from tests.factories import MOMENT
from tests.webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
SECOND = timedelta(seconds=1)


def endpoint(receiver: Receiver, **fields: Any) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        **{"name": f"Ontvanger {receiver.port}", "url": receiver.url, **fields}
    )


def soon() -> datetime:
    return timezone.now() + SECOND


def verified(receiver: Receiver, salt: str, number: int = -1) -> Any:
    """What the independent library of the specification makes of a message; it also checks that it is recent."""
    got = receiver.got[number]
    return Webhook(signing.secret(salt)).verify(got.body, got.headers)


def test_an_event_arrives_signed_and_thin(receiver: Receiver) -> None:
    listening = endpoint(receiver)
    contact = factories.contact(user__name="Wil Voorbeeld")
    melding = factories.registered(contact=contact, subject="Blanco scherm bij J. Jansen")
    assert deliver(soon()) == 1
    told = verified(receiver, listening.salt)
    assert told == {
        "type": "melding.register", "timestamp": "2026-06-16T08:00:00+00:00",
        "data": {
            "number": melding.number, "state": "received", "version": 1, "kind": "incident", "priority": 2,
            "contractant": str(contact.contractant.public_id),
            "links": {
                "desk": f"http://testserver/meldingen/{melding.number}/",
                "api": f"http://testserver/api/v1/meldingen/{melding.number}/",
                "portal": f"http://testserver/portaal/{melding.number}/",
            },
        },
    }  # fmt: skip
    assert not [word for word in (b"Jansen", b"Wil", b"zorg.example") if word in receiver.got[0].body]
    assert receiver.got[0].headers["content-type"] == "application/json"


def test_a_body_or_id_that_was_tampered_with_does_not_verify(receiver: Receiver) -> None:
    listening = endpoint(receiver)
    factories.registered()
    deliver(soon())
    got = receiver.got[0]
    judge = Webhook(signing.secret(listening.salt))
    for body, headers in [
        (got.body.replace(b"received", b"resolved"), got.headers),
        (got.body, {**got.headers, "webhook-id": "msg_other"}),
    ]:
        with pytest.raises(WebhookVerificationError):
            judge.verify(body, headers)


def test_what_is_undone_with_its_event_is_not_owed(receiver: Receiver) -> None:
    endpoint(receiver)
    with transaction.atomic():
        factories.registered()
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()


def test_an_endpoint_hears_what_it_chose_and_a_contractant_what_its_portal_shows(receiver: Receiver) -> None:
    contact, agent = factories.contact(), factories.staff()
    everything = endpoint(receiver, name="alles")
    chosen = endpoint(receiver, name="gekozen", events=["melding.resolve"])
    own = endpoint(receiver, name="eigen", party=contact.contractant.public_id)
    endpoint(receiver, name="ander", party=factories.contact().contractant.public_id)
    endpoint(receiver, name="uit", active=False)
    melding = factories.registered(contact=contact, channel=Channel.PORTAL)
    actions.pick_up(melding, by=agent, at=MOMENT)
    actions.note(melding, by=agent, at=MOMENT, body="Onder ons")
    actions.assign(melding, by=agent, at=MOMENT, assignee=agent)
    actions.resolve(melding, by=agent, at=MOMENT, solution="Klaar")

    def types(of: WebhookEndpoint) -> list[str]:
        return [row.type.partition(".")[2] for row in of.deliveries.order_by("id")]

    assert types(everything) == ["register", "pick_up", "note", "assign", "resolve"]
    assert types(chosen) == ["resolve"]
    assert types(own) == ["register", "pick_up", "resolve"]
    assert WebhookDelivery.objects.count() == 9


def test_it_is_tried_again_for_three_days_and_then_given_up(receiver: Receiver) -> None:
    administrator = factories.staff(Role.ADMINISTRATOR)
    listening = endpoint(receiver)
    receiver.answer = 500
    factories.registered()
    at = start = soon()
    for pause in BACK_OFF:
        assert deliver(at) == 0
        deliver(at + pause - 2 * SECOND)
        at += pause + SECOND
    assert len(receiver.got) == len(BACK_OFF)
    assert not Notice.objects.filter(key="webhook_disabled").exists()
    deliver(at)
    deliver(at + timedelta(days=9))
    row = WebhookDelivery.objects.get()
    assert (row.attempts, row.status, row.delivered_at) == (len(BACK_OFF) + 1, 500, None)
    assert row.failed_at is not None
    assert timedelta(days=3) < row.failed_at - start < timedelta(days=4)
    assert set(receiver.ids) == {row.webhook_id}
    assert row.answer.startswith("antwoord")
    assert len(row.answer) == 450, "of 500 bytes, without what a database cannot hold"
    listening.refresh_from_db()
    assert (listening.active, listening.disabled_reason) == (False, "failing")
    assert list(Notice.objects.filter(key="webhook_disabled").values_list("email", flat=True)) == [administrator.email]  # fmt: skip


def test_one_message_that_fails_disables_nothing_while_others_arrive(receiver: Receiver) -> None:
    listening = endpoint(receiver)
    factories.registered()
    row = WebhookDelivery.objects.get()
    WebhookDelivery.objects.update(attempts=len(BACK_OFF))
    receiver.answer = 422
    WebhookEndpoint.objects.update(last_success_at=row.created_at + SECOND)
    deliver(soon())
    listening.refresh_from_db()
    row.refresh_from_db()
    assert (listening.active, row.failed_at is not None) == (True, True)


def test_gone_disables_at_once_and_what_is_owed_waits(receiver: Receiver) -> None:
    factories.staff(Role.ADMINISTRATOR)
    listening = endpoint(receiver)
    receiver.answer = 410
    factories.registered()
    factories.registered()
    deliver(soon())
    assert len(receiver.got) == 1
    listening.refresh_from_db()
    assert (listening.active, listening.disabled_reason) == (False, "gone")
    assert Notice.objects.filter(key="webhook_disabled").count() == 1
    receiver.answer = 204
    WebhookEndpoint.objects.update(active=True)
    assert deliver(soon()) == 1


def test_recovery_delivers_everything_in_order(receiver: Receiver) -> None:
    endpoint(receiver)
    meldingen = [factories.registered() for _turn in range(3)]
    receiver.answer = 503
    deliver(soon())
    receiver.answer = 200
    receiver.got.clear()
    assert deliver(soon() + BACK_OFF[0]) == 3
    assert [got.json["data"]["number"] for got in receiver.got] == [one.number for one in meldingen]


def test_sent_again_by_hand_it_keeps_its_id(receiver: Receiver) -> None:
    listening = endpoint(receiver)
    factories.registered()
    deliver(soon())
    row = WebhookDelivery.objects.get()
    keeping.send_again(row, at=timezone.now())
    assert deliver(soon()) == 1
    assert receiver.ids == [row.webhook_id] * 2
    listening.active = False
    listening.save()
    row.refresh_from_db()
    with pytest.raises(NotNow):
        keeping.send_again(row, at=timezone.now())


def test_a_new_secret_overlaps_with_the_old_one_for_a_day(receiver: Receiver) -> None:
    listening = endpoint(receiver)
    old = listening.salt
    new = keeping.rotate(listening, at=timezone.now())
    keeping.send_test(listening, at=timezone.now())
    deliver(soon())
    listening.refresh_from_db()
    assert new == signing.secret(listening.salt) != signing.secret(old)
    assert verified(receiver, old) == verified(receiver, listening.salt)
    assert verified(receiver, old)["type"] == "desk.test"
    row = WebhookDelivery.objects.get()
    row.endpoint = listening
    later = signing.headers(row, timezone.now() + timedelta(days=2))
    assert len(later["webhook-signature"].split()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_endpoint_holds_up_no_other(receiver: Receiver) -> None:
    release = threading.Event()

    def slowly(handler: Any) -> None:
        release.wait(8)
        handler.send_response(204)
        handler.end_headers()

    with receiving(Receiver(answer=slowly)) as slow:
        endpoint(slow, name="a traag")
        endpoint(receiver, name="b snel")
        for _turn in range(4):
            factories.registered()
        outcome: list[int] = []

        def run() -> None:
            outcome.append(deliver(soon()))
            connection.close()

        worker = threading.Thread(target=run)
        worker.start()
        try:
            until(lambda: len(receiver.got) == 4)
            assert len(slow.got) == 1
            factories.registered()
            until(lambda: len(receiver.got) == 5)
            assert deliver(soon()) == 0, "one run at a time"
        finally:
            release.set()
            worker.join()
        assert outcome == [10]
        assert len(slow.got) == 5


@pytest.mark.system
@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_killed_in_the_middle_delivers_again_under_the_same_id(receiver: Receiver) -> None:
    hold = threading.Event()

    def hang(handler: Any) -> None:
        hold.wait(30)

    endpoint(receiver)
    factories.registered()
    receiver.answer = hang
    child = subprocess.Popen([sys.executable, "-c", CHILD], cwd=ROOT, env={**os.environ, **_database()})
    until(lambda: bool(receiver.got))
    child.send_signal(signal.SIGKILL)
    child.wait()
    hold.set()
    receiver.answer = 204
    until(lambda: deliver(soon()) == 1)  # the server notices the broken connection, and with it goes the lock
    row = WebhookDelivery.objects.get()
    assert receiver.ids == [row.webhook_id] * 2
    assert row.delivered_at is not None


CHILD = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from desk.webhooks.delivering import deliver
deliver(timezone.now() + timedelta(seconds=1))
"""


def _database() -> dict[str, str]:
    """The database of this test, for another process."""
    held = connection.settings_dict
    url = cluster_in(settings.VAR).url(held["NAME"])
    if "DATABASE_URL" in os.environ:
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{held['NAME']}"
    return {
        "DJANGO_SETTINGS_MODULE": "mdo_desk.settings", "WEBHOOKS_ALLOW_PRIVATE": "true", "DESK_MODE": "embedded",
        "DATABASE_URL": url,
    }  # fmt: skip


def until(true: Any, patience: float = 20) -> None:
    give_up = time.monotonic() + patience
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.05)
