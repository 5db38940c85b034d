"""A real mail server: everything in its mailbox ends where it belongs, once, whatever happens to the worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from desk import threads
from desk.locks import only_one
from desk.mail import intake
from desk.models import InboundMail
from incidents.actions import mail
from incidents.models import Attachment, Melding, Message, WebReport
from tests import factories
from tests.mail.dovecot import DOVECOT, dovecot, folder_sizes, put
from tests.mail.shapes import SHAPES, lines
from tests.setup.processes import ROOT, clean_environment, stop, until

Outcome = InboundMail.Outcome
needs_dovecot = pytest.mark.skipif(DOVECOT is None, reason="Debian's package dovecot-imapd is not installed")
MESSAGES, TWICE = 500, 20


def run() -> int:
    return intake.run(now=timezone.now, handle=mail.take)


@pytest.mark.system
@needs_dovecot
@pytest.mark.django_db(transaction=True)
def test_500_messages_and_a_worker_that_is_killed_twice(tmp_path: Path, settings: Any) -> None:
    """Each message is exactly once where it belongs, or set aside with a reason."""
    factories.load_policies()
    contacts = [factories.contact() for _n in range(40)]
    melding = factories.registered(contact=contacts[0])
    sent = [written(n, contacts, melding) for n in range(MESSAGES)]
    with dovecot() as (url, port):
        put(port, [raw for raw, _expected in sent] + [raw for raw, _expected in sent[:TWICE]])
        for share in (0.3, 0.6):
            worker = start(url, Path(settings.MEDIA_ROOT), tmp_path)
            until(lambda share=share: dealt_with() >= share * MESSAGES, f"{share} of all mail")  # type: ignore[misc]
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            assert dealt_with() < MESSAGES, "killed too late to prove anything"
        worker = start(url, Path(settings.MEDIA_ROOT), tmp_path)
        until(lambda: folder_sizes(port, "INBOX", criterion="UNSEEN") == [0], "all mail to be taken in")
        until(
            lambda: not InboundMail.objects.filter(outcome=Outcome.PENDING).exists(), "all to be dealt with"
        )
        stop(worker)
        assert folder_sizes(port, "INBOX") == [MESSAGES + TWICE]
    found = {row.subject.rpartition(" ")[2] or row.pk: row for row in InboundMail.objects.all()}
    assert InboundMail.objects.count() == MESSAGES
    assert sum(InboundMail.objects.values_list("copies", flat=True)) >= TWICE
    assert not [row for row in found.values() if row.outcome in NEEDS_REASON and not row.reason]
    expected = [outcome for _raw, outcome in sent]
    got = {outcome: InboundMail.objects.filter(outcome=outcome).count() for outcome in set(expected)}
    assert got == {outcome: expected.count(outcome) for outcome in set(expected)}
    # What came of them: one row each, none twice.
    assert Melding.objects.count() == 1 + expected.count(Outcome.NEW)
    assert Message.objects.filter(visibility="public").count() == expected.count(Outcome.ANSWER)
    assert WebReport.objects.count() == expected.count(Outcome.UNCONFIRMED)
    originals = Attachment.objects.filter(name="originele-mail.eml")
    assert originals.count() == expected.count(Outcome.NEW) + expected.count(Outcome.ANSWER)
    assert len(set(originals.values_list("file", flat=True))) == originals.count()


NEEDS_REASON = {Outcome.SET_ASIDE, Outcome.AUTOMATIC, Outcome.LOOP}
ENDS = {"round_and_round": Outcome.LOOP, "from_the_desk_itself": Outcome.LOOP, "no_sender": Outcome.SET_ASIDE,
        "sender_without_address": Outcome.SET_ASIDE, "nested_without_end": Outcome.SET_ASIDE}  # fmt: skip
HEAVY = {
    "ten_thousand_recipients",
    "a_hundred_thousand_lines",
    "one_endless_line",
}  # a few of each are enough


def written(n: int, contacts: list[Any], melding: Melding) -> tuple[bytes, Outcome]:
    """The n-th message: every third an answer, every 25th of a stranger, the rest each shape in turn."""
    word, sender = f"parelmoer{n}", contacts[n % len(contacts)].user.email
    if n % 3 == 0:
        answered = threads.message_id("melding", melding.pk, melding_uuid(n))
        return lines(word, contacts[0].user.email, f"In-Reply-To: {answered}"), Outcome.ANSWER
    if n % 25 == 1:
        return lines(word, f"vreemd{n}@nergens.example"), Outcome.UNCONFIRMED
    shape = SHAPES[n % len(SHAPES)]
    if shape.name in HEAVY and n > 2 * len(SHAPES):
        shape = SHAPES[0]
    outcome = Outcome.NEW if shape.person else ENDS.get(shape.name, Outcome.AUTOMATIC)
    return shape.build(word, sender), outcome


def melding_uuid(n: int) -> Any:
    return UUID(int=n + 1)


def start(url: str, media: Path, folder: Path) -> subprocess.Popen[bytes]:
    """The worker's job in a process of its own, on the database of the test."""
    database = connection.settings_dict
    where = {name: database[name.upper()] or database["OPTIONS"].get(name, "") for name in ("host", "port")}
    options = "&".join(f"{name}={value}" for name, value in where.items() if value)
    variables = {
        "DESK_MODE": "embedded", "VAR_DIR": str(folder / "var"), "MEDIA_ROOT": str(media), "MAIL_IN_URL": url,
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?{options}",
        "CACHE_URL": "locmemcache://", "CELERY_BROKER_URL": "memory://", "SITE_URL": "http://testserver",
        "SECRET_KEY": str(django_settings.SECRET_KEY), "DEFAULT_FROM_EMAIL": "MDO Desk <desk@example.nl>",
    }  # fmt: skip
    log = (folder / "worker.log").open("ab")
    command = [sys.executable, "manage.py", "fetch_mail", "--every", "0.2"]
    return subprocess.Popen(command, cwd=ROOT, env=clean_environment(**variables), stdout=log, stderr=log)


def dealt_with() -> int:
    return InboundMail.objects.exclude(outcome=Outcome.PENDING).count()


@needs_dovecot
@pytest.mark.django_db(transaction=True)
def test_with_a_folder_for_what_is_done_reading_along_hides_nothing(settings: Any) -> None:
    factories.load_policies()
    factories.contact(user__email="wil@zorg.example")
    with dovecot() as (url, port):
        settings.MAIL_IN_URL = f"{url}?done=Verwerkt"
        put(port, [lines(f"w{n}", "wil@zorg.example") for n in range(3)])
        assert run() == 3
        assert folder_sizes(port, "INBOX", "Verwerkt") == [0, 3]
        assert (run(), Melding.objects.count()) == (0, 3)


@needs_dovecot
@pytest.mark.django_db(transaction=True)
def test_one_that_is_too_large_stays_on_the_server_and_those_behind_it_go_on(settings: Any) -> None:
    factories.load_policies()
    factories.contact(user__email="wil@zorg.example")
    settings.MAIL_IN_MAX_BYTES = 2000
    with dovecot() as (url, port):
        settings.MAIL_IN_URL = url
        put(port, [lines("groot", "wil@zorg.example", body="x" * 5000), lines("klein", "wil@zorg.example")])
        run()
    large, small = InboundMail.objects.order_by("pk")
    assert (large.outcome, small.outcome) == (Outcome.SET_ASIDE, Outcome.NEW)
    assert ("groot" in large.subject, "kopregels" in large.reason, large.size < 1000) == (True, True, True)


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_keeps_its_hands_off() -> None:
    done: list[int] = []

    def elsewhere() -> None:
        done.append(run())
        connection.close()

    factories.load_policies()
    factories.contact(user__email="wil@zorg.example")
    intake.keep(lines("w", "wil@zorg.example"), mailbox="desk", at=timezone.now())
    with only_one("mail in") as mine:
        assert mine
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
    assert done == [0]
    assert run() == 1


def pipe(raw: bytes, **variables: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "manage.py", "receive_mail"]
    return subprocess.run(
        command, cwd=ROOT, input=raw, capture_output=True, env=clean_environment(**variables)
    )


@pytest.mark.system
def test_the_mail_server_keeps_what_could_not_be_stored(tmp_path: Path) -> None:
    nobody = "postgres://desk:x@127.0.0.1:1/desk"
    done = pipe(
        lines("w", "wil@zorg.example"), DESK_MODE="embedded", DATABASE_URL=nobody, VAR_DIR=str(tmp_path)
    )
    assert done.returncode == os.EX_TEMPFAIL, done.stderr
