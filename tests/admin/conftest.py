"""Who opens Beheer, at a moment that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from desk.models import User
from desk.permissions import Role
from tests import factories

# A Thursday: 10:11 in Amsterdam (summer time), two days after `factories.MOMENT`.
NOW = datetime(2026, 6, 18, 8, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def administrator(db: None) -> User:
    factories.load_policies()
    return factories.staff(Role.ADMINISTRATOR, name="Iris Kuipers")


@pytest.fixture
def keeper(administrator: User) -> Client:
    return signed_in(administrator)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
