"""Callers of the API."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from desk.models import ApiToken
from tests import factories

MELDINGEN = "/api/v1/meldingen/"


def client_of(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def new_melding(**fields: Any) -> dict[str, Any]:
    """A complete incident as a body."""
    given = {
        "kind": "incident", "subject": "MDO-omgeving opent niet", "description": "Het scherm blijft leeg.",
        "impact": "large", "urgency": "medium", "expected_priority": 2, "affected_users": 12,
        "first_seen_at": "2026-06-16T09:40:00+02:00", "reproducible": "yes",
        "reporter_name": "Wil Voorbeeld", "reporter_email": "wil@zorg.example",
    }  # fmt: skip
    return {**given, **fields}


@pytest.fixture
def agent(db: None) -> APIClient:
    factories.load_policies()
    return client_of(factories.token(ApiToken.Scope.AGENT))


@pytest.fixture
def reader(db: None) -> APIClient:
    factories.load_policies()
    return client_of(factories.token(ApiToken.Scope.READ))


@pytest.fixture
def monitor(db: None) -> APIClient:
    factories.load_policies()
    return client_of(factories.token(ApiToken.Scope.MONITORING))
