"""What the figures of a report are called where they stand apart, in its CSV and among its corrections."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.monthly import words
from reports.monthly.shape import (
    Action,
    ActionDay,
    Alert,
    Backups,
    Cause,
    Document,
    Incident,
    Maintenance,
    NormLine,
    RecoveryTest,
    Release,
    Stretch,
    Structural,
)  # fmt: skip
from reports.monthly.words import Names

SECTIONS: Names = {
    "version": _("rapport"), "month": _("rapport"), "from": _("rapport"), "until": _("rapport"), "made_at": _("rapport"),
    "scope": _("rapport"), "conclusion": _("conclusie"), "availability": _("beschikbaarheid"), "performance": _("prestaties"),
    "norm": _("norm"), "counts": _("aantallen"), "incidents": _("incidenten"), "causes": _("oorzaken"), "releases": _("releases"),
    "maintenance": _("onderhoud"), "trend": _("trend"), "structural": _("structurele tekortkomingen"),
    "continuity": _("back-ups en herstel"), "complaints": _("klachten"),
}  # fmt: skip

FIGURES: Names = {
    # by its name alone, or with the name of its shape before it where that is not enough
    "Stretch.counted": _("telt mee"), "Release.version": _("versie"),
    "version": _("versie van het formaat"), "month": _("maand"), "from": _("van"), "until": _("tot"), "made_at": _("cijfers van"),
    "contractant": _("contractant (kenmerk)"), "contractant_name": _("contractant"), "service": _("dienst (kenmerk)"),
    "service_name": _("dienst"), "supplier": _("leverancier"), "kept": _("gehaald"), "broken": _("niet gehaald"),
    "nothing_due": _("niet te toetsen"), "whole": _("minuten in totaal"), "counted": _("minuten die meetellen"),
    "excluded": _("niet meegeteld"), "percent": _("percentage"), "promised": _("afgesproken percentage"), "minutes": _("minuten"),
    "extent": _("omvang"), "reason": _("reden"), "evidence": _("bewijs"), "number": _("nummer"), "action": _("actie"),
    "count": _("aantal metingen"), "p50": _("p50 (s)"), "p95": _("p95 (s)"), "p99": _("p99 (s)"), "max": _("langst (s)"),
    "over_limit": _("langer dan 10 seconden"), "over_baseline": _("langer dan 10 × de baseline"), "baseline": _("baseline (s)"),
    "day": _("dag"), "at": _("moment"), "rule": _("alert"), "seconds": _("duur (s)"), "clock": _("klok"), "priority": _("prioriteit"),
    "due": _("getoetst"), "met": _("op tijd"), "missed": _("te laat"), "missed_numbers": _("te laat, nummer"),
    "question": _("vragen ontvangen"), "incident": _("incidenten ontvangen"), "change": _("wijzigingen ontvangen"),
    "closed": _("afgesloten"), "open_at_end": _("open aan het eind van de maand"), "by_priority": _("incidenten"),
    "subject": _("onderwerp"), "major": _("groot incident"), "received_at": _("ontvangen op"), "resolved_at": _("opgelost op"),
    "response_met": _("reactie op tijd"), "resolution_met": _("oplossing op tijd"), "reopened_seconds": _("heropend (s)"),
    "title": _("titel"), "cause": _("oorzaak"), "factors": _("droeg bij"), "actions": _("maatregel"), "meldingen": _("melding"),
    "kind": _("soort"), "released_on": _("vrijgegeven op"), "notes": _("toelichting"), "name": _("document"), "url_path": _("adres"),
    "announced_in_time": _("op tijd aangekondigd"), "incidents": _("incidenten"), "signals": _("signaal"), "ground": _("grond"),
    "quarter": _("kwartaal"), "expected": _("verwacht"), "made": _("gemaakt"), "failed": _("mislukt"), "on": _("datum"),
    "outcome": _("uitkomst"), "with": _("samen met"), "rpo_hours": _("RPO (uur)"), "rto_hours": _("RTO (uur)"),
    "rpo_target": _("afgesproken RPO (uur)"), "rto_target": _("afgesproken RTO (uur)"), "received": _("ontvangen"), "open": _("open"),
}  # fmt: skip

VALUES: dict[str, Names] = {
    "extent": words.EXTENTS, "reason": words.REASONS, "clock": words.CLOCKS, "rule": words.RULES, "ground": words.GROUNDS,
    "outcome": words.OUTCOMES, "kind": {**words.BACKUPS, **words.RELEASE_KINDS},
}  # fmt: skip
NAMED_BY: dict[Any, tuple[str, ...]] = {
    Stretch: ("from",), Action: ("action",), ActionDay: ("action", "day"), Alert: ("at", "action"), Incident: ("number",),
    Cause: ("number",), Release: ("number",), Document: ("name",), Maintenance: ("number",), Structural: ("number",),
    Backups: ("kind",), RecoveryTest: ("on",),
}  # fmt: skip


def subject(one: Any, kind: Any, of: str = "") -> str:
    """What tells one of a list from the others; `of` is what the list belongs to."""
    if kind is NormLine:
        return words.top(words.clock_of(one["clock"], one["priority"]))
    parts = (of, *(_named(name, one[name]) for name in NAMED_BY[kind]))
    return " ".join(part for part in parts if part)


def _named(name: str, value: str) -> str:
    if name in ("from", "at"):
        return f"{words.local(value):%Y-%m-%d %H:%M:%S}"
    return words.named(VALUES.get(name, {}), value)
