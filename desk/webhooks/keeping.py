"""What administrators do with webhooks. `at` is the instant (aware); refusals are those of `desk.door`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from desk.door import NotNow
from desk.models import WebhookDelivery, WebhookEndpoint
from desk.models.webhook import fresh_salt
from desk.webhooks import signing
from desk.webhooks.owing import body, wake

OVERLAP = timedelta(hours=24)


@transaction.atomic
def rotate(endpoint: WebhookEndpoint, *, at: datetime) -> str:
    """Give it a new secret, which only this answer shows; the old one signs along for a day."""
    row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    row.former_salt, row.former_until, row.salt = row.salt, at + OVERLAP, fresh_salt()
    row.save(update_fields=["former_salt", "former_until", "salt"])
    return signing.secret(row.salt)


@transaction.atomic
def send_test(endpoint: WebhookEndpoint, *, at: datetime) -> WebhookDelivery:
    """Owe it a message without meaning, to see whether it arrives."""
    _must_be_active(endpoint)
    kind = "desk.test"
    transaction.on_commit(wake)
    return WebhookDelivery.objects.create(
        endpoint=endpoint, type=kind, body=body(kind, at, {"name": endpoint.name}), next_try_at=at
    )


@transaction.atomic
def send_again(delivery: WebhookDelivery, *, at: datetime) -> None:
    """Send it once more under the same id, whatever came of it before."""
    _must_be_active(delivery.endpoint)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        delivered_at=None, failed_at=None, attempts=0, next_try_at=at
    )
    transaction.on_commit(wake)


def _must_be_active(endpoint: WebhookEndpoint) -> None:
    if not endpoint.active:
        raise NotNow(_("Zet de webhook eerst op actief."))
