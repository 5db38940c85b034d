"""What the page of a security incident shows beside its time line."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.breach import Conclusion, Risk
from incidents.times import full
from privacy.breach import queries
from privacy.breach.clock import bar
from privacy.models import (
    REASONS,
    Aspect,
    Assessment,
    BreachRisk,
    BreachState,
    Category,
    Consequence,
    SecurityIncident,
    YesNo,
)

S = BreachState
ORDER = [
    ({S.SUSPECTED}, gettext_lazy("Vermoeden")),
    ({S.ASSESSING}, gettext_lazy("Beoordeling")),
    ({S.BREACH, S.NO_BREACH}, gettext_lazy("Conclusie")),
    ({S.INFORMING}, gettext_lazy("Informeren")),
    ({S.FOLLOW_UP}, gettext_lazy("Opvolging")),
    ({S.CLOSED}, gettext_lazy("Gesloten")),
]


def context(case: SecurityIncident, user: Any) -> dict[str, Any]:
    now = timezone.now()
    assessments = list(case.assessments.select_related("author").order_by("-edition"))
    seen = (
        case.melding is not None
        and type(case.melding).objects.visible_to(user).filter(pk=case.melding.pk).exists()
    )
    return {
        "clock": bar(case, now), "steps": steps(case), "facts": facts(case), "assessments": [assessed(one) for one in assessments],
        "affected": [{"row": one, "told_at": one.told_at()} for one in case.affected.select_related("contractant", "phoned_by")],
        "letters": list(queries.letters(user).filter(affected__incident=case)),
        "follow_ups": case.follow_ups.select_related("owner"), "accesses": case.accesses.select_related("user", "given_by"),
        "melding": case.melding if seen else None,
    }  # fmt: skip


def steps(case: SecurityIncident) -> list[dict[str, Any]]:
    """How far it is, for `components/progress.html`."""
    place = next(place for place, (states, _name) in enumerate(ORDER) if case.state in states)
    return [
        {"label": name, "at": "", "done": index < place or case.state == S.CLOSED, "current": index == place}
        for index, (_states, name) in enumerate(ORDER)
    ]


def facts(case: SecurityIncident) -> list[dict[str, Any]]:
    told = case.told_at()
    found = [
        (_("Aangetast"), str(case.get_aspect_display())), (_("Uitkomst"), queries.outcome(case)),
        (_("Kennis genomen"), full(case.known_at)), (_("Uiterlijk informeren"), full(case.due_at)),
        (_("Allen geïnformeerd"), full(told) if told else ""), (_("Geopend"), full(case.opened_at)),
        (_("Geopend door"), str(case.opened_by)), (_("Gesloten"), full(case.ended_at) if case.ended_at else ""),
    ]  # fmt: skip
    return [{"label": label, "value": value} for label, value in found if value]


def assessed(one: Assessment) -> dict[str, Any]:
    """One edition: what followed, why, and the answers in words."""
    found = Conclusion(one.is_breach, Risk(one.risk), tuple(one.reasons))
    return {
        "row": one, "reasons": [REASONS[slug] for slug in found.reasons], "found": found, "answers": answers(one.answers),
    }  # fmt: skip


def answers(given: dict[str, Any]) -> list[dict[str, Any]]:
    yes, no = _("ja"), _("nee")
    found = [
        (_("Persoonsgegevens"), str(YesNo(given["personal"]).label)),
        (_("Soorten gegevens"), _names(Category, given["categories"])),
        (_("Aangetast"), _names(Aspect, given["lost"])),
        (_("Onbegrijpelijk voor wie ze heeft"), yes if given["unintelligible"] else no),
        (_("Ontvangers bekend en vertrouwd"), yes if given["trusted"] else no),
        (_("Tijdig hersteld"), yes if given["restored"] else no),
        (_("Betrokkenen, circa"), _number(given["persons"])),
        (_("Gegevensregels, circa"), _number(given["records"])),
        (_("Gevolgen"), _names(Consequence, given["consequences"])),
    ]
    return [{"label": label, "value": value or "–"} for label, value in found]


def _names(choices: Any, slugs: list[str]) -> str:
    return ", ".join(str(choices(slug).label) for slug in slugs)


def _number(value: int | None) -> str:
    return _("nog niet bekend") if value is None else str(value)


def risk_name(slug: str) -> str:
    return str(BreachRisk(slug).label)
