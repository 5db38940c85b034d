"""What comes in by mail, API or monitoring is never refused for a BSN: it is masked, and the original is sealed (SLA 9.4)."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from complaints import actions as complaints
from complaints.actions import Received
from desk import attachments, quarantine, scanning, sealing, settling, threads
from desk.arriving import way_in
from desk.door import Invalid, NotAllowed, NotNow
from desk.mail import headers, intake
from desk.mail.letter import content_of
from desk.models import ApiToken, FalseAlarm, InboundMail, Quarantined, User
from desk.tasks import housekeeping
from incidents.actions import mail
from incidents.models import Attachment, Melding, Message, RawEvent
from tests import factories
from tests.api.conftest import MELDINGEN, client_of, new_melding
from tests.api.test_monitoring import EVENTS, event
from tests.bsn.test_guard import BSN, pdf
from tests.factories import MOMENT
from tests.files.clamd import EICAR, running
from tests.mail.shapes import lines, made
from tests.mail.test_shapes import receive
from tests.pages.conftest import text

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(hours=1)


@pytest.fixture
def officer() -> User:
    return factories.staff("privacy_officer")


@pytest.fixture(autouse=True)
def _policies() -> None:
    factories.load_policies()


def stored(row: Any) -> bytes:
    with row.file.open("rb") as file:
        content: bytes = file.read()
    return content


def held(kind: str) -> Quarantined:
    return Quarantined.objects.get(kind=kind)


def test_a_mail_is_masked_wholly_and_put_back_when_it_was_no_bsn(officer: User) -> None:
    factories.contact(user__email="wil@zorg.example")
    message = made("w", "wil@zorg.example")
    message.replace_header("Subject", f"Pakket {BSN}")
    message.set_content("Pakket 123 456 782, en zie bijlage.")
    message.add_attachment(pdf(f"Van {BSN}"), "application", "pdf", filename="uitslag.pdf")
    raw = message.as_bytes()
    row = receive(raw)
    melding = Melding.objects.get()
    placeholder = Attachment.objects.exclude(name="originele-mail.eml").get()
    everything = (
        melding.subject + melding.description + row.subject + str(stored(row)) + str(stored(placeholder)) + placeholder.name
        + "".join(Message.objects.values_list("body", flat=True))
    )  # fmt: skip
    assert BSN not in everything
    assert "123 456 782" not in everything
    whole, file = held("mail"), held("file")
    assert f"afgeschermd-{file.mark}.txt" == placeholder.name
    assert (whole.case_id, file.case_id, file.part_of) == (melding.pk, melding.pk, whole)
    assert BSN.encode() not in bytes(whole.sealed) + bytes(file.sealed)
    assert "staat in quarantaine" in Message.objects.get(visibility="internal").body

    with pytest.raises(NotNow):
        settling.release(whole, by=officer, at=LATER)
    seen = settling.reveal(whole, by=officer, at=LATER, why="false_alarm", words="Ons pakketnummer?")
    assert seen.content == raw
    settling.release(whole, by=officer, at=LATER)
    melding.refresh_from_db()
    row.refresh_from_db()
    placeholder.refresh_from_db()
    assert (melding.subject, melding.description) == (f"Pakket {BSN}", "Pakket 123 456 782, en zie bijlage.")
    assert stored(row) == raw == stored(Attachment.objects.get(name="originele-mail.eml"))
    assert (placeholder.name, placeholder.content_type) == ("uitslag.pdf", "application/pdf")
    assert Melding.objects.visible_to(officer).filter(search_all=BSN).exists()
    verbs = list(melding.events().values_list("verb", flat=True))
    assert verbs.count("reveal_bsn") == verbs.count("release_bsn") == 1
    # And from now on it is known.
    again = receive(lines("nog-een", "wil@zorg.example", body=f"Weer over {BSN}"))
    assert Melding.objects.get(pk=again.case_id or 0).description == f"Weer over {BSN}"


def test_what_the_api_brings_is_masked_and_said_so(officer: User) -> None:
    agent = client_of(factories.token(ApiToken.Scope.AGENT))
    body = new_melding(
        subject="Beeld ontbreekt",
        description=f"Van patiënt {BSN} en van 111222333.",
        reporter_name=f"Wil {BSN}",
    )
    answer = agent.post(MELDINGEN, body, headers={"Idempotency-Key": "k1"})
    assert (answer.status_code, answer["Desk-Masked"]) == (201, "description, reporter_name")
    assert (
        agent.post(MELDINGEN, body, headers={"Idempotency-Key": "k1"})["Desk-Masked"]
        == "description, reporter_name"
    )
    melding = Melding.objects.get()
    assert melding.description.startswith("Van patiënt [BSN afgeschermd ")
    assert set(Quarantined.objects.values_list("kind", "case_id", "source")) == {
        ("number", melding.pk, "api")
    }
    assert Quarantined.objects.count() == 3
    # What is refused for another reason is not kept at all.
    assert agent.post(MELDINGEN, body | {"priorty": 1}).status_code == 400
    assert agent.post(MELDINGEN, body | {"received_at": "2999-01-01T00:00:00Z"}).status_code == 400
    assert Quarantined.objects.count() == 3
    upload = SimpleUploadedFile("uitslag.pdf", pdf(f"Uitslag {BSN}"), content_type="application/pdf")
    sent = agent.post(f"{MELDINGEN}{melding.number}/attachments/", {"files": [upload]}, format="multipart")
    assert (sent.status_code, sent["Desk-Masked"]) == (201, "files")
    assert sent.json()[0]["name"] == f"afgeschermd-{held('file').mark}.txt"
    one = Quarantined.objects.filter(kind="number").first()
    assert one
    settling.reveal(one, by=officer, at=LATER, why="handling", words="Om te bellen")
    settling.destroy(one, by=officer, at=LATER)
    one.refresh_from_db()
    assert (bytes(one.sealed), one.digest, one.outcome) == (b"", "", "destroyed")
    with pytest.raises(NotNow):
        settling.reveal(one, by=officer, at=LATER, why="handling", words="Nog eens")


def test_what_is_put_back_keeps_the_rules_for_files(officer: User, settings: Any) -> None:
    """By type and by virus scanner; what no rule admits was never kept at all."""
    agent = client_of(factories.token(ApiToken.Scope.AGENT))
    melding = factories.registered()
    address = f"{MELDINGEN}{melding.number}/attachments/"
    page = SimpleUploadedFile("a.html", f"<script>{BSN}</script>".encode(), content_type="text/html")
    assert agent.post(address, {"files": [page]}, format="multipart").status_code == 400
    assert not Quarantined.objects.exists()
    log = SimpleUploadedFile("a.txt", f"pakket {BSN}".encode(), content_type="text/plain")
    assert agent.post(address, {"files": [log]}, format="multipart").status_code == 201
    row = held("file")
    settling.reveal(row, by=officer, at=LATER, why="false_alarm", words="Pakket?")
    head = b'{"name": "a.exe"}\n'
    sealed = bytes(row.sealed)
    Quarantined.objects.update(sealed=sealing.seal(head + b"MZ" + BSN.encode()))
    with pytest.raises(Invalid):
        settling.release(row, by=officer, at=LATER)
    Quarantined.objects.update(sealed=sealed)
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"
    settling.release(row, by=officer, at=LATER)
    kept = melding.attachments.get()
    assert (kept.name, kept.content_type, stored(kept)) == ("a.txt", "text/plain", f"pakket {BSN}".encode())
    with pytest.raises(scanning.HeldBack):
        attachments.download(kept)


def test_an_alarm_keeps_its_name_and_loses_the_number() -> None:
    monitor = client_of(factories.token(ApiToken.Scope.MONITORING))
    given = event(
        key=f"import {BSN}",
        summary=f"Import van {BSN} faalt",
        custom_details={"bsn": int(BSN), "size": int(BSN)},
    )
    first, second = monitor.post(EVENTS, given), monitor.post(EVENTS, given)
    assert first.status_code == second.status_code == 202
    assert first.json()["melding"] == second.json()["melding"]
    raw = RawEvent.objects.first()
    melding = Melding.objects.get()
    assert raw
    assert raw.alert
    labels = {name: value for name, value in raw.alert.labels.items() if name != "size"}
    assert BSN not in melding.subject + raw.dedup_key + str(labels)
    assert f'"size": {BSN}' in raw.body  # a measure is no text
    assert raw.body.count(BSN) == 1
    assert Quarantined.objects.count() == 1  # the same mark at each repeat


def test_nobody_looks_without_the_right_and_a_reason_and_what_is_old_is_destroyed(officer: User) -> None:
    factories.contact(user__email="wil@zorg.example")
    receive(lines("w", "wil@zorg.example", body=f"Het gaat om {BSN}."))
    row = held("number")
    for role in ("product_manager", "on_call", "administrator"):
        with pytest.raises(NotAllowed):
            settling.reveal(row, by=factories.staff(role), at=LATER, why="handling", words="x")
    client = Client()
    client.force_login(factories.staff("management"))
    assert client.get("/quarantaine/").status_code == 403
    assert client.get(f"/quarantaine/{row.public_id}/").status_code == 404
    client.force_login(officer)
    assert held("mail").mark in text(client.get("/quarantaine/"))
    page = f"/quarantaine/{row.public_id}/"
    assert BSN not in text(client.get(page))
    assert client.post(page, {"why": "handling", "words": ""}).status_code == 422
    shown = client.post(page, {"why": "handling", "words": "Bellen met de afzender"})
    assert BSN in text(shown)
    assert "no-store" in shown["Cache-Control"]
    assert row.revealed.get().by == officer
    whole = client.post(f"/quarantaine/{held('mail').public_id}/", {"why": "handling", "words": "Bellen"})
    assert BSN.encode() in b"".join(whole.streaming_content)  # type: ignore[attr-defined]
    assert client.post(f"{page}do/release/").status_code == 302
    assert Melding.objects.get().description == f"Het gaat om {BSN}."
    assert FalseAlarm.objects.get().by == officer
    Quarantined.objects.update(until=MOMENT - timedelta(days=15))
    housekeeping()
    assert held("mail").outcome == "expired"
    assert bytes(held("mail").sealed) == b""


def test_mail_that_is_set_aside_is_shown_to_who_may_see_what_it_answers(officer: User, settings: Any) -> None:
    """SLA 5: a complaint about the Supportafdeling goes past it."""
    support = factories.staff("support", email="sam@desk.example")
    contact = factories.contact()
    received = Received(contact=contact, about="support", subject="Klacht", description="Over u")
    complaint = complaints.register(received, by=contact.user, at=MOMENT)
    reference = threads.message_id("complaint", complaint.pk, uuid4())
    row = receive(lines("w", support.email, f"In-Reply-To: {reference}", body=f"Het gaat om {BSN}."))
    assert row.outcome == InboundMail.Outcome.SET_ASIDE
    assert set(Quarantined.objects.values_list("case_type", "case_id")) == {("complaint", complaint.pk)}
    assert not settling.visible_to(support).exists()
    Quarantined.objects.all().delete()
    # What nobody deals with may be about anything; what waits for its sender is dealt with by Support.
    receive(lines("v", "x@nergens.example", body=f"Het gaat om {BSN}."))
    assert settling.visible_to(support).count() == 2
    settings.MAIL_IN_MAX_BYTES = 200
    receive(lines("u", "x@nergens.example", body=f"Het gaat om {BSN}.\n" + "x" * 300))
    assert settling.visible_to(support).count() == 2
    assert settling.visible_to(officer).filter(case_id=None).count() > 2


def test_nothing_is_shown_that_the_virus_scanner_has_not_seen(officer: User, settings: Any) -> None:
    factories.contact(user__email="wil@zorg.example")
    receive(lines("w", "wil@zorg.example", body=f"Het gaat om {BSN}. " + EICAR.decode()))
    whole, number = held("mail"), held("number")
    words: Any = {"by": officer, "at": LATER, "why": "handling", "words": "Bellen"}
    with running() as settings.CLAMAV_URL:
        with pytest.raises(scanning.HeldBack, match="Eicar"):
            settling.reveal(whole, **words)
        assert settling.reveal(number, **words).number == BSN
    with pytest.raises(scanning.HeldBack):
        settling.reveal(whole, **words)
    assert not whole.revealed.exists()


def test_a_mail_that_nobody_can_follow_is_kept_without_it_too(settings: Any) -> None:
    settings.MAIL_IN_MAX_BYTES = 200
    factories.contact(user__email="wil@zorg.example")
    row = receive(lines("w", "wil@zorg.example", body=f"Patiënt {BSN}\n" + "x" * 300))
    assert row.outcome == InboundMail.Outcome.SET_ASIDE
    assert BSN.encode() not in stored(row)
    assert BSN.encode() in sealing.unseal(bytes(held("mail").sealed))


def with_part(kind: str, content: bytes, *more: str) -> bytes:
    head = "".join(f"{line}\r\n" for line in more)
    parts = [
        b"Content-Type: text/plain\r\n\r\nZie bijlage.",
        f"Content-Type: {kind}\r\n{head}\r\n".encode() + content,
    ]
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"
    return lines("w", "wil@zorg.example", "Content-Type: multipart/mixed; boundary=x", body="|").replace(
        b"|", body
    )


HTML = "<p>Zie <a href='https://epd.example/?id=%s'>hier</a></p>"
FILE = "Content-Disposition: attachment; filename=patienten.csv"


@pytest.mark.parametrize(
    "raw",
    [
        with_part("text/html", (HTML % BSN).encode()),
        with_part("text/html", (HTML % "&#49;23456782").encode()),
        with_part("text/html", f"<p>Hallo<!-- {BSN} --></p>".encode()),
        with_part("text/html", b"<p>" + b"x" * 500_000 + f"</p>123<b>456</b>782".encode()),  # noqa: F541
        with_part("text/calendar; method=REQUEST", f"BEGIN:VEVENT\r\nSUMMARY:Over {BSN}\r\nEND:VEVENT".encode()),
        with_part("text/enriched", f"<bold>{BSN}</bold>".encode()),
        with_part("text/rfc822-headers", f"Subject: {BSN}".encode()),
        with_part("message/delivery-status", f"Reporting-MTA: dns; a\r\n\r\nDiagnostic-Code: smtp; 550 {BSN}".encode()),
        with_part("multipart/mixed", BSN.encode()),
        with_part("text/plain", b"Hallo", f"Content-Description: Van {BSN}"),
        with_part("application/vnd.ms-excel", f"Jan;{BSN}".encode(), FILE),
        with_part("application/octet-stream", f"Jan;{BSN}".encode("utf-16"), FILE),
        with_part("text/plain", f"Jan;{BSN}".encode("utf-16-le")),
        with_part("text/plain; charset=utf-16", f"Jan;{BSN}.".encode()),
        with_part("text/plain", b"Hallo").replace(b"--x--\r\n", f"--x--\r\n{BSN}".encode()),
    ],
)  # fmt: skip
def test_every_part_of_a_mail_is_looked_at(raw: bytes) -> None:
    factories.contact(user__email="wil@zorg.example")
    row = receive(raw)
    assert row.outcome == InboundMail.Outcome.NEW, row.reason
    kept = message_from_bytes(stored(row))
    everything = stored(row) + b"".join(map(content_of, kept.walk()))
    assert BSN.encode() not in everything.replace(b"\x00", b"")
    assert b"&#49;23456782" not in everything
    assert b"<b>456" not in everything
    assert raw == sealing.unseal(bytes(held("mail").sealed))


def test_the_hundredth_file_is_looked_at_too() -> None:
    factories.contact(user__email="wil@zorg.example")
    message = made("w", "wil@zorg.example")
    message.set_content("Zie bijlagen.")
    for number in range(100):
        said = BSN if number == 99 else "niets"
        message.add_attachment(said.encode(), "application", "octet-stream", filename=f"{number}.log")
    row = receive(message.as_bytes())
    assert (row.outcome, held("file").part_of) == (InboundMail.Outcome.NEW, held("mail"))


def test_a_list_of_numbers_is_held_as_one_file() -> None:
    """Marks in it would help nobody, and each costs a row."""
    factories.contact(user__email="wil@zorg.example")
    receive(lines("w", "wil@zorg.example", body=f"{BSN} é\n" * 200))
    assert Quarantined.objects.filter(kind="number").count() == 0
    assert f"{BSN} é".encode() * 1 in sealing.unseal(bytes(held("file").sealed))
    assert Attachment.objects.filter(name=f"afgeschermd-{held('file').mark}.txt").exists()


def test_who_sent_it_is_known_whatever_they_call_themselves() -> None:
    factories.contact(user__email="wil@zorg.example")
    raw = lines("w", "wil@zorg.example").replace(b"From: Wil Voorbeeld", f'From: "Wil {BSN}"'.encode())
    raw = raw.replace(b"To: ", f"Cc: Zoë {BSN} <zoe@zorg.example>, {BSN}@zorg.example\r\nTo: ".encode())
    row = receive(raw)
    assert (row.outcome, row.sender) == (InboundMail.Outcome.NEW, "wil@zorg.example")
    kept = message_from_bytes(stored(row))
    (name, address) = headers.address(kept)
    assert (name.startswith("Wil [BSN afgeschermd "), address) == (True, "wil@zorg.example")
    assert stored(row).count(BSN.encode()) == 1  # an address stays an address
    assert "zoe@zorg.example" in kept["Cc"]


DEEP = b"".join(
    b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (n, n + 1) for n in range(1500)
)


@pytest.mark.parametrize("odd", ["Message-ID: <é@x>", "From: é <[-(?["])
def test_what_cannot_be_followed_is_reduced_to_its_head_whatever_that_says(odd: str) -> None:
    name = odd.partition(":")[0]
    raw = lines(
        "w", "wil@zorg.example", "Content-Type: multipart/mixed; boundary=0", body="|", subject=f"Van {BSN}"
    )
    raw = re.sub(rb"(?m)^%b: [^\r]*" % name.encode(), lambda _found: odd.encode(), raw).replace(b"|", DEEP)
    row = receive(raw)
    assert (row.outcome, row.reason) == (InboundMail.Outcome.SET_ASIDE, "Unreadable: RecursionError")
    assert BSN.encode() not in stored(row)
    assert sealing.unseal(bytes(held("mail").sealed)) == raw


def test_nothing_stops_the_mail_behind_it(settings: Any) -> None:
    """Not a content type that fits in no column, not a file that the disk lost, and not what cannot even be set aside."""
    factories.contact(user__email="wil@zorg.example")
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE desk_inboundmail ADD CONSTRAINT no_go CHECK (key NOT LIKE '%vast%' OR outcome = 'pending') NOT VALID"
        )
    long = with_part(f"application/x-{'y' * 150}", f"Jan;{BSN}".encode(), FILE)
    mails = [
        lines("vast", "wil@zorg.example"),
        lines("weg", "wil@zorg.example", body="1"),
        long,
        lines("a", "wil@zorg.example"),
    ]
    rows = [intake.keep(raw, mailbox="desk", at=MOMENT) for raw in mails]
    Path(rows[1].file.path).unlink()
    assert intake.process_pending(now=lambda: MOMENT, handle=mail.take, until=LATER) == 3
    for row in rows:
        row.refresh_from_db()
    assert [row.outcome for row in rows] == ["pending", "set_aside", "new", "new"]
    # What ends the process each time that it is looked at, is sealed unseen.
    InboundMail.objects.filter(pk=rows[0].pk).update(attempts=6)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_inboundmail DROP CONSTRAINT no_go")
    intake.process_pending(now=lambda: MOMENT, handle=mail.take, until=LATER)
    rows[0].refresh_from_db()
    assert (rows[0].outcome, b"blijft leeg" in stored(rows[0])) == ("set_aside", False)
    assert sealing.unseal(bytes(Quarantined.objects.get(path=rows[0].file.name).sealed)) == mails[0]


@pytest.mark.parametrize(
    "body",
    [
        rb'{"summary": "Import mislukt\n111222333"}', rb'{"summary": "Import\t111222333"}', rb'{"a": ["x\u00a0111222333"]}',
        b'{"burgerservicenummer": 111222333}', b'{"patient": {"BSN-nummer": "12345672"}}', b'{"sofi_nummer": [111222333]}',
        b'{"a": "111222333", "a": "x"}', rb'{"a": "x\n111222333", kapot', b"[" * 990 + b'"x 111222333"' + b"]" * 990,
    ],
)  # fmt: skip
def test_json_is_masked_however_it_is_written(body: bytes) -> None:
    with way_in(Quarantined.Source.MONITORING, MOMENT):
        kept = quarantine.masked_json(body)
        assert b"111222333" not in kept
        assert b"12345672" not in kept
        assert quarantine.masked_json(kept) == kept


@pytest.mark.parametrize("body", [b'{"size": 111222333, "n": 1.0}', b'{"a":  "x\\n1"}', b"kapot", b"\xff"])
def test_json_without_is_left_as_it_was(body: bytes) -> None:
    with way_in(Quarantined.Source.MONITORING, MOMENT):
        assert quarantine.masked_json(body) == body


def test_a_new_key_opens_what_the_former_one_sealed(settings: Any) -> None:
    sealed = sealing.seal(BSN.encode())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "y" * 60, [settings.SECRET_KEY]
    assert sealing.unseal(sealed) == BSN.encode()
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="key that is gone"):
        sealing.unseal(sealed)
