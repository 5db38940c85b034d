"""The root-cause record (SLA 13) and the notes of colleagues."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from desk import door, texts
from desk.door import Invalid
from desk.models import AbstractMessage, User
from desk.permissions import STAFF
from problems.models import Problem, ProblemAction, ProblemMessage, ProblemMoment

LINE_MAX = 500


def record_cause(
    problem: Problem, *, by: User, at: datetime, cause: str, factors: str | None = None,
    version: int | None = None,
) -> Problem:  # fmt: skip
    """Write down what is known by now of the cause and of what contributed to it; factors that are not given stay
    what they were."""
    texts.required(cause=cause)
    texts.check(factors=factors or "")
    with door.change(problem, "record_cause", by=by, at=at, version=version) as change:
        change.case.put(cause=cause, factors=factors)
    return problem


def add_moment(
    problem: Problem, *, by: User, at: datetime, moment: datetime, what: str, version: int | None = None
) -> Problem:
    """One line of the course of events."""
    _check_line(what)
    if moment > at:
        raise Invalid({"moment": _("Dit tijdstip ligt in de toekomst.")})
    with door.change(problem, "add_moment", by=by, at=at, version=version) as change:
        change.data["moment"] = ProblemMoment.objects.create(problem=change.case, at=moment, what=what).pk
    return problem


def add_action(
    problem: Problem, *, by: User, at: datetime, what: str, who: User, due: date | None = None,
    version: int | None = None,
) -> Problem:  # fmt: skip
    """Somebody will do something about the cause, by a local day."""
    _check_line(what)
    if who.role not in STAFF or not who.is_active:
        raise Invalid({"who": _("Kies een medewerker.")})
    with door.change(problem, "add_action", by=by, at=at, version=version) as change:
        change.data["action"] = ProblemAction.objects.create(
            problem=change.case, what=what, who=who, due=due
        ).pk
    return problem


def finish_action(
    problem: Problem, *, by: User, at: datetime, action: ProblemAction, version: int | None = None
) -> Problem:
    """It was done."""
    with door.change(problem, "finish_action", by=by, at=at, version=version) as change:
        if not change.case.actions.filter(pk=action.pk, done_at=None).update(done_at=at):
            raise Invalid({"action": _("Kies een actie die nog openstaat.")})
        change.data["action"] = action.pk
    return problem


def note(
    problem: Problem, *, by: User, at: datetime, body: str, client_key: UUID | None = None
) -> ProblemMessage:
    """Say something to colleagues; sending it twice with the same `client_key` adds it once."""
    texts.required(body=body)
    with door.change(problem, "note", by=by, at=at) as change:
        known = ProblemMessage.objects.filter(client_key=client_key).first() if client_key else None
        if known is None:
            known = say(change.case, by=by, at=at, body=body, client_key=client_key)
        change.data["message"] = known.pk
    return known


def say(problem: Problem, *, by: User, at: datetime, body: str, **more: Any) -> ProblemMessage:
    """Add words for colleagues, within a change."""
    return ProblemMessage.objects.create(
        problem=problem, verb="note", visibility=AbstractMessage.Visibility.INTERNAL, author=by,
        author_name=str(by), body=body, at=at, **more,
    )  # fmt: skip


def _check_line(what: str) -> None:
    texts.required(what=what)
    if len(what) > LINE_MAX:
        raise Invalid({"what": _("De tekst is te lang.")})
