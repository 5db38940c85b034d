"""Secrets and signatures (https://www.standardwebhooks.com).

A secret is derived from the key of this desk and the salt of the endpoint. So it can be shown again to nobody,
and neither the database nor a backup of it can sign; another SECRET_KEY makes other secrets.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from datetime import datetime

from django.utils.crypto import salted_hmac

from desk.models import WebhookDelivery, WebhookEndpoint


def secret(salt: str) -> str:
    """As the receiver keeps it."""
    return f"whsec_{b64encode(_key(salt)).decode()}"


def headers(delivery: WebhookDelivery, at: datetime) -> dict[str, str]:
    """The headers that prove to the receiver who sent the body of `delivery`, and when."""
    timestamp = str(int(at.timestamp()))
    signed = f"{delivery.webhook_id}.{timestamp}.{delivery.body}".encode()
    signatures = [f"v1,{b64encode(_sign(salt, signed)).decode()}" for salt in _salts(delivery.endpoint, at)]
    return {
        "webhook-id": delivery.webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def _salts(endpoint: WebhookEndpoint, at: datetime) -> list[str]:
    overlap = endpoint.former_until is not None and at < endpoint.former_until
    return [endpoint.salt, endpoint.former_salt] if overlap else [endpoint.salt]


def _sign(salt: str, signed: bytes) -> bytes:
    return hmac.digest(_key(salt), signed, hashlib.sha256)


def _key(salt: str) -> bytes:
    return salted_hmac("desk.webhooks", salt, algorithm="sha256").digest()
