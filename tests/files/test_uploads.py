"""What a file is goes by its content; a picture is made anew; a virus scanner that is away loses nothing."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from PIL import Image

from desk import attachments, scanning
from desk.door import Invalid
from desk.models import UnscannedFile
from incidents import actions
from incidents.models import Attachment, Melding
from tests import factories
from tests.factories import MOMENT
from tests.files import clamd
from tests.files.clamd import EICAR
from tests.mail.shapes import lines
from tests.mail.test_shapes import receive
from tests.pictures import PNG, bomb, moving, picture, telling

LATER = MOMENT + timedelta(minutes=1)
DOCX = b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00" + b"[Content_Types].xml" + b"\0" * 64


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def checked(name: str, content: bytes) -> bytes:
    """What would be stored."""
    file = upload(name, content)
    attachments.check([file])
    return b"".join(file.chunks())


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        attachments.check([upload(name, content)])
    return refused.value.errors["files"]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_keeps_its_picture_and_loses_where_and_by_whom_it_was_taken(form: str) -> None:
    """SLA 9.4."""
    kept = checked("foto", telling(form))
    with Image.open(BytesIO(kept)) as photo:
        assert not photo.getexif()
        assert photo.size == (20, 40), "it stands upright, as its EXIF asked"
        assert photo.format == form
    for told in (b"Noor Verhagen", b"Fototoestel", b"<script>"):
        assert told not in kept


def test_what_moves_keeps_moving() -> None:
    kept = checked("opname.gif", moving())
    with Image.open(BytesIO(kept)) as film:
        assert (film.n_frames, film.info["duration"]) == (3, 80)  # type: ignore[attr-defined]
    assert b"Noor Verhagen" not in kept


def test_a_large_upload_is_made_anew_where_it_lies() -> None:
    file = TemporaryUploadedFile("foto.jpg", "image/jpeg", 0, "")
    file.write(telling())
    file.size = file.tell()
    file.seek(0)
    attachments.check([file])
    assert b"Noor" not in Path(file.temporary_file_path()).read_bytes()
    assert Path(file.temporary_file_path()).stat().st_size == file.size


def test_made_anew_twice_it_is_the_same() -> None:
    assert checked("a.png", checked("a.png", PNG)) == PNG


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("bom.png", bomb(), "50 miljoen beeldpunten"),
        ("half.png", picture(size=(200, 200))[:-60], "beschadigd"),
        ("kop.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 50, "beschadigd"),
        ("exif.webp", telling("WEBP").replace(b"\x01\x0f\x00\x02", b"\x01\x00\x00\x02"), "beschadigd"),
        ("plaatje.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "is geen foto"),
        ("pagina.html", b"<!doctype html><script>alert(1)</script>", "is geen foto"),
        ("pagina.txt", b"\xef\xbb\xbf <script>alert(1)</script>", "is geen foto"),
        ("archief.zip", b"PK\x03\x04" + b"\0" * 100, "is geen foto"),
        ("macro.docm", DOCX, "is geen foto"),
        ("oud.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is geen foto"),
        ("programma.exe", b"MZ" + b"\0" * 200, "is geen foto"),
        ("telefoon.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 20, "is geen foto"),
        ("foto.png", b"<svg/>", "is geen foto"),
        ("log.txt", b"regel\x00", "is geen foto"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)  # fmt: skip
def test_what_is_refused_and_why(name: str, content: bytes, why: str) -> None:
    assert why in refusal(name, content)


# --- The virus scanner


@pytest.fixture
def melding(db: None) -> Melding:
    return factories.registered(contact=factories.contact())


def attach(melding: Melding, content: bytes = b"eerste regel") -> str:
    file = upload("log.txt", content)
    actions.reply(melding, by=factories.staff(), at=LATER, body="Bijlage", files=[file])
    return f"/bijlagen/{Attachment.objects.latest('id').public_id}/"


@pytest.mark.parametrize("way", ["tcp", "unix"])
def test_what_it_finds_is_refused_and_the_rest_is_let_through(
    way: str, tmp_path: Path, settings: Any
) -> None:
    with clamd.running() if way == "tcp" else clamd.running_at(f"{tmp_path}/clamd") as settings.CLAMAV_URL:
        assert checked("log.txt", b"eerste regel") == b"eerste regel"
        assert "Eicar-Test-Signature" in refusal("log.txt", EICAR)
        assert "Eicar-Test-Signature" in refusal("foto.jpg", telling() + EICAR)


def test_while_it_is_away_files_wait_and_nothing_is_lost(
    client: Client, melding: Melding, settings: Any
) -> None:
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"
    clean, ill = attach(melding), attach(melding, EICAR)
    client.force_login(factories.staff())
    waiting = client.get(clean)
    assert waiting.status_code == 409
    assert "wordt gecontroleerd" in waiting.content.decode()
    assert scanning.look_at_waiting(LATER) == 0
    with clamd.running() as settings.CLAMAV_URL:
        assert scanning.look_at_waiting(LATER) == 2
        assert scanning.look_at_waiting(LATER) == 0
    assert client.get(clean).status_code == 200
    found = client.get(ill)
    assert (found.status_code, "Eicar-Test-Signature" in found.content.decode()) == (409, True)
    assert UnscannedFile.objects.get().found_at == LATER


def test_one_that_it_will_not_take_holds_up_no_other(melding: Melding, settings: Any) -> None:
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"
    for _number in range(4):
        attach(melding, b"x" * (clamd.MOST + 1))
    clean = attach(melding)
    with clamd.running() as settings.CLAMAV_URL:
        rounds = [scanning.look_at_waiting(LATER + timedelta(minutes=n)) for n in range(2)]
    assert rounds == [0, 1]
    assert UnscannedFile.objects.count() == 4
    assert clean


@pytest.mark.parametrize("body", ["Mijn vraag.", "Het gaat om 123456782."])
def test_an_original_mail_waits_for_it_too(db: None, settings: Any, body: str) -> None:
    """Also where it is stored anew without what seems to be a BSN."""
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"
    factories.load_policies()
    factories.contact(user__email="wil@zorg.example")
    row = receive(lines("virus", "wil@zorg.example", body=body))
    with pytest.raises(scanning.HeldBack):
        attachments.download(row)
    with clamd.running() as settings.CLAMAV_URL:
        scanning.look_at_waiting(LATER)
    assert attachments.download(row).status_code == 200
