"""Using what is known: the workaround on another Melding, and advice to contractants (SLA 12.2, 12.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from desk import door, texts
from desk.models import User
from incidents import actions as incidents
from incidents.models import Melding, State
from problems.actions.opening import check_title
from problems.actions.record import say
from problems.models import Problem, ProblemUse


@transaction.atomic
def apply(
    problem: Problem, *, by: User, at: datetime, melding: Melding, seen: int | None = None,
    version: int | None = None,
) -> Problem:  # fmt: skip
    """Solve `melding` with the workaround of `problem`, link them and count it (SLA 9.3, 12.2).

    One that nobody took in hand yet is picked up first. `seen` is the version of the Melding that the caller saw.
    """
    with door.change(problem, "apply", by=by, at=at, version=version) as change:
        case = change.case
        if melding.state == State.RECEIVED:
            incidents.pick_up(melding, by=by, at=at, version=seen)
            seen = None
        incidents.resolve(melding, by=by, at=at, solution=case.workaround, workaround=True, version=seen)
        case.meldingen.add(melding)
        ProblemUse.objects.create(problem=case, melding=melding, by=by, at=at)
        case.use_count += 1
        change.data["meldingen"] = [melding.number]
    return problem


def publish(
    problem: Problem, *, by: User, at: datetime, public_title: str, advice: str, version: int | None = None
) -> Problem:
    """Advise the contractants of its Dienst (SLA 12.3), in words of their own; once more, with better words."""
    texts.required(public_title=public_title, advice=advice)
    check_title(public_title)
    with door.change(problem, "publish", by=by, at=at, version=version) as change:
        case = change.case
        change.data["again"] = case.published_at is not None
        case.public_title, case.advice, case.published_at = public_title, advice, at
    return problem


def withdraw(problem: Problem, *, by: User, at: datetime, reason: str, version: int | None = None) -> Problem:
    """Advise nobody about it any more."""
    texts.required(reason=reason)
    with door.change(problem, "withdraw", by=by, at=at, version=version) as change:
        change.data["message"] = say(change.case, by=by, at=at, body=reason).pk
        change.case.published_at = None
    return problem
