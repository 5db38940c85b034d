"""What a figure of a report and its values are called, for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Kind
from reports.models import BackupKind
from reports.monthly.differences import read

SECTIONS: Mapping[str, Any] = {
    "scope": gettext_lazy("Gegevens"), "conclusion": gettext_lazy("Conclusie"),
    "availability": gettext_lazy("Beschikbaarheid"), "performance": gettext_lazy("Performance"),
    "norm": gettext_lazy("Norm"), "counts": gettext_lazy("Aantallen"), "incidents": gettext_lazy("Incident"),
    "causes": gettext_lazy("Oorzaak"), "releases": gettext_lazy("Release"), "maintenance": gettext_lazy("Onderhoud"),
    "trend": gettext_lazy("Trend"), "structural": gettext_lazy("Structureel niet gehaald"),
    "continuity": gettext_lazy("Back-up en herstel"), "complaints": gettext_lazy("Klachten"),
}  # fmt: skip
WORDS: Mapping[str, Any] = {
    "percent": gettext_lazy("percentage"), "whole": gettext_lazy("minuten van de maand"),
    "counted": gettext_lazy("minuten die meetellen"), "excluded": gettext_lazy("buiten de telling"),
    "promised": gettext_lazy("afgesproken"), "kept": gettext_lazy("gehaald"), "broken": gettext_lazy("niet gehaald"),
    "nothing_due": gettext_lazy("niets te meten"), "stretches": gettext_lazy("niet beschikbaar vanaf"),
    "minutes": gettext_lazy("minuten"), "extent": gettext_lazy("omvang"), "reason": gettext_lazy("reden"),
    "evidence": gettext_lazy("onderbouwing"), "due": gettext_lazy("met een termijn in deze maand"),
    "met": gettext_lazy("op tijd"), "missed": gettext_lazy("te laat"), "missed_numbers": gettext_lazy("te laat"),
    "received": gettext_lazy("ontvangen"), "closed": gettext_lazy("afgerond"), "open": gettext_lazy("open"),
    "open_at_end": gettext_lazy("open aan het einde"), "by_priority": gettext_lazy("prioriteit"),
    "subject": gettext_lazy("onderwerp"), "priority": gettext_lazy("prioriteit"), "major": gettext_lazy("grote impact"),
    "received_at": gettext_lazy("ontvangen"), "resolved_at": gettext_lazy("opgelost"),
    "response_met": gettext_lazy("reactie op tijd"), "resolution_met": gettext_lazy("oplossing op tijd"),
    "reopened_seconds": gettext_lazy("seconden tussen oplossen en heropenen"), "cause": gettext_lazy("oorzaak"),
    "title": gettext_lazy("titel"), "factors": gettext_lazy("bijdragende factor"), "actions": gettext_lazy("actie"),
    "meldingen": gettext_lazy("melding"), "version": gettext_lazy("versie"), "kind": gettext_lazy("soort"),
    "released_on": gettext_lazy("vrijgegeven op"), "notes": gettext_lazy("releasenotes"),
    "documents": gettext_lazy("document"), "from": gettext_lazy("van"), "until": gettext_lazy("tot"),
    "announced_in_time": gettext_lazy("op tijd aangekondigd"), "incidents": gettext_lazy("incidenten"),
    "availability": gettext_lazy("beschikbaarheid"), "signals": gettext_lazy("signaal"),
    "ground": gettext_lazy("grond"), "quarter": gettext_lazy("kwartaal"), "backups": gettext_lazy("back-ups"),
    "expected": gettext_lazy("verwacht"), "made": gettext_lazy("gelukt"), "failed": gettext_lazy("mislukt"),
    "recovery_tests": gettext_lazy("hersteltest"), "outcome": gettext_lazy("uitkomst"), "days": gettext_lazy("dag"),
    "alerts": gettext_lazy("alarm"), "count": gettext_lazy("aantal"), "max": gettext_lazy("langste (s)"),
    "over_limit": gettext_lazy("boven de grens"), "over_baseline": gettext_lazy("ver boven de baseline"),
    "baseline": gettext_lazy("baseline (s)"), "seconds": gettext_lazy("seconden"), "number": gettext_lazy("nummer"),
    "p50": gettext_lazy("mediaan (s)"), "p95": gettext_lazy("95e percentiel (s)"), "p99": gettext_lazy("99e percentiel (s)"),
    "cancelled": gettext_lazy("geannuleerd"), "duplicate": gettext_lazy("dubbel"),
    "without_term": gettext_lazy("zonder termijn"), "performance": gettext_lazy("performance"),
    "service_name": gettext_lazy("naam van de Dienst"), "contractant_name": gettext_lazy("naam van de contractant"),
    "supplier": gettext_lazy("leverancier"),
    **{str(kind): kind.label for kind in Kind}, **{str(kind): kind.label for kind in BackupKind},
}  # fmt: skip
CLOCKS: Mapping[str, Any] = {"response": gettext_lazy("reactietijd"), "resolution": gettext_lazy("oplostijd")}
LONGEST = 200
PERCENT = re.compile(r"\d{1,3}\.\d\d", re.ASCII)
PROMISE = re.compile(r"norm_(response|resolution)_p([1-4])", re.ASCII)


def name(place: str) -> str:
    """`norm/response,1,90.00/met` as "Norm reactietijd P1: op tijd"."""
    section, *rest = read(place)
    head = str(SECTIONS.get(section, section))
    if section == "norm":
        clock, priority, *_promised = rest.pop(0).split(",")
        head = f"{head} {CLOCKS.get(clock, clock)} P{priority}"
    elif section in {"incidents", "causes", "releases", "maintenance", "structural"} and rest:
        head = f"{head} {rest.pop(0)}"
    parts = [part for part in (_word(part) for part in rest) if part]
    return f"{head}: {', '.join(dict.fromkeys(parts))}" if parts else head


def value(shown: Any) -> str:
    """One figure; whole entries of a list are only there or not."""
    if shown is None:
        return "–"
    if isinstance(shown, bool):
        return _("ja") if shown else _("nee")
    if isinstance(shown, dict):
        return _("staat erin")
    if isinstance(shown, list):
        return ", ".join(map(value, shown)) or "–"
    if isinstance(shown, int | float):
        return number_format(shown, use_l10n=True, force_grouping=True)
    return _text(shown)


def _text(shown: str) -> str:
    if moment := _moment(shown):
        return moment
    if PERCENT.fullmatch(shown):
        return f"{number_format(Decimal(shown), 2)} %"
    known = str(WORDS.get(shown) or promise(shown) or shown)
    return known if len(known) <= LONGEST else known[:LONGEST] + "…"


def _moment(shown: str) -> str:
    """Empty for what is none: people choose what an action is called."""
    try:
        at = parse_datetime(shown) if shown.endswith("Z") else None
        return date_format(localtime(at), "j F Y H:i") if at else ""
    except (ValueError, OverflowError):
        return ""


def _word(part: str) -> str:
    known = WORDS.get(part)
    return str(known) if known is not None else _text(part)


def promise(slug: str) -> str:
    """`norm_response_p1` as "Norm reactietijd P1"; empty for what is none."""
    found = PROMISE.fullmatch(slug)
    return f"{SECTIONS['norm']} {CLOCKS[found[1]]} P{found[2]}" if found else ""
