from __future__ import annotations

import pytest
from django.test import Client

from desk.models import User
from tests import factories


@pytest.fixture
def agent(db: None) -> User:
    return factories.staff(name="Sam de Vries", email="sam@desk.example")


@pytest.fixture
def staff(client: Client, agent: User) -> Client:
    """A browser in which an agent is signed in."""
    factories.load_policies()
    client.force_login(agent)
    return client
