"""People who open pages, and what they read in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from desk.models import User
from tests import factories

# A Thursday: 10:11 in Amsterdam (summer time), two days after `factories.MOMENT`.
NOW = datetime(2026, 6, 18, 8, 11, tzinfo=UTC)
Count = Callable[[str], int]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def agent(db: None) -> User:
    factories.load_policies()
    return factories.staff(name="Sam de Vries", email="sam@desk.example")


@pytest.fixture
def staff(agent: User) -> Client:
    """A browser in which an agent is signed in."""
    return signed_in(agent)


@pytest.fixture
def queries(staff: Client) -> Count:
    """How many queries a page of staff takes, once the process has compiled the policies."""

    def count(address: str) -> int:
        staff.get(address)
        with CaptureQueriesContext(connection) as found:
            assert staff.get(address).status_code == 200
        return len(found)

    return count


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    """The page with its white space made even."""
    return " ".join(response.content.decode().split())
