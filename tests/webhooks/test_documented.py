"""docs/webhooks.md is true: its example verifies, its payload is what is sent, its pauses are those of the code."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from desk.models import WebhookDelivery, WebhookEndpoint
from desk.webhooks import keeping, owing, signing
from desk.webhooks.delivering import BACK_OFF
from tests import factories

TEXT = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()
EXAMPLE = json.loads(re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)[0])


@pytest.mark.django_db
def test_the_example_verifies_what_the_desk_sends_and_nothing_else() -> None:
    scope: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[0], scope)  # noqa: S102 - our own example
    verify, now = scope["verify"], timezone.now()
    endpoint = WebhookEndpoint.objects.create(name="x", url="https://haak.example/")
    old, new = signing.secret(endpoint.salt), keeping.rotate(endpoint, at=now)
    endpoint.refresh_from_db()
    delivery = keeping.send_test(endpoint, at=now)
    headers, body = signing.headers(delivery, now), delivery.body.encode()
    assert verify(old, headers, body)
    assert verify(new, headers, body)
    assert not verify(new, headers, body + b" ")
    assert not verify(signing.secret("other"), headers, body)
    stale = signing.headers(delivery, now - timedelta(minutes=6))
    assert not verify(new, stale, body)


@pytest.mark.django_db
def test_the_payload_is_as_documented() -> None:
    WebhookEndpoint.objects.create(name="x", url="https://haak.example/")
    factories.registered(contact=factories.contact())
    sent = json.loads(WebhookDelivery.objects.get().body)
    assert [*sent] == [*EXAMPLE]
    assert [*sent["data"]] == [*EXAMPLE["data"]]
    assert [*sent["data"]["links"]] == [*EXAMPLE["data"]["links"]]


def test_every_type_that_is_named_exists() -> None:
    named = set(re.findall(r"melding\.\w+", TEXT))
    assert len(named) > 2
    assert named <= {kind for kind, _name in owing.types()}


def test_the_pauses_are_those_of_the_code() -> None:
    hours = [str(pause.total_seconds() / 3600).removesuffix(".0") for pause in BACK_OFF[3:]]
    assert "5 seconds, 5 and 30 minutes, " + ", ".join(hours[:-1]) + f" and {hours[-1]} hours" in TEXT
    assert [pause.total_seconds() for pause in BACK_OFF[:3]] == [5, 300, 1800]
