"""Idempotency-Key: once, whatever is sent again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import get_resolver
from rest_framework.test import APIClient

from desk.models import IdempotentRequest
from incidents.models import Melding, Message, RawEvent
from tests import factories
from tests.api.conftest import MELDINGEN, client_of, new_melding

KEY = {"Idempotency-Key": "order-7"}


@pytest.mark.django_db
def test_the_same_request_again_gets_the_same_answer(agent: APIClient) -> None:
    first, second = (agent.post(MELDINGEN, new_melding(), headers=KEY) for _turn in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert (first["ETag"], first["Location"]) == (second["ETag"], second["Location"])
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Melding.objects.count() == 1


@pytest.mark.django_db
def test_another_body_or_address_under_the_same_key_is_422(agent: APIClient) -> None:
    number = agent.post(MELDINGEN, new_melding(), headers=KEY).json()["number"]
    for answer in (
        agent.post(MELDINGEN, new_melding(subject="Iets anders"), headers=KEY),
        agent.post(f"{MELDINGEN}{number}/pick_up/", headers=KEY),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


@pytest.mark.django_db
def test_keys_of_others_are_others_keys(agent: APIClient) -> None:
    other = client_of(factories.token())
    for client in (agent, other):
        assert client.post(MELDINGEN, new_melding(), headers=KEY).status_code == 201
    assert Melding.objects.count() == 2


@pytest.mark.django_db
def test_an_error_is_not_remembered(agent: APIClient) -> None:
    melding = factories.registered()
    address = f"{MELDINGEN}{melding.number}/resolve/"
    assert agent.post(address, {"solution": "Herstart"}, headers=KEY).status_code == 409
    agent.post(f"{MELDINGEN}{melding.number}/pick_up/")
    assert agent.post(address, {"solution": "Herstart"}, headers=KEY).status_code == 200


@pytest.mark.django_db
def test_a_form_with_files_is_the_same_whatever_its_boundary(agent: APIClient) -> None:
    address = f"{MELDINGEN}{factories.registered().number}/attachments/"
    for content, expected in ((b"een", 201), (b"een", 201), (b"twee", 422)):
        form = {"files": [SimpleUploadedFile("log.txt", content)]}
        assert agent.post(address, form, format="multipart", headers=KEY).status_code == expected
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_kept_for_a_day(agent: APIClient) -> None:
    agent.post(MELDINGEN, new_melding(), headers=KEY)
    row = IdempotentRequest.objects.get()
    IdempotentRequest.objects.update(created_at=row.created_at - timedelta(hours=25))
    assert agent.post(MELDINGEN, new_melding(subject="Iets anders"), headers=KEY).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a\x07b"])
def test_a_key_that_cannot_be_one(agent: APIClient, key: str) -> None:
    answer = agent.post(MELDINGEN, new_melding(), headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


@pytest.mark.django_db
def test_an_unreadable_alarm_is_kept_once(monitor: APIClient) -> None:
    for _turn in range(2):
        answer = monitor.post("/api/v1/monitoring/events/", {"event_action": 7}, headers=KEY)
        assert (answer.status_code, answer.json()["status"]) == (202, "stored")
    assert RawEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_by_many_at_once_is_carried_out_once() -> None:
    factories.load_policies()
    secret = factories.token()

    def send(_turn: int) -> Any:
        try:
            answer = client_of(secret).post(MELDINGEN, new_melding(), headers=KEY)
            return answer.status_code, answer.json()["number"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(24)))
    assert answers == {(201, Melding.objects.get().number)}


def test_every_post_of_the_api_honours_it() -> None:
    posts = [view for view in api_views() if hasattr(view, "post")]
    assert len(posts) > 20
    assert not [view for view in posts if not getattr(view.post, "is_idempotent", False)]


def api_views() -> list[Any]:
    found: list[Any] = []

    def walk(patterns: Any) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns)
            elif hasattr(pattern.callback, "cls"):
                found.append(pattern.callback.cls)

    patterns: list[Any] = get_resolver().url_patterns
    walk(next(one for one in patterns if str(one.pattern) == "api/").url_patterns)
    return [view for view in found if view.__module__.startswith(("incidents", "contractants", "sla"))]
