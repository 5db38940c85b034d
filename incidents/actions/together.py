"""The same act on several Meldingen at once: each is done or refused by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from desk.door import Refused
from desk.models import User
from incidents.actions.life import assign
from incidents.actions.links import merge
from incidents.actions.talk import reply
from incidents.models import Melding


@dataclass
class Outcome:
    """What was done, and what was not and why."""

    done: list[Melding] = field(default_factory=list)
    refused: list[tuple[Melding, Refused]] = field(default_factory=list)


def assign_all(meldingen: Iterable[Melding], *, by: User, at: datetime, assignee: User | None) -> Outcome:
    """Give all of them to one of the staff, or to nobody."""
    return _each(meldingen, lambda one: assign(one, by=by, at=at, assignee=assignee))


def reply_to_all(
    meldingen: Iterable[Melding], *, by: User, at: datetime, body: str, client_key: UUID
) -> Outcome:
    """Answer all of them in the same words; the same `client_key` answers each of them once."""
    return _each(
        meldingen, lambda one: reply(one, by=by, at=at, body=body, client_key=uuid5(client_key, one.number))
    )


def merge_all(meldingen: Iterable[Melding], *, by: User, at: datetime, into: Melding) -> Outcome:
    """End all of them, `into` itself excepted, as duplicates of `into`, with their words moved there."""
    others = [one for one in meldingen if one.pk != into.pk]
    return _each(others, lambda one: merge(one, by=by, at=at, into=into))


def _each(meldingen: Iterable[Melding], act: Callable[[Melding], object]) -> Outcome:
    outcome = Outcome()
    for melding in meldingen:
        try:
            act(melding)
        except Refused as refusal:
            outcome.refused.append((melding, refusal))
        else:
            outcome.done.append(melding)
    return outcome
