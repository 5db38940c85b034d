"""What is too large is refused with 413, to people and machines, however it is sent."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from mdo_desk.limits import measured

TEXT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_a_machine_hears_how_much_it_may_send(client: Client) -> None:
    answer = client.post("/api/v1/meldingen/", b"x" * (TEXT + 1), content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert "2.5 MB" in json.loads(answer.content)["detail"]


def test_a_person_gets_a_page(client: Client) -> None:
    answer = client.post("/account/login/", b"x" * (TEXT + 1), content_type="text/plain")
    assert answer.status_code == 413
    assert "2.5 MB" in answer.content.decode()


def test_what_just_fits_is_let_through(client: Client) -> None:
    assert client.post("/nergens/", b"x" * TEXT, content_type="text/plain").status_code == 404


def test_a_form_with_files_may_be_larger(client: Client) -> None:
    body = b"x" * (TEXT + 1)
    assert client.post("/nergens/", body, content_type="multipart/form-data; boundary=b").status_code == 404


@pytest.mark.parametrize("length", ["", "many", "-1"])
def test_a_length_that_is_none_does_no_harm(client: Client, length: str) -> None:
    assert client.post("/nergens/", CONTENT_LENGTH=length).status_code == 404


def chunked(body: bytes) -> tuple[str, bytes]:
    """The length and body that the desk sees when a server hands it `body` as it comes in."""

    def application(environ: dict[str, Any], start_response: object) -> tuple[str, bytes]:
        return environ["CONTENT_LENGTH"], environ["wsgi.input"].read()

    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(body)}
    seen: tuple[str, bytes] = measured(application)(environ, None)
    return seen


def test_a_body_in_chunks_is_read() -> None:
    assert chunked(b"alarm" * 1000) == ("5000", b"alarm" * 1000)


def test_a_body_in_chunks_is_measured_and_not_kept_when_too_large(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    length, kept = chunked(b"x" * 1_000_000)
    assert length == "1000000"
    assert len(kept) <= 100_000
