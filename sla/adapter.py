"""From rows to rules: what a stored policy or calendar version means to `domain`.

Frozen calendars and published policies never change, so what is compiled from them is kept per process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache

from domain.hours import Calendar
from domain.ladder import Rung
from domain.targets import Target as Promise
from sla.models import CalendarDay, CalendarVersion, Echelon, PolicyVersion, Target


@dataclass(frozen=True)
class Terms:
    """A policy version as rules. `targets` maps (clock, priority) to a promise, None where by agreement;
    `calendars` gives the calendar on which each is counted, `norms` the percentage that has to be in time. `ladder` goes from the lowest echelon up."""

    targets: dict[tuple[str, int], Promise | None]
    calendars: dict[tuple[str, int], Calendar]
    norms: dict[tuple[str, int], Decimal]
    matrix: dict[tuple[str, str], int]
    warnings: tuple[int, ...]
    question_priority: int
    change_priority: int
    pauses_for_contractant: bool
    starts_at_registration: bool
    ladder: tuple[Rung, ...]

    def priority_of(self, kind: str, priority: int | None) -> int | None:
        """The priority of a Melding of `kind` (SLA 10.3): a Wijziging has its own, a Vraag unless one is set."""
        if kind == "change":
            return self.change_priority
        return self.question_priority if kind == "question" and priority is None else priority


@lru_cache(maxsize=256)
def calendar(version_id: int) -> Calendar:
    """The compiled calendar of a frozen version; raises DoesNotExist for any other."""
    return compile_calendar(CalendarVersion.objects.get(pk=version_id, frozen_at__isnull=False))


@lru_cache(maxsize=256)
def terms(version_id: int) -> Terms:
    """The compiled terms of a published version; raises DoesNotExist for any other."""
    return compile_terms(PolicyVersion.objects.get(pk=version_id, published_at__isnull=False))


def compile_calendar(version: CalendarVersion) -> Calendar:
    """Compile afresh, drafts included; raises ValueError that names what is wrong with the hours or days."""
    days = list(version.days.filter(status=CalendarDay.Status.ACCEPTED))
    return Calendar(
        version.tz,
        {int(day): [(a, b) for a, b in windows] for day, windows in version.weekly.items()},
        closed={day.date: day.name for day in days if day.kind == CalendarDay.Kind.CLOSED},
        special={
            day.date: [(a, b) for a, b in day.windows] for day in days if day.kind == CalendarDay.Kind.SPECIAL
        },
    )


def compile_terms(
    version: PolicyVersion,
    targets: Iterable[Target] | None = None,
    calendar_of: Callable[[Target], Calendar] | None = None,
) -> Terms:
    """Compile afresh, drafts included; with other targets or calendars than its own to ask what would be."""
    rows = list(version.targets.select_related("calendar") if targets is None else targets)
    of = calendar_of or held_calendar
    calendars = {(row.clock, row.priority): of(row) for row in rows}
    return Terms(
        targets={key: promise(row, calendars[key]) for row in rows for key in [(row.clock, row.priority)]},
        calendars=calendars,
        norms={(row.clock, row.priority): row.norm for row in rows},
        matrix=cells(version.matrix),
        warnings=tuple(sorted(version.warnings)),
        question_priority=version.question_priority,
        change_priority=version.change_priority,
        pauses_for_contractant=version.pauses_for_contractant,
        starts_at_registration=version.starts_at_registration,
        ladder=tuple(_rung(row) for row in version.echelons.order_by("level")),
    )


def _rung(row: Echelon) -> Rung:
    return Rung(**{part.name: getattr(row, part.name) for part in fields(Rung)})


def promise(row: Target, on: Calendar) -> Promise | None:
    """A row of the table of targets as a rule; None where the deadline is agreed per Melding (SLA 9.3)."""
    if row.amount is None:
        return None
    if row.unit == Target.Unit.WORKING_DAYS:
        return Promise(int(row.amount), "working_days", on)
    return Promise(int(row.amount * 3600), "seconds", on)


def held_calendar(row: Target) -> Calendar:
    """What this target is counted on."""
    return compile_calendar(row.calendar) if row.calendar.frozen_at is None else calendar(row.calendar_id)


def cells(matrix: dict[str, dict[str, int]]) -> dict[tuple[str, str], int]:
    """The matrix of SLA 9.2 as `domain.priority` reads it: (impact, urgency) -> priority."""
    return {
        (impact, urgency): int(priority)
        for impact, row in matrix.items()
        for urgency, priority in row.items()
    }
