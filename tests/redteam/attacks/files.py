"""Files that are something else."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from incidents.models import Message
from tests.files import clamd
from tests.files.clamd import EICAR
from tests.pictures import bomb
from tests.redteam.scene import Record, Scene, attack

NOT_TAKEN = Record("reply", "noor", "melding", "failed")


def sends(s: Scene, name: str, content: bytes) -> Any:
    given = {"body": "Zie bijlage.", "files": SimpleUploadedFile(name, content), "images_masked": "on"}
    answer = s.of(s.noor.user).post(s.portal + "reply/", given)
    assert (answer.status_code, Message.objects.filter(body="Zie bijlage.").exists()) == (422, False)
    return answer


@attack(NOT_TAKEN)
def a_picture_that_unpacks_to_gigabytes(s: Scene) -> None:
    assert "miljoen beeldpunten" in sends(s, "foto.png", bomb()).content.decode()


@attack(NOT_TAKEN)
def a_picture_that_is_a_script(s: Scene) -> None:
    sends(s, "foto.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")


@attack(NOT_TAKEN)
def a_page_named_as_a_text(s: Scene) -> None:
    sends(s, "log.txt", b"<script>alert(1)</script>")


@attack(NOT_TAKEN)
def an_archive(s: Scene) -> None:
    sends(s, "bom.zip", b"PK\x03\x04" + b"\0" * 200)


@attack(NOT_TAKEN)
def an_office_file_with_macros(s: Scene) -> None:
    sends(s, "factuur.docm", b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml" + b"\0" * 64)


@attack(Record("incidents:attachment", "noor", result="done"))
def a_file_shown_instead_of_downloaded(s: Scene) -> None:
    answer = s.of(s.noor.user).get(s.file)
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )


@attack(NOT_TAKEN)
def a_virus(s: Scene) -> None:
    with clamd.running() as address, override_settings(CLAMAV_URL=address):
        assert "Eicar-Test-Signature" in sends(s, "log.txt", EICAR).content.decode()


@attack(NOT_TAKEN)
def an_office_file_that_reaches_for_a_file_of_ours(s: Scene) -> None:
    """An external entity in its XML."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'
        )
    assert "root:" not in sends(s, "brief.docx", made.getvalue()).content.decode()
