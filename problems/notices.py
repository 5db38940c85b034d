"""Who hears what of a Problem (SLA 12.3)."""

from __future__ import annotations

from typing import Any

from desk.models import Event
from problems.models import Problem

NOTICES: dict[str, list[tuple[str, str]]] = {}


def announce(problem: Problem, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""


def context(problem: Problem, event: Event) -> dict[str, Any]:
    return {}
