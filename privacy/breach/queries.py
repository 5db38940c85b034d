"""Reading security incidents: lists, what waits, the register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from desk.models import Event, User
from desk.paging import Key
from desk.permissions import SEES_RESTRICTED
from incidents.models import Melding
from incidents.times import full
from privacy.breach.clock import exact
from privacy.models import BreachState, Letter, SecurityIncident
from privacy.models.breach import BreachQuerySet
from privacy.models.breach_choices import TELLING, Told
from sla.queries import AMSTERDAM

NEWEST = (Key("known_at", descending=True), Key("id", descending=True))
BY_DUE = (Key("due_at"), Key("id"))


def rows(user: User) -> BreachQuerySet:
    """The incidents that `user` may see, with what lists and pages show."""
    return SecurityIncident.objects.visible_to(user).select_related("melding", "opened_by")


def messages(case: SecurityIncident) -> Any:
    return case.messages.select_related("author")


def under_way(user: User) -> BreachQuerySet:
    return rows(user).exclude(state=BreachState.CLOSED).order_by("due_at", "id")


def to_tell(user: User) -> list[SecurityIncident]:
    """Those of which the 24 hours run, or ran out: for the banner."""
    open_ones = rows(user).filter(state__in=TELLING)
    return [one for one in open_ones.order_by("due_at", "id") if one.has_to_tell]


def of_melding(melding: Melding, user: User) -> BreachQuerySet:
    return rows(user).filter(melding=melding).order_by("-opened_at")


def letters(user: User) -> QuerySet[Letter]:
    """What a hoofdcontactpersoon was written, the newest first; for staff those of incidents they may see."""
    found = Letter.objects.visible_to(user)
    return found.select_related(
        "affected__incident", "affected__contractant", "author", "approved_by"
    ).order_by("-written_at", "-id")


# -- the register (AVG 33(5))


def years(user: User) -> list[int]:
    known = SecurityIncident.objects.visible_to(user).dates("known_at", "year", order="DESC")
    return [day.year for day in known]


def register(user: User, chosen: dict[str, Any]) -> list[SecurityIncident]:
    """All of them, also what was no breach; nothing for whoever does not keep the register."""
    if user.role not in SEES_RESTRICTED:
        return []
    found = (
        rows(user)
        .order_by("known_at", "id")
        .prefetch_related("affected__contractant", "assessments", "follow_ups__owner")
    )
    if chosen.get("year"):
        start = datetime(chosen["year"], 1, 1, tzinfo=AMSTERDAM)
        found = found.filter(known_at__gte=start, known_at__lt=start.replace(year=start.year + 1))
    outcome = chosen.get("outcome")
    if outcome in {"breach", "none"}:
        found = found.filter(is_breach=outcome == "breach")
    return list(found)


def line(case: SecurityIncident, now: datetime) -> dict[str, Any]:
    """One incident as the register has it: facts, effects, measures."""
    told, late = case.told_at(), int(case.late_by(now).total_seconds())
    newest = max(case.assessments.all(), key=lambda one: one.edition, default=None)
    return {
        "case": case, "known_at": full(case.known_at), "told_at": full(told) if told else "", "late": exact(late) if late else "",
        "outcome": outcome(case), "persons": newest.answers.get("persons") if newest else None,
        "controllers": [
            {"name": str(one), "told_at": one.told_at(), "authority": one.get_authority_display(), "subjects": one.get_subjects_display()}
            for one in case.affected.all()
        ] + erased(case),
    }  # fmt: skip


def erased(case: SecurityIncident) -> list[dict[str, Any]]:
    """The controllers whose data is erased since, as the trail has them: when they were told and what they decided."""
    facts = Event.objects.filter(case_type=case.case_type, case_id=case.pk, verb="forget_controller")
    return [
        {"name": _("gewiste contractant"), "told_at": parse_datetime(one["told_at"] or ""),
         "authority": Told(one["authority"]).label, "subjects": Told(one["subjects"]).label}
        for one in facts.order_by("pk").values_list("data", flat=True)
    ]  # fmt: skip


def outcome(case: SecurityIncident) -> str:
    if case.is_breach is None:
        return _("nog niet beoordeeld")
    return _("datalek, %(risk)s") % {"risk": case.get_risk_display()} if case.is_breach else _("geen datalek")


HEADINGS = [
    "Nummer", "Kennis genomen", "Wat is er gebeurd", "Aangetast", "Uitkomst", "Betrokkenen (circa)", "Verwerkingsverantwoordelijken",
    "Allen geïnformeerd", "Te laat (u:mm:ss)", "Gevolgen", "Maatregelen", "Geleerd", "Status",
]  # fmt: skip


def sheet(lines: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The register for a spreadsheet."""
    for one in lines:
        case = one["case"]
        yield [
            case.number, one["known_at"], f"{case.subject}\n{case.description}", str(case.get_aspect_display()), one["outcome"],
            "" if one["persons"] is None else str(one["persons"]), ", ".join(row["name"] for row in one["controllers"]),
            one["told_at"], one["late"], case.effects, case.measures, case.lessons, str(case.get_state_display()),
        ]  # fmt: skip
