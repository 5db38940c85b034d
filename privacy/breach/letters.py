"""The first version of a letter to a controller, from what the assessment knows (AVG 33(3))."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from desk.models import User
from desk.notices.writing import tidy
from incidents.times import full
from privacy.models import Affected, Aspect, BreachRisk, Category, Consequence, YesNo
from sla.queries import held_on, published_versions


def written(affected: Affected, contact: User, *, language: str) -> tuple[str, str]:
    """Its subject and text; `contact` is whom the controller can ask. The facts of other controllers are no part of it."""
    with translation.override(language):
        case = affected.incident
        kind = _("Datalek") if case.is_breach else _("Beveiligingsincident")
        subject = _("%(kind)s: informatie voor de verwerkingsverantwoordelijke") % {"kind": kind}
        return subject, tidy(
            render_to_string("privacy/breach/letter.txt", _context(affected, contact)).strip()
        )


def _context(affected: Affected, contact: User) -> dict[str, Any]:
    case = affected.incident
    newest = case.assessments.order_by("-edition").first()
    answers: dict[str, Any] = newest.answers if newest else {}
    alone = case.affected.count() == 1
    policy = held_on(published_versions(), case.known_at).policy
    return {
        "case": case, "contractant": affected.contractant, "known_at": full(case.known_at),
        "lost": _names(Aspect, answers.get("lost")), "categories": _names(Category, answers.get("categories")),
        "consequences": _names(Consequence, answers.get("consequences")),
        "persons": answers.get("persons") if alone else None, "records": answers.get("records") if alone else None,
        "risk": BreachRisk(case.risk).label if case.risk else "", "recipients": newest.recipients if newest else "",
        "no_personal": answers.get("personal") == YesNo.NO, "grave": case.risk in {BreachRisk.RISK, BreachRisk.HIGH},
        "contact": contact, "supplier": policy.supplier,
    }  # fmt: skip


def _names(choices: Any, slugs: list[str] | None) -> str:
    return ", ".join(str(choices(slug).label) for slug in slugs or [])
