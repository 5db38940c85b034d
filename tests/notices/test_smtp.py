"""Mail through a real server on real sockets, that is away, slow, choosy, or loses us in the middle."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone

from desk.door import record
from desk.models import Event, Notice, Outbox
from desk.notices import bounced, deliver, owe
from desk.notices.letter import letter
from desk.notices.line import Line
from mdo_desk.embedded import cluster_in
from tests import factories
from tests.factories import MOMENT
from tests.notices.sink import Sink
from tests.setup.processes import ROOT, free_port, until

pytestmark = pytest.mark.django_db
STEPS = ["melding_received", "melding_agreed", "melding_replied", "melding_resolved", "melding_closed"]


@pytest.fixture
def sink(settings: Any, tmp_path: Path) -> Iterator[Sink]:
    """Known to the desk, and not yet there."""
    made = Sink(tmp_path / "mail", free_port())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    settings.EMAIL_TIMEOUT = 2
    return made  # type: ignore[return-value]


def soon(**later: float) -> datetime:
    return timezone.now() + timedelta(seconds=1, **later)


def owe_some(total: int, meldingen: int = 10) -> None:
    """`total` notices about some Meldingen to two people each, in a known order."""
    cases = [factories.registered(reporter_email="") for _ in range(meldingen)]
    for turn in range(total // (2 * meldingen)):
        for case in cases:
            event = record(case, "note", by=None, at=MOMENT + timedelta(minutes=turn))
            for who in ("noor", "sam"):
                owe(STEPS[turn % len(STEPS)], email=f"{who}.{case.pk}@zorg.example", event=event)


def order_was_kept(sink: Sink) -> bool:
    """Per Melding and person what came in stands in the order in which it was owed."""
    owed = {n.message_id.hex: n for n in Notice.objects.all()}
    came: dict[tuple[int | None, str], list[int]] = defaultdict(list)
    for mail in sink.received():
        notice = owed[mail["Message-ID"].split(".")[1]]
        came[notice.case_id, notice.email].append(notice.pk)
    return all(ids == sorted(ids) for ids in came.values())


@pytest.mark.django_db(transaction=True)
def test_a_server_that_was_away_for_a_thousand_notices(sink: Sink) -> None:
    """SMTP refused for as long as it takes to owe 1,000 notices, with workers that go on trying; then back: all
    out within a minute or two, none twice, in order, over few connections."""
    refused = [owe_and_try() for _ in range(4)]
    assert sum(refused) == 0
    assert Notice.objects.owed().count() == 1_000
    assert set(Notice.objects.values_list("attempts", flat=True)) == {0}
    with sink:
        racing = [threading.Thread(target=in_thread, args=(soon(minutes=9),)) for _ in range(2)]
        for worker in racing:
            worker.start()
        for worker in racing:
            worker.join()
        deliver(soon(minutes=9))
        came = Counter(mail["Message-ID"] for mail in sink.received())
        assert (len(came), max(came.values())) == (1_000, 1)
        assert sink.connections <= 3, "one for each call of deliver, not one for each notice"
        assert order_was_kept(sink)
        assert not Notice.objects.owed().exists()


def owe_and_try() -> int:
    owe_some(250, meldingen=5)
    return deliver(soon(minutes=Outbox.objects.count()))


def in_thread(at: datetime) -> None:
    try:
        deliver(at)
    finally:
        connection.close()


def test_a_greylisted_address_is_tried_again_and_nothing_overtakes(sink: Sink) -> None:
    owe_some(8, meldingen=1)
    address = str(Notice.objects.earliest("id").email)
    sink.answers[address] = ["451 4.7.1 greylisted"] * 2
    with sink:
        assert deliver(soon()) == 4
        assert deliver(soon(minutes=1.5)) == 0
        assert deliver(soon(minutes=9)) == 4
        assert order_was_kept(sink)
        assert len(sink.received()) == 8


REJECTED = ["550 5.1.1 no such user", "550 unknown", "552 5.2.2 mailbox full", "554 no mailbox here"]
NOT_THEIRS = [
    "550 5.7.1 relaying denied",
    "550 relay not permitted",
    "554 5.7.1 blocked for spam",
    "530 5.7.0 log in",
]


@pytest.mark.parametrize("answer", [*REJECTED, *NOT_THEIRS])
def test_only_a_mailbox_that_rejects_is_given_up_and_flagged(sink: Sink, answer: str) -> None:
    contact = factories.contact()
    agent = factories.staff()
    factories.registered(contact=contact, priority=1, impact="", urgency="", channel="portal")
    sink.answers[contact.user.email] = [answer]
    with sink:
        deliver(soon())
        notice = Notice.objects.get(email=contact.user.email, key="melding_received")
        contact.user.refresh_from_db()
        gone = answer in REJECTED
        assert (notice.dropped_because == Notice.Dropped.REJECTED) is gone
        assert (contact.user.mail_rejected_at is not None) is gone
        assert notice.error == answer
        told = Notice.objects.filter(key="melding_unreachable", email=agent.email)
        assert told.exists() is gone, "for a P1 somebody has to phone"
        deliver(soon(hours=2))
        assert any(contact.user.email in mail["to"] for mail in sink.received()) is not gone


def test_a_bounce_sets_a_flag_that_an_accepted_mail_leaves(sink: Sink) -> None:
    """A server that took the mail before it came back takes the next one as well."""
    contact = factories.contact()
    melding = factories.registered(contact=contact)
    with sink:
        deliver(soon())
        notice = Notice.objects.get()
        for _twice in range(2):
            assert bounced(notice.message_id, "5.1.1 gone", soon())
        contact.user.refresh_from_db()
        assert contact.user.mail_rejected_because == "5.1.1 gone"
        assert Event.objects.filter(case_id=melding.pk, verb="mail_rejected").count() == 1
        owe("melding_agreed", email=contact.user.email, event=melding.events().first())
        deliver(soon())
        contact.user.refresh_from_db()
        assert Notice.objects.get(key="melding_agreed").sent_at is not None
        assert contact.user.mail_rejected_because == "5.1.1 gone"


def test_an_accepted_mail_takes_the_flag_of_a_refusal_away(sink: Sink) -> None:
    contact = factories.contact()
    melding = factories.registered(contact=contact)
    sink.answers[contact.user.email] = [REJECTED[0]]
    with sink:
        deliver(soon())
        contact.user.refresh_from_db()
        assert contact.user.mail_rejected_at is not None
        owe("melding_agreed", email=contact.user.email, event=melding.events().first())
        deliver(soon())
        contact.user.refresh_from_db()
        assert contact.user.mail_rejected_because == ""


def test_headers_keep_a_thread_together_and_machines_quiet(sink: Sink) -> None:
    contact = factories.contact()
    melding = factories.registered(contact=contact, subject="Noor Verhagen 12-3-1950")
    for key in ("melding_agreed", "melding_resolved", "melding_closed", "melding_replied"):
        owe(key, email=contact.user.email, event=melding.events().first())
    with sink:
        deliver(soon())
        mails = sink.received()
    ids = [mail["Message-ID"] for mail in mails]
    root = mails[0]["References"]
    assert [mail["References"].split() for mail in mails] == [
        [root], [root, *ids[:1]], [root, *ids[:2]], [root, *ids[:3]], [root, *ids[1:4]],
    ]  # fmt: skip
    assert [mail["In-Reply-To"] for mail in mails] == [root, *ids[:4]]
    assert {mail["List-Id"] for mail in mails} == {f"<contractant-{contact.contractant_id}.testserver>"}
    assert [mail["Auto-Submitted"] for mail in mails] == ["auto-replied"] + ["auto-generated"] * 4
    assert {mail["Reply-To"] for mail in mails} == {configured.REPLY_TO_EMAIL}
    assert all(mail["Subject"].startswith(f"[{melding.number}] ") for mail in mails)
    assert not any("Noor" in mail["Subject"] for mail in mails)


def test_a_server_that_answers_nothing_holds_up_no_more_than_one_try(sink: Sink) -> None:
    owe_some(40)
    with socket.socket() as tarpit:
        tarpit.bind(("127.0.0.1", sink.port))
        tarpit.listen()
        began = time.monotonic()
        assert deliver(soon()) == 0
        assert deliver(soon()) == 0
        assert time.monotonic() - began < 2 * 2
    assert "timed out" in Outbox.objects.get().error


def test_a_server_that_hangs_up_between_two_mails_is_called_again(sink: Sink) -> None:
    owe_some(4, meldingen=1)
    line, (first, second) = Line(), Notice.objects.order_by("id")[:2]
    with sink:
        line.send(letter(first))
        sink.server.stop()
        sink.start()
        line.send(letter(second))
        line.close()
        assert (sink.connections, len(sink.received())) == (2, 2)


CHILD = """
import django, time
django.setup()
from django.utils import timezone
from desk.notices import deliver
while True:
    deliver(timezone.now())
    time.sleep(0.05)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.system
def test_a_worker_killed_while_it_sends_loses_nothing(sink: Sink) -> None:
    """kill -9 twice in the middle: everything arrives, and each kill sends one mail twice at most."""
    owe_some(100)
    sink.slow = 0.01
    with sink:
        for enough in (20, 60):
            worker = start_worker(sink)
            until(lambda enough=enough: len(sink.received()) >= enough, f"{enough} mails")  # type: ignore[misc]
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        last = start_worker(sink)
        until(lambda: not Notice.objects.owed().exists(), "everything sent")
        last.kill()
        last.wait()
        came = Counter(mail["Message-ID"] for mail in sink.received())
        assert len(came) == 100
        assert sum(came.values()) <= 100 + 2
        assert order_was_kept(sink) or sum(came.values()) > 100


def start_worker(sink: Sink) -> subprocess.Popen[bytes]:
    name = connection.settings_dict["NAME"]
    own = os.environ.get("DATABASE_URL", "").rpartition("/")[0]
    variables = {
        "DJANGO_SETTINGS_MODULE": "mdo_desk.settings", "DESK_MODE": "embedded", "VAR_DIR": str(configured.VAR),
        "DATABASE_URL": f"{own}/{name}" if own else cluster_in(configured.VAR).url(name),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "SITE_URL": "http://testserver",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", CHILD], cwd=ROOT, env=os.environ | variables)
