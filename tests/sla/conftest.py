from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from desk.models import User
from desk.permissions import Role
from sla.models import Calendar, Policy
from tests.factories import load_policies

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def shipped(db: None) -> None:
    load_policies()


@pytest.fixture
def mdo(shipped: None) -> Policy:
    return Policy.objects.get(slug="vecozo-mdo")


@pytest.fixture
def office_hours(shipped: None) -> Calendar:
    return Calendar.objects.get(slug="office-hours")


@pytest.fixture
def keeper(db: None) -> User:
    return User.objects.create_user("beheer@example.nl", name="Bo Beheer", role=Role.ADMINISTRATOR)
