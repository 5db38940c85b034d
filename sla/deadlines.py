"""Deadlines without a Melding: a line of JSON in, both deadlines and their ledgers out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from domain.errors import WrongInput
from domain.ledger import Stretch
from domain.targets import Target
from sla.adapter import Terms
from sla.wording import said

CLOCKS = ("response", "resolution")
KINDS = ("question", "incident", "change")


class BadLine(ValueError):
    """A line that cannot be answered; the message says why."""


@dataclass(frozen=True)
class Answer:
    """Both deadlines (UTC) of something received at this instant, and on which terms it was timed."""

    received: datetime
    priority: int
    terms: Terms
    due: dict[str, datetime | None]

    def ledgers(self) -> dict[str, tuple[Stretch, ...] | None]:
        """What counted between receipt and each deadline, and what did not and why; None by agreement."""
        return {
            clock: self.terms.calendars[clock, self.priority].ledger(self.received, moment)
            if moment
            else None
            for clock, moment in self.due.items()
        }


def answer(line: bytes, terms_at: Callable[[datetime], Terms]) -> Answer:
    """Answer one line; raises `BadLine`. `terms_at` gives the terms that hold for a receipt. Members other
    than received, priority and kind are ignored."""
    given = _read(line)
    received = _received(given)
    try:
        held = terms_at(received)
        priority = _priority(given, held)
        due = {clock: _due(held.targets[clock, priority], received) for clock in CLOCKS}
    except WrongInput as error:
        raise BadLine(said(error)) from error
    except OverflowError as error:
        raise BadLine(_("received: ligt te ver weg")) from error
    return Answer(received, priority, held, due)


def _read(line: bytes) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(_("geen geldige JSON")) from error
    if not isinstance(given, dict):
        raise BadLine(_("geen JSON-object"))
    return given


def _due(promise: Target | None, received: datetime) -> datetime | None:
    return promise.due(received) if promise else None


def _received(given: dict[str, Any]) -> datetime:
    try:
        received = datetime.fromisoformat(given["received"])
    except KeyError as error:
        raise BadLine(_("received: ontbreekt")) from error
    except (TypeError, ValueError) as error:
        raise BadLine(_("received: geen ISO-tijdstip")) from error
    if received.utcoffset() is None:
        raise BadLine(_("received: zonder tijdzone, schrijf er een verschil met UTC bij"))
    return received


def _priority(given: dict[str, Any], held: Terms) -> int:
    kind, priority = given.get("kind", "incident"), given.get("priority")
    if kind not in KINDS:
        raise BadLine(_("kind: kies uit %(kinds)s") % {"kinds": ", ".join(KINDS)})
    if priority is not None and (type(priority) is not int or not 1 <= priority <= 4):
        raise BadLine(_("priority: kies uit 1, 2, 3 en 4"))
    found = held.priority_of(kind, priority)
    if found is None:
        raise BadLine(_("priority: ontbreekt"))
    return found
