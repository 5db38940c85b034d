"""Every error is a problem (RFC 9457), whatever goes wrong where."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from incidents.models import Attachment, Melding
from tests import factories
from tests.api.conftest import MELDINGEN, new_melding
from tests.pictures import PNG

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


def send(client: APIClient, address: str, body: Any, content_type: str) -> Any:
    """A POST of exactly these bytes."""
    return client.generic("POST", address, body, content_type=content_type)


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(
    "address", ["/api/", "/api/v2/", "/api/v1/niets/", f"{MELDINGEN}M26-1/", f"{MELDINGEN}%00/"]
)
def test_an_unknown_address(agent: APIClient, address: str) -> None:
    is_problem(agent.get(address), 404)
    is_problem(Client().post(address), 404)


def test_a_method_that_is_not_there(agent: APIClient) -> None:
    answer = agent.delete(MELDINGEN)
    is_problem(answer, 405)
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"subject": "\xff\xfe"}', "application/json", 400),
        (b'{"subject": "a"}', "application/json; charset=zlib", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b'{"affected_users": NaN}', "application/json", 400),
        (b'{"affected_users": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"<melding/>", "text/xml", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b'{"description": "' + b"x" * 2_600_000 + b'"}', "application/json", 413),
        (b'{"description": "' + b"x" * 30_000_000 + b'"}', "application/json", 413),
    ],
    ids=["half", "not utf-8", "odd charset", "deep", "list", "null", "text", "nan", "long number", "xml", "form", "large", "30 MB"],
)  # fmt: skip
def test_a_body_that_cannot_be_read(agent: APIClient, body: bytes, content_type: str, status: int) -> None:
    is_problem(send(agent, MELDINGEN, body, content_type=content_type), status)
    assert not Melding.objects.exists()


def test_an_answer_in_another_form_is_not_to_be_had(agent: APIClient) -> None:
    is_problem(agent.get(MELDINGEN, headers={"Accept": "application/xml"}), 406)
    is_problem(agent.get(f"{MELDINGEN}?format=xml"), 400)


def test_a_fault_of_ours_is_a_problem_too(agent: APIClient) -> None:
    agent.raise_request_exception = False
    from sla.models import Policy

    Policy.objects.update(is_default=False)  # nothing times a Melding any more
    is_problem(agent.post(MELDINGEN, new_melding()), 500)
    assert not Melding.objects.exists()


def test_too_often_is_429_with_when_to_come_back(agent: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from desk.throttling import TokenThrottle

    monkeypatch.setattr(TokenThrottle, "THROTTLE_RATES", {"token": "2/min"})
    assert [agent.get(MELDINGEN).status_code for _turn in range(2)] == [200, 200]
    answer = agent.get(MELDINGEN)
    is_problem(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 60


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_files_come_in_and_go_out(agent: APIClient) -> None:
    contact = factories.contact()
    melding = factories.registered(contact=contact)
    address = f"{MELDINGEN}{melding.number}/attachments/"
    form = {
        "files": [upload("../../é\x07scherm.png", PNG), upload("log.txt", b"regel")],
        "images_masked": True,
    }
    answer = agent.post(address, form, format="multipart")
    assert answer.status_code == 201, answer.content
    first, second = answer.json()
    assert (first["name"], first["content_type"]) == ("éscherm.png", "image/png")
    got: Any = agent.get(first["url"])
    assert b"".join(got.streaming_content) == PNG
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert [row["id"] for row in agent.get(address).json()["results"]] == [first["id"], second["id"]]
    stranger = APIClient()
    stranger.force_login(factories.contact().user)
    hidden, unknown = stranger.get(first["url"]), agent.get(f"{address}{uuid.uuid4()}/")
    is_problem(hidden, 404)
    assert hidden.content == unknown.content
    assert APIClient().get(first["url"]).status_code == 401


@pytest.mark.parametrize(
    ("name", "content", "more", "field"),
    [
        ("foto.jpg", b"<html><script>alert(1)</script>", {}, "files"),
        ("foto.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", {}, "files"),
        ("leeg.txt", b"", {}, "files"),
        ("foto.png", PNG, {}, "images_masked"),
        ("foto.png", PNG, {"images_masked": "misschien"}, "images_masked"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named(
    agent: APIClient, name: str, content: bytes, more: dict[str, str], field: str
) -> None:
    address = f"{MELDINGEN}{factories.registered().number}/attachments/"
    answer = agent.post(address, {"files": [upload(name, content)], **more}, format="multipart")
    named = {error["field"].split(".")[0] for error in is_problem(answer, 400)["errors"]}
    assert named == {field}
    assert not Attachment.objects.exists()


def test_no_file_a_broken_form_and_eleven_files(agent: APIClient) -> None:
    address = f"{MELDINGEN}{factories.registered().number}/attachments/"
    is_problem(agent.post(address, {}, format="multipart"), 400)
    is_problem(send(agent, address, b"--x", content_type="multipart/form-data"), 400)
    many = {"files": [upload(f"{n}.txt", b"x") for n in range(11)]}
    is_problem(agent.post(address, many, format="multipart"), 400)
