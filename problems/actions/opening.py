"""Opening a Problem, and which Meldingen it is behind (SLA 12.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contractants.models import Service
from desk import door, texts
from desk.door import Invalid, NotAllowed
from desk.models import User
from desk.numbers import next_number
from desk.permissions import may
from domain import risk
from domain.errors import WrongInput
from incidents.models import Melding
from problems.models import Origin, Problem


@transaction.atomic
def open_problem(
    *, by: User, at: datetime, title: str, description: str, likelihood: str, impact: str,
    service: Service | None = None, meldingen: Iterable[Melding] = (), origin: str = Origin.HAND,
    evidence: dict[str, Any] | None = None, workaround: str = "", owner: User | None = None,
) -> Problem:  # fmt: skip
    """A new Problem behind `meldingen`: from an Incident with a workaround, from a trend, or by hand (SLA 12.1).

    `evidence` is as `Problem` describes it. With a `workaround` it is found at once by whoever handles the next
    Melding. Raises `NotAllowed`, or `Invalid` by field.
    """
    if not may(by, "problem.open"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    texts.required(title=title, description=description)
    texts.check(workaround=workaround)
    check_title(title)
    if origin not in Origin.values:
        raise Invalid({"origin": _("Kies waar het probleem vandaan komt.")})
    problem = Problem.objects.create(
        number=next_number("P", "problem_number", at), title=title, description=description, service=service,
        origin=origin, evidence=evidence or {}, likelihood=likelihood, impact=impact,
        risk=assessed(likelihood, impact), workaround=workaround, owner=owner, identified_at=at,
    )  # fmt: skip
    linked = list(meldingen)
    problem.meldingen.set(linked)
    facts = {"origin": str(origin), "meldingen": numbers(linked), "version": 1, "owner": owner and owner.pk}
    problem.announce(door.record(problem, "open", by=by, at=at, source="", data=facts))
    return problem


def link(
    problem: Problem, *, by: User, at: datetime, meldingen: Iterable[Melding], version: int | None = None
) -> Problem:
    """Say that it is behind these Meldingen too."""
    with door.change(problem, "link", by=by, at=at, version=version) as change:
        more = sorted(set(meldingen) - set(change.case.meldingen.all()), key=lambda melding: melding.number)
        if not more:
            raise Invalid({"meldingen": _("Kies meldingen die nog niet aan dit probleem gekoppeld zijn.")})
        change.case.meldingen.add(*more)
        change.data["meldingen"] = numbers(more)
    return problem


def unlink(
    problem: Problem, *, by: User, at: datetime, melding: Melding, version: int | None = None
) -> Problem:
    """It is not behind this Melding after all. Where the workaround was used, it stays linked."""
    with door.change(problem, "unlink", by=by, at=at, version=version) as change:
        if not change.case.meldingen.filter(pk=melding.pk).exists():
            raise Invalid({"melding": _("Deze melding is niet gekoppeld.")})
        if change.case.uses.filter(melding=melding).exists():
            raise Invalid({"melding": _("De workaround is op deze melding toegepast; die blijft gekoppeld.")})
        change.case.meldingen.remove(melding)
        change.data["meldingen"] = [melding.number]
    return problem


def assessed(likelihood: str, impact: str) -> int:
    try:
        return risk.assess(likelihood, impact)
    except WrongInput:
        raise Invalid({"impact": _("Kies kans en impact.")}) from None


def check_title(title: str) -> None:
    if len(title) > texts.SUBJECT_MAX:
        raise Invalid({"title": _("De titel is te lang.")})


def numbers(meldingen: Iterable[Melding]) -> list[str]:
    return sorted(melding.number for melding in meldingen)
