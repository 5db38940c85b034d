"""Rows of problems, made the way the desk does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from contractants.models import Service
from desk.models import User
from incidents.models import Melding
from problems import actions
from problems.models import Problem
from tests import factories
from tests.factories import MOMENT

LATER = MOMENT + timedelta(minutes=5)


def opened(by: User | None = None, at: datetime = MOMENT, **fields: Any) -> Problem:
    """A Problem of medium risk, without Meldingen unless told otherwise."""
    given: dict[str, Any] = {
        "title": "Dossier opent leeg na inloggen", "description": "Na het inloggen blijft het dossier leeg.",
        "likelihood": "possible", "impact": "medium",
    }  # fmt: skip
    return actions.open_problem(by=by or factories.staff(), at=at, **{**given, **fields})


def put(problem: Problem, state: str, **values: Any) -> Problem:
    """`problem` in `state`, however it came there."""
    Problem.objects.filter(pk=problem.pk).update(state=state, **values)
    return Problem.objects.get(pk=problem.pk)


@pytest.fixture
def agent(db: None) -> User:
    return factories.staff(name="Sanne de Wit")


@pytest.fixture
def manager(db: None) -> User:
    return factories.staff("product_manager", name="Marit Hofstra")


@pytest.fixture
def mdo(db: None) -> Service:
    return factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")


@pytest.fixture
def incident(mdo: Service) -> Melding:
    """Of priority 2, received by phone."""
    return factories.registered(service=mdo, subject="Dossier blijft leeg", impact="medium", urgency="high")
