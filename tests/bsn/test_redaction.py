"""What is taken out afterwards is gone: from every table of the database and from every file (SLA 9.4)."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from complaints import actions as complaints
from complaints.actions import Received
from complaints.models import Complaint
from desk import lawful, notices, settling
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import ApiToken, Event, Notice, Quarantined, User, WebhookDelivery, WebhookEndpoint
from desk.redaction import redact
from incidents import actions
from incidents.models import Channel, Melding
from privacy.models import Handover, SecurityIncident
from privacy.retention import holds
from reports.models import Correction, ServiceLevelReport
from reports.monthly import sealing
from tests import factories
from tests.api.conftest import MELDINGEN, client_of
from tests.api.test_monitoring import EVENTS, event
from tests.bsn.test_guard import BSN, pdf
from tests.factories import MOMENT
from tests.mail.shapes import made
from tests.mail.test_shapes import receive
from tests.pictures import telling
from tests.reports.monthly import NOW, June, at

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(hours=1)
MARK = "parelmoer en vermiljoen"


def left(words: str, media: Path) -> list[str]:
    """Where it still stands: in any table as the database itself writes it out, or in any file."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                text = b"".join(bytes(part) for part in rows).decode()
            if words in text or words.split()[0] in text:
                found.append(table)
    return found + [
        str(path) for path in media.rglob("*") if path.is_file() and words.encode() in path.read_bytes()
    ]


def planted(words: str) -> Melding:
    """A Melding with `words` in every corner that they can reach."""
    owner = factories.contact(user__email="wil@zorg.example")
    agent, token = factories.staff(), factories.token(ApiToken.Scope.AGENT)
    melding = factories.registered(
        contact=owner, channel=Channel.PORTAL, subject=f"Over {words}", description=f"Regel\n{words}",
        first_seen_action=words, goal=words, examples=words,
    )  # fmt: skip
    WebhookEndpoint.objects.create(name="elders", url="https://elders.example/")
    note = SimpleUploadedFile(f"{words.split()[0]}.txt", f"inhoud {words}".encode())
    actions.pick_up(melding, by=agent, at=LATER)
    actions.reply(melding, by=agent, at=LATER, body=f"Antwoord {words}", files=[note])
    actions.reply(
        melding, by=agent, at=LATER, body="Zie pdf", files=[SimpleUploadedFile("a.pdf", pdf(f"({words})"))]
    )
    actions.note(melding, by=agent, at=LATER, body=f"Notitie {words.upper() if words.isalpha() else words}")
    actions.wait_for_chain(melding, by=agent, at=LATER, party="Ketenpartij", question=f"Vraag {words}")
    actions.escalate(melding, by=owner.user, at=LATER, reason="content", words=f"Escalatie {words}")
    message = made("w", "wil@zorg.example")
    message.replace_header("Subject", f"Re: [{melding.number}] {words}")
    message["X-Over"] = words
    message.set_content(f"Het gaat om {words}. " * 30, cte="quoted-printable")
    message.add_alternative(f"<p>Het gaat om <b>{words}</b></p>", subtype="html")
    message.add_attachment(pdf(words), "application", "pdf", filename=f"{words}.pdf")
    receive(message.as_bytes())
    client_of(token).post(
        f"{MELDINGEN}{melding.number}/messages/", {"body": f"API {words}"}, headers={"Idempotency-Key": "1"}
    )
    owed = Event.objects.filter(case_type="melding", case_id=melding.pk).latest("pk")
    Notice.objects.filter(case_id=melding.pk).update(
        subject=words, body=f"Beste, {words}", data={"over": {"wat": [words]}}, error=words
    )
    endpoint = WebhookEndpoint.objects.get()
    WebhookDelivery.objects.filter(event=owed).delete()
    WebhookDelivery.objects.create(
        endpoint=endpoint, event=owed, type="melding.note", body=f'{{"over": "{words}"}}', answer=words
    )
    melding.refresh_from_db()
    return melding


@pytest.fixture
def officer() -> User:
    factories.load_policies()
    return factories.staff("privacy_officer")


def test_words_are_gone_from_every_table_and_every_file(officer: User, settings: Any) -> None:
    """SLA 9.4."""
    media = Path(settings.MEDIA_ROOT)
    melding = planted(MARK)
    assert len(left(MARK, media)) > 12
    done = redact(melding, "parelmoer\nen  vermiljoen", by=officer, at=LATER, why="patient")
    assert done.places > 10
    _delete_what_was_replaced(media)
    assert left(MARK, media) == []
    event = melding.events().filter(verb="redact").earliest("pk")
    assert (event.actor, event.data) == (
        officer,
        {"places": done.places, "files": done.files, "why": "patient"},
    )
    assert not Melding.objects.visible_to(officer).filter(search_all="parelmoer").exists()
    melding.refresh_from_db()
    assert melding.subject == "Over [verwijderd]"


def _delete_what_was_replaced(media: Path) -> None:
    """As happens on commit, which a test never reaches."""
    for action in connection.run_on_commit:
        action[1]()
    connection.run_on_commit.clear()


def test_a_bsn_is_gone_from_the_whole_desk_and_alarms_again(officer: User, settings: Any) -> None:
    """However it was written, in whatever case; also where somebody said that it was none, and in quarantine."""
    from desk import false_alarms

    media = Path(settings.MEDIA_ROOT)
    false_alarms.tell_numbers(BSN, by=officer, at=MOMENT)
    melding = planted(BSN)
    assert melding.contact
    other = factories.registered(contact=melding.contact, description="Zie ook 123.456.782.")
    received = Received(
        contact=melding.contact,
        about="handling",
        subject="Klacht",
        description=f"Over {BSN}",
        meldingen=[melding],
    )
    complaint = complaints.register(received, by=melding.contact.user, at=LATER)
    monitor = client_of(factories.token(ApiToken.Scope.MONITORING))
    monitor.post(EVENTS, event(summary=f"Import {BSN}"))
    false_alarms.forget(BSN)
    receive(made_with(f"Nieuw over {BSN}"))
    assert Quarantined.objects.filter(outcome="held").exists()
    assert len(left(BSN, media)) > 8
    redact(melding, "123 456 782", by=officer, at=LATER, why="bsn")
    _delete_what_was_replaced(media)
    assert left(BSN, media) == []
    other.refresh_from_db()
    assert other.description == "Zie ook [verwijderd]."
    assert Complaint.objects.get(pk=complaint.pk).description == "Over [verwijderd]"
    assert not Quarantined.objects.exclude(sealed=b"").exists()
    with pytest.raises(Invalid):
        actions.note(melding, by=officer, at=LATER, body=BSN)


def test_a_published_report_loses_it_and_is_sealed_again(officer: User) -> None:
    """SLA 9.4, SLA 13: what was published does not change otherwise."""
    june = June()
    melding = june.incident(at(3, "10:00"), description="Zie het pakket.")
    report = june.published()
    with lawful.erasing():
        ServiceLevelReport.objects.filter(pk=report.pk).update(data=report.data | {"over": BSN})
        Correction.objects.create(report=report, found_at=NOW, path="a", value=BSN)
    SecurityIncident.objects.create(
        number="B26-00001", melding=melding, subject="Pakket", description="Zie het pakket.", aspect="integrity",
        opened_by=officer, opened_at=NOW, known_at=NOW, due_at=NOW,
    )  # fmt: skip
    endpoint = WebhookEndpoint.objects.create(name="elders", url="https://elders.example/", salt=BSN)
    before = report.sha256
    redact(melding, "Zie het pakket.", by=officer, at=LATER, why="person")
    assert SecurityIncident.objects.get().description == "[verwijderd]"
    redact(melding, BSN, by=officer, at=LATER, why="bsn")
    report.refresh_from_db()
    endpoint.refresh_from_db()
    assert report.data["over"] == Correction.objects.get().value == "[verwijderd]"
    assert sealing.holds(report)
    assert report.sha256 != before
    assert report.events().get(verb="redact").data == {"sha256": report.sha256}
    assert endpoint.salt == BSN, "a key is no text"
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceLevelReport.objects.filter(pk=report.pk).update(data={})


def test_what_is_held_loses_nothing_and_copies_are_given_up(officer: User, settings: Any) -> None:
    """SLA 9.4, art. 7: `desk.lawful`."""
    contact = factories.contact()
    melding = factories.registered(contact=contact, description=MARK)
    given: Any = {
        "asked_by": officer,
        "asked_at": MOMENT,
        "state": "ready",
        "file": ContentFile(b"x", "a.zip"),
    }
    mine = Handover.objects.create(contractant=contact.contractant, **given)
    other = Handover.objects.create(contractant=factories.contact().contractant, **given)
    hold = holds.place(melding, by=officer, at=MOMENT, reason="Geschil")
    row = Quarantined.objects.create(
        mark="BCDFGH", kind="number", source="api", at=MOMENT, place="a", case_type="melding", case_id=melding.pk
    )  # fmt: skip
    actions.reply(
        melding,
        by=factories.staff(),
        at=LATER,
        body="Zie",
        files=[SimpleUploadedFile("a.txt", MARK.encode())],
    )
    before = on_disk(settings)
    tries: list[tuple[str, tuple[str, ...]]] = [(MARK, ()), ("", (str(melding.attachments.get().file.name),))]
    for words, files in tries:
        with pytest.raises(NotNow, match=melding.number), transaction.atomic():
            redact(melding, words, by=officer, at=LATER, why="person", files=files)
        assert on_disk(settings) == before
    with pytest.raises(NotNow):
        settling.destroy(row, by=officer, at=LATER)
    assert settling.purge(LATER + timedelta(days=30)) == 0
    melding.refresh_from_db()
    assert melding.description == MARK
    holds.lift(hold, by=officer, at=LATER, reason="Voorbij")
    redact(melding, MARK, by=officer, at=LATER, why="person")
    states = {one.pk: (one.state, bool(one.file)) for one in Handover.objects.all()}
    assert states == {mine.pk: ("expired", False), other.pk: ("ready", True)}
    assert settling.purge(LATER + timedelta(days=30)) == 1


def on_disk(settings: Any) -> set[str]:
    return {str(path) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_names_do_not_grow_and_what_is_refused_leaves_no_file(
    officer: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.contact(user__email="wil@zorg.example")
    words = [f"woord{number}x" for number in range(9)]
    row = receive(made_with(" ".join(words)))
    melding = Melding.objects.get()
    for one in words[:8]:
        redact(melding, one, by=officer, at=LATER, why="person")
    row.refresh_from_db()
    assert len(str(row.file.name)) == len(f"mail/aa/{row.public_id.hex}")
    before = on_disk(settings)

    def fails(*_given: Any) -> None:
        raise OSError

    monkeypatch.setattr(lawful, "COPIES", [fails])
    with pytest.raises(OSError):  # noqa: PT011
        redact(melding, words[8], by=officer, at=LATER, why="person")
    assert on_disk(settings) == before


def made_with(words: str) -> bytes:
    message = made("nieuw", "wil@zorg.example")
    message.set_content(words)
    return message.as_bytes()


def test_who_may_and_what_is_refused(officer: User) -> None:
    melding = factories.registered(description="Wachtwoord is Zomer2026!")
    agent, contact = Client(), Client()
    agent.force_login(factories.staff("management"))
    page = f"/weghalen/?melding={melding.number}"
    assert agent.get(page).status_code == 403
    contact.force_login(factories.contact().user)
    assert contact.get(page).status_code == 403
    for words in ("ab", melding.number, "staat er niet", " "):
        with pytest.raises(Invalid):
            redact(melding, words, by=officer, at=LATER, why="bsn")
    with pytest.raises(NotAllowed):
        redact(melding, "Zomer2026!", by=factories.machine(), at=LATER, why="secret")
    agent.force_login(officer)
    assert agent.get("/weghalen/?melding=M26-99999").status_code == 404
    assert agent.get("/weghalen/").status_code == 404
    refused = agent.post(page, {"words": "staat er niet", "why": "secret"})
    assert refused.status_code == 422
    assert "staat er niet" in refused.content.decode()
    assert agent.post(page, {"words": "zomer2026!", "why": "secret"}).status_code == 302
    melding.refresh_from_db()
    assert melding.description == "Wachtwoord is [verwijderd]"


def test_a_file_is_removed_wholly(officer: User) -> None:
    melding = factories.registered()
    actions.reply(
        melding, by=factories.staff(), at=LATER, body="Zie", files=[SimpleUploadedFile("foto.txt", b"niets")]
    )
    client = Client()
    client.force_login(officer)
    page = f"/weghalen/?melding={melding.number}"
    path = melding.attachments.get().file.name
    assert (
        client.post(page, {"words": "", "attachments": ["mail/elders"], "why": "person"}).status_code == 422
    )
    assert client.post(page, {"words": "", "attachments": [path], "why": "person"}).status_code == 302
    assert melding.attachments.get().name == "verwijderd.txt"
    assert notices.case_of("melding", melding.pk) == melding


def test_a_removed_file_is_gone_from_its_mail_from_quarantine_and_from_the_web_report(officer: User) -> None:
    factories.contact(user__email="wil@zorg.example")
    message = made("w", "wil@zorg.example")
    message.set_content(f"Van {BSN}.")
    photo = telling("JPEG")
    message.add_attachment(photo, "image", "jpeg", filename="scan.jpg")
    message.add_attachment(pdf(f"Van {BSN}"), "application", "pdf", filename="uitslag.pdf")
    row = receive(message.as_bytes())
    melding = Melding.objects.get()
    _number, file, mail = (Quarantined.objects.get(kind=kind) for kind in ("number", "file", "mail"))

    def without(name: str) -> dict[str, str]:
        path = str(melding.attachments.get(name=name).file.name)
        redact(melding, "", by=officer, at=LATER, why="person", files=(path,))
        return dict(Quarantined.objects.values_list("kind", "outcome"))

    assert without("scan.jpg") == {"number": "held", "file": "held", "mail": "destroyed"}
    row.refresh_from_db()
    with row.file.open("rb") as stored:
        kept = message_from_bytes(stored.read())
    assert [part.get_filename() for part in kept.walk() if part.get_filename()] == [
        "verwijderd.txt", f"afgeschermd-{file.mark}.txt"
    ]  # fmt: skip
    Quarantined.objects.filter(pk=mail.pk).update(outcome="held", sealed=mail.sealed)
    mail.refresh_from_db()
    assert mail.path == row.file.name, "what is put back finds the mail"
    assert without(f"afgeschermd-{file.mark}.txt") == {
        "number": "held",
        "file": "destroyed",
        "mail": "destroyed",
    }
    Quarantined.objects.filter(pk=mail.pk).update(outcome="held", sealed=mail.sealed)
    assert without("originele-mail.eml") == {"number": "destroyed", "file": "destroyed", "mail": "destroyed"}
    assert set(melding.attachments.values_list("name", flat=True)) == {"verwijderd.txt"}

    given = factories.report(reporter_email="x@nergens.example", images_masked=True)
    scan = SimpleUploadedFile("scan.jpg", photo)
    report = actions.submit(given, at=MOMENT, files=[scan], accept_missing=True)
    melding = actions.confirm(report, by=None, at=MOMENT)
    without("scan.jpg")
    assert report.files.get().name == "verwijderd.txt"
