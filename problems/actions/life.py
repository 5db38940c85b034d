"""The steps in the life of a Problem; each is the declared transition of the same name (SLA 12.2, 12.3)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from contractants.models import Service
from desk import door, texts
from desk.door import Invalid
from desk.models import User
from desk.permissions import STAFF
from problems.actions.opening import assessed, check_title
from problems.actions.record import say
from problems.models import Problem, SolutionKind


def analyse(
    problem: Problem, *, by: User, at: datetime, cause: str, factors: str | None = None,
    version: int | None = None,
) -> Problem:  # fmt: skip
    """The cause is found (SLA 12.2). Factors that are not given stay what they were."""
    texts.required(cause=cause)
    texts.check(factors=factors or "")
    with door.change(problem, "analyse", by=by, at=at, version=version) as change:
        change.case.put(cause=cause, factors=factors)
    return problem


def find_workaround(
    problem: Problem, *, by: User, at: datetime, workaround: str, version: int | None = None
) -> Problem:
    """There is a way to go on working, at hand of everybody who handles a Melding from now on (SLA 12.2)."""
    texts.required(workaround=workaround)
    with door.change(problem, "find_workaround", by=by, at=at, version=version) as change:
        change.case.workaround = workaround
    return problem


def confirm(
    problem: Problem, *, by: User, at: datetime, cause: str, workaround: str | None = None,
    version: int | None = None,
) -> Problem:  # fmt: skip
    """A known error: the cause is known, and what to do meanwhile where anything can be done; a workaround that is
    not given stays what it was."""
    texts.required(cause=cause)
    texts.check(workaround=workaround or "")
    with door.change(problem, "confirm", by=by, at=at, version=version) as change:
        change.case.put(cause=cause, workaround=workaround)
        change.case.is_known_error = True
    return problem


def plan_solution(
    problem: Problem, *, by: User, at: datetime, solution_kind: str, solution_reference: str,
    version: int | None = None,
) -> Problem:  # fmt: skip
    """It will be solved by a Change or by Maintenance in a Release (SLA 12.3)."""
    texts.required(solution_reference=solution_reference)
    if solution_kind not in SolutionKind.values:
        raise Invalid({"solution_kind": _("Kies wijziging of onderhoud.")})
    with door.change(problem, "plan_solution", by=by, at=at, version=version) as change:
        change.case.solution_kind, change.case.solution_reference = solution_kind, solution_reference[:120]
        change.data |= {"kind": str(solution_kind), "reference": change.case.solution_reference}
    return problem


def solve(problem: Problem, *, by: User, at: datetime, solution: str, version: int | None = None) -> Problem:
    """The cause is taken away. Refused while a root cause has to be reported and is not there (SLA 13)."""
    texts.required(solution=solution)
    with door.change(problem, "solve", by=by, at=at, version=version) as change:
        change.case.solution, change.case.solved_at = solution, at
    return problem


def close(problem: Problem, *, by: User, at: datetime, version: int | None = None) -> Problem:
    """The solution held; contractants are not advised about it any more, nor when it is opened again."""
    with door.change(problem, "close", by=by, at=at, version=version) as change:
        change.case.published_at = None
    return problem


def abandon(problem: Problem, *, by: User, at: datetime, reason: str, version: int | None = None) -> Problem:
    """It will not be solved, and why; contractants are not advised about it any more. Refused like `solve` while a
    root cause has to be reported (SLA 13)."""
    return _with_reason(problem, "abandon", by, at, reason, version)


def reopen(problem: Problem, *, by: User, at: datetime, reason: str, version: int | None = None) -> Problem:
    """It came back, or was closed too soon; what was found out stays."""
    return _with_reason(problem, "reopen", by, at, reason, version)


def assign(
    problem: Problem, *, by: User, at: datetime, owner: User | None, version: int | None = None
) -> Problem:
    """Give it to one of the staff, who hears of it, or to nobody."""
    if owner is not None and (owner.role not in STAFF or not owner.is_active):
        raise Invalid({"owner": _("Kies een medewerker.")})
    with door.change(problem, "assign", by=by, at=at, version=version) as change:
        change.case.owner = owner
        change.data["owner"] = owner and owner.pk
    return problem


def assess(
    problem: Problem, *, by: User, at: datetime, likelihood: str, impact: str, reason: str,
    version: int | None = None,
) -> Problem:  # fmt: skip
    """Set its place in the order of analysis (SLA 12.2)."""
    texts.required(reason=reason)
    found = assessed(likelihood, impact)
    with door.change(problem, "assess", by=by, at=at, version=version) as change:
        change.data |= {"before": change.case.risk, "risk": found}
        change.data["message"] = say(change.case, by=by, at=at, body=reason).pk
        change.case.likelihood, change.case.impact, change.case.risk = likelihood, impact, found
    return problem


def revise(
    problem: Problem, *, by: User, at: datetime, title: str, description: str, service: Service | None,
    workaround: str | None = None, version: int | None = None,
) -> Problem:  # fmt: skip
    """Correct what is written down; a workaround that is not given stays what it was. One that contractants are
    advised about keeps its Dienst."""
    texts.required(title=title, description=description)
    texts.check(workaround=workaround or "")
    check_title(title)
    with door.change(problem, "revise", by=by, at=at, version=version) as change:
        case = change.case
        if case.published_at and service != case.service:
            raise Invalid({"service": _("Trek eerst de bekendmaking in: die is voor deze dienst.")})
        case.service = service
        case.put(title=title, description=description, workaround=workaround)
    return problem


def _with_reason(
    problem: Problem, verb: str, by: User, at: datetime, reason: str, version: int | None
) -> Problem:
    texts.required(reason=reason)
    with door.change(problem, verb, by=by, at=at, version=version) as change:
        change.data["message"] = say(change.case, by=by, at=at, body=reason).pk
        if verb == "reopen":
            change.case.solved_at = None
        else:
            change.case.published_at = None
    return problem
