"""A button that is pressed twice before the first answer came back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from incidents.models import Melding, WebReport
from tests import factories
from tests.portal.test_public import filled_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _policies() -> None:
    cache.clear()
    factories.load_policies()


def press(client: Client, address: str, answers: dict[str, str]) -> int:
    try:
        return client.post(address, answers).status_code
    finally:
        connections.close_all()


def press_at_once(clients: list[Client], name: str, answers: dict[str, str]) -> list[int]:
    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(lambda client: press(client, reverse(name), answers), clients))


def test_the_public_form_is_kept_once() -> None:
    answers = filled_in(client_key=str(uuid4()))
    assert press_at_once([Client() for _one in range(6)], "incidents:report", answers) == [302] * 6
    assert WebReport.objects.count() == 1


def test_a_new_melding_of_the_portal_is_made_once() -> None:
    noor = factories.contact()
    clients = [Client() for _one in range(6)]
    for client in clients:
        client.force_login(noor.user)
    answers = {
        "kind": "question",
        "subject": "Hoe?",
        "description": "Hoe werkt het?",
        "client_key": str(uuid4()),
    }
    assert press_at_once(clients, "incidents:portal_new", answers) == [302] * 6
    assert Melding.objects.count() == 1
