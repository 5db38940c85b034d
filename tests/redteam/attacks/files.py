"""Files that are something else."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from incidents.models import Message
from tests.pictures import bomb
from tests.redteam.scene import RECORDED, REFUSED, Scene, attack

UNKNOWN = "M26-99999"
JSON = "application/json"
PASSWORD = "een lang wachtwoord 42"


def sends(s: Scene, name: str, content: bytes) -> Any:
    given = {"body": "Zie bijlage.", "files": SimpleUploadedFile(name, content), "images_masked": "on"}
    answer = s.of(s.noor.user).post(s.portal + "reply/", given)
    assert (answer.status_code, Message.objects.filter(body="Zie bijlage.").exists()) == (422, False)
    return answer


@attack(REFUSED)
def a_picture_that_unpacks_to_gigabytes(s: Scene) -> None:
    assert "miljoen beeldpunten" in sends(s, "foto.png", bomb()).content.decode()


@attack(REFUSED)
def a_picture_that_is_a_script(s: Scene) -> None:
    sends(s, "foto.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")


@attack(REFUSED)
def a_page_named_as_a_text(s: Scene) -> None:
    sends(s, "log.txt", b"<script>alert(1)</script>")


@attack(REFUSED)
def an_archive(s: Scene) -> None:
    sends(s, "bom.zip", b"PK\x03\x04" + b"\0" * 200)


@attack(REFUSED)
def an_office_file_with_macros(s: Scene) -> None:
    sends(s, "factuur.docm", b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml" + b"\0" * 64)


@attack(RECORDED)
def a_file_shown_instead_of_downloaded(s: Scene) -> None:
    answer = s.of(s.noor.user).get(s.file)
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )
