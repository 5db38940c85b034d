"""Why a version may not be used: each objection names the field it is about.

Forms ask before they save a draft, and `sla.actions` before a version is frozen or published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import product

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from domain import priority
from domain.errors import WrongInput
from domain.precedence import Inversion, find_inversion
from domain.targets import Target as Promise
from sla.adapter import calendar, cells, compile_calendar, promise
from sla.models import CalendarDay, CalendarVersion, PolicyVersion, Target
from sla.wording import said

Objections = dict[str, str]
CLOCKS = [str(clock) for clock in Target.Clock]


def calendar_objections(version: CalendarVersion) -> Objections:
    """Hours or days that cannot be right, and days that nobody has decided on (SLA 2.8)."""
    open_days = version.days.filter(status=CalendarDay.Status.PROPOSED)
    undecided = [f"{date_format(day.date, 'j F Y')} ({day.name})" for day in open_days]
    found = {"days": _("Nog te beoordelen: %(days)s.") % {"days": ", ".join(undecided)}} if undecided else {}
    try:
        compile_calendar(version)
    except ValueError as error:
        found["weekly"] = said(error)
    return found


def policy_objections(version: PolicyVersion) -> Objections:
    """What keeps this version from being published."""
    rows = list(version.targets.select_related("calendar__calendar"))
    return version_objections(version) | target_objections(rows) | ladder_objections(version)


def ladder_objections(version: PolicyVersion) -> Objections:
    """A ladder with a step missing, or a higher echelon that the clock would call before a lower one (SLA 4.4)."""
    rows = list(version.echelons.order_by("level"))
    if [row.level for row in rows] != list(range(1, len(rows) + 1)):
        return {"echelons": _("Nummer de echelons vanaf 1, zonder er een over te slaan.")}
    percents = [row.percent for row in rows if row.percent is not None]
    if percents != sorted(set(percents)):
        return {"echelons": _("Een hoger echelon komt later aan de beurt: laat de percentages oplopen.")}
    return {}


def version_objections(version: PolicyVersion) -> Objections:
    """Impossible warnings or priorities; in the matrix a cell that is missing, is not 1 to 4, or has a lower priority than a
    cell with less impact or urgency (SLA 9.2)."""
    found = {}
    if not all(percent > 0 for percent in version.warnings):
        found["warnings"] = _("Een waarschuwing komt bij meer dan 0 %.")
    for name in ("question_priority", "change_priority"):
        if getattr(version, name) not in priority.PRIORITIES:
            found[name] = _("Kies een prioriteit van 1 t/m 4.")
    try:
        priority.check(cells(version.matrix))
    except WrongInput as error:
        found[f"matrix_{error.values['impact']}_{error.values['urgency']}"] = said(error)
    return found


def target_objections(rows: Sequence[Target]) -> Objections:
    """Targets that are missing, cannot be counted, or break precedence; `rows` may be unsaved.

    Those to a single target are filed under its `field`, such as "resolution_2".
    """
    return _missing(rows) | _uncountable(rows) or _inversions(rows)


def field(clock: str, level: int) -> str:
    return f"{clock}_{level}"


def _missing(rows: Iterable[Target]) -> Objections:
    there = {(row.clock, row.priority) for row in rows}
    missing = [key for key in product(CLOCKS, priority.PRIORITIES) if key not in there]
    names = ", ".join(f"{Target.Clock(clock).label} P{level}" for clock, level in missing)
    return {"targets": _("Er ontbreken streeftijden: %(names)s.") % {"names": names}} if missing else {}


def _uncountable(rows: Iterable[Target]) -> Objections:
    return {field(row.clock, row.priority): wrong for row in rows if (wrong := _wrong_in(row))}


def _wrong_in(row: Target) -> str:
    if row.calendar.frozen_at is None:
        return _("De kalender %(calendar)s is nog niet vastgesteld.") % {"calendar": row.calendar}
    if (row.unit == Target.Unit.AGREEMENT) != (row.amount is None):
        return _("Geef een hoeveelheid, of kies “in overleg” zonder hoeveelheid.")
    if row.unit == Target.Unit.WORKING_DAYS and row.amount != int(row.amount or 0):
        return _("Werkdagen zijn hele dagen.")
    try:
        promise(row, calendar(row.calendar_id))
    except ValueError as error:
        return said(error)
    return ""


def _inversions(rows: Iterable[Target]) -> Objections:
    """A higher priority that would be due later than a lower one (SLA 9.1), with the receipt that shows it."""
    found = {}
    for clock in CLOCKS:
        promises = [
            (row.priority, promise(row, calendar(row.calendar_id))) for row in rows if row.clock == clock
        ]
        if inversion := _inversion_in(tuple(promises)):
            found[field(clock, inversion.higher)] = _inversion(inversion)
    return found


@lru_cache(maxsize=64)
def _inversion_in(promises: tuple[tuple[int, Promise | None], ...]) -> Inversion | None:
    """Kept, because a form asks for the same figures at each save and publishing asks once more."""
    return find_inversion(dict(promises))


def _inversion(found: Inversion) -> str:
    return _(
        "Voorrang geschonden: wat binnenkomt op %(received)s heeft met prioriteit %(higher)d als streeftijd "
        "%(higher_due)s, later dan %(lower_due)s met prioriteit %(lower)d."
    ) % {
        "received": _moment(found.received),
        "higher": found.higher, "higher_due": _moment(found.higher_due),
        "lower": found.lower, "lower_due": _moment(found.lower_due),
    }  # fmt: skip


def _moment(instant: datetime) -> str:
    return date_format(localtime(instant), "l j F Y H:i:s")
