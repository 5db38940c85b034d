"""An attachment is a download for whoever may see its Melding, and nothing for anybody else."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents import actions
from incidents.models import Attachment, Melding
from tests import factories
from tests.factories import MOMENT
from tests.portal.reading import said

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(minutes=1)


def attach(melding: Melding, name: str = "log.txt", internal: bool = False) -> str:
    say = actions.note if internal else actions.reply
    say(
        melding,
        by=factories.staff(),
        at=LATER,
        body="Bijlage",
        files=[SimpleUploadedFile(name, b"eerste regel")],
    )
    return f"/bijlagen/{Attachment.objects.latest('id').public_id}/"


def test_it_is_always_a_download_that_can_run_nothing(client: Client) -> None:
    noor = factories.contact()
    url = attach(factories.registered(contact=noor), 'één "naam".txt')
    client.force_login(noor.user)
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == b"eerste regel"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_stranger_and_an_unknown_address_get_the_same_answer(client: Client) -> None:
    url = attach(factories.registered(contact=factories.contact()))
    client.force_login(factories.contact().user)
    answers = [client.get(url), client.get(f"/bijlagen/{uuid4()}/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert said(answers[0]) == said(answers[1])


def test_a_file_with_an_internal_note_is_for_staff(client: Client) -> None:
    noor = factories.contact()
    url = attach(factories.registered(contact=noor), internal=True)
    client.force_login(noor.user)
    assert client.get(url).status_code == 404
    client.force_login(factories.staff())
    assert client.get(url).status_code == 200


def test_without_signing_in_one_is_sent_to_sign_in_whatever_the_address(client: Client) -> None:
    for url in (attach(factories.registered()), f"/bijlagen/{uuid4()}/"):
        assert client.get(url)["Location"].startswith("/account/login/")


def test_a_file_that_is_gone_from_the_disk_is_not_found(client: Client) -> None:
    url = attach(factories.registered())
    Attachment.objects.get().file.delete(save=False)
    client.force_login(factories.staff())
    assert client.get(url).status_code == 404
