"""The page that says who may do what, drawn from the table that the code reads (desk/permissions.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from desk.models import Traced
from desk.permissions import KEEPERS, VERBS, Role

READERS = frozenset({Role.ADMINISTRATOR.value, Role.PRIVACY_OFFICER.value})
MELDING = "melding"
# Verbs that are no step in the life of a case, whose words stand with its model.
WORDS = {
    "answer_chain": _("Antwoord van de keten vastleggen"), "ask_chain": _("Keten bevragen"),
    "attach": _("Bijlage toevoegen"), "confirm_report": _("Webmelding bevestigen"),
    "diagnose": _("Diagnose starten"), "follow_escalation": _("Escalatie volgen"),
    "handle_escalation": _("Escalatie behandelen"), "hold_talk": _("Overleg voeren"),
    "plan_duty": _("Dienstrooster maken"), "report": _("Melden"), "request_talk": _("Overleg aanvragen"),
    "swap_duty": _("Dienst ruilen"), "availability.exclude": _("Uitzonderen"),
    "availability.record": _("Niet-beschikbaarheid vastleggen"), "change.decide": _("Besluiten"),
    "change.request": _("Aanvragen"), "complaint.follow": _("Volgen en beantwoorden"),
    "complaint.inform": _("Contact opnemen"), "complaint.treat": _("Behandelen"),
    "maintenance.carry_out": _("Uitvoeren"), "performance.agree": _("Norm afspreken"),
    "quarantine.reveal": _("Inzien, terugzetten en vernietigen"), "redact": _("Tekst weghalen"),
    "release.describe": _("Tekst schrijven"), "release.plan": _("Inplannen"),
    "release.record_use": _("Gebruik vastleggen"), "report.verify": _("Natellen"),
    "report.what_if": _("Doorrekenen"), "breach.open": _("Beveiligingsincident openen"),
    "breach.help": _("Meewerken na uitnodiging"), "breach.handle": _("Behandelen"),
    "breach.approve": _("Brieven goedkeuren"), "breach.register": _("Register inzien"),
    "privacy.retain": _("Bewaartermijnen bepalen"), "privacy.hold": _("Bewaarplicht opleggen"),
    "privacy.register": _("Registers bijhouden"), "privacy.audit": _("Logboek inzien"),
    "handover.make": _("Overdracht maken"), "erasure.plan": _("Wissen voorbereiden"),
    "erasure.approve": _("Wissen goedkeuren"), "request.handle": _("Behandelen"),
    "request.register": _("Vastleggen"), "request.instruct": _("Opdracht geven"),
    "subprocessor.handle": _("Behandelen"), "subprocessor.object": _("Bezwaar maken"),
}  # fmt: skip
GROUPS = {
    "availability": _("Beschikbaarheid"), "performance": _("Prestaties"), "beheer": _("Beheer"),
    "breach": _("Beveiligingsincidenten"), "privacy": _("Privacy"), "quarantine": _("Quarantaine"),
    "handover": _("Overdracht van gegevens"), "erasure": _("Wissen van een contractant"),
    "request": _("Verzoeken van betrokkenen"), "subprocessor": _("Subverwerkers"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What one may do, and who may: for each role, in order, its label or None."""

    label: Any
    marks: list[Any]


@dataclass(frozen=True)
class Group:
    title: Any
    lines: list[Line]


@require_safe
@login_required
def page(request: Any) -> HttpResponse:
    if request.user.role not in READERS:
        raise PermissionDenied
    return render(
        request, "account/rights.html", {"nav": "rights", "roles": list(Role), "groups": list(groups())}
    )


def groups() -> Iterator[Group]:
    """Everything that the table grants, kind of case by kind of case, and who keeps what in Beheer."""
    kinds: dict[str, list[str]] = {}
    for verb in sorted(set().union(*VERBS.values())):
        kinds.setdefault(verb.rpartition(".")[0] or MELDING, []).append(verb)
    for kind in sorted(kinds, key=lambda kind: (kind != MELDING, kind)):
        lines = [
            Line(word(verb), _marks(role for role in Role if verb in VERBS[role])) for verb in kinds[kind]
        ]
        yield Group(_title(kind), lines)
    kept = [Line(apps.get_app_config(app).verbose_name, _marks(KEEPERS[app])) for app in KEEPERS]
    yield Group(GROUPS["beheer"], kept)


def word(verb: str) -> Any:
    """What `verb` is called on screen; the slug itself where nothing names it."""
    kind, _dot, step = verb.rpartition(".")
    model = _models().get(kind or MELDING)
    return WORDS.get(verb) or (model.words().get(step) if model else None) or verb


def _marks(roles: Iterable[str]) -> list[Any]:
    may = set(roles)
    return [role.label if role in may else None for role in Role]


def _title(kind: str) -> Any:
    model: Any = _models().get(kind)
    return str(model._meta.verbose_name_plural).capitalize() if model else GROUPS.get(kind, kind)


def _models() -> dict[str, type[Traced]]:
    return {model.case_type: model for model in Traced.traced()}
