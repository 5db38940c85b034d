"""What is owed to whom: one row for each endpoint that wants the event, in the transaction of that event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from desk.models import Case, Event, WebhookDelivery, WebhookEndpoint


def owe(case: Case, event: Event) -> None:
    """Owe `event` to every endpoint that listens to it; called by the door."""
    rows = [
        WebhookDelivery(endpoint=endpoint, event=event, type=type_of(event), body=body(type_of(event), event.at, case.outline()))
        for endpoint in WebhookEndpoint.objects.filter(active=True)
        if wants(endpoint, case, event)
    ]  # fmt: skip
    if rows:
        WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(wake)


def wants(endpoint: WebhookEndpoint, case: Case, event: Event) -> bool:
    chosen = not endpoint.events or type_of(event) in endpoint.events
    if endpoint.party is None:
        return chosen and not case.for_party_alone
    return chosen and endpoint.party == case.party and event.verb in case.told_to_party


def type_of(event: Event) -> str:
    return f"{event.case_type}.{event.verb}"


def types() -> list[tuple[str, str]]:
    """Every type of event that the kinds of case can send, with its Dutch name."""
    return [
        (f"{kind.case_type}.{verb}", f"{kind._meta.verbose_name}: {kind.words()[verb]}")
        for kind in Case.kinds()
        for verb in kind.verbs()
    ]


def body(kind: str, at: datetime, data: dict[str, Any]) -> str:
    """The payload: what happened when to which case. Whoever wants more asks the API, which knows who asks."""
    payload = {"type": kind, "timestamp": at.astimezone(UTC).isoformat(), "data": data}
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=True)


def wake() -> None:
    """Ask a worker to deliver now. Only a wake-up call: without it, beat delivers within seconds."""
    from desk.tasks import deliver_webhooks, publish

    publish(deliver_webhooks)
