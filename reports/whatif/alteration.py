"""What is supposed to be otherwise, and the terms that come of it (SLA 6, 9.2, 9.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from domain.hours import Calendar
from domain.windows import Windows
from sla.adapter import Terms, compile_calendar, compile_terms, held_calendar
from sla.models import CalendarVersion, PolicyVersion, Target

Cell = tuple[str, str]
Key = tuple[str, int]
ROUND_THE_CLOCK: Windows = (("00:00", "24:00"),)


@dataclass(frozen=True)
class Alteration:
    """Empty is as it is. `version` (id of a policy version, drafts included) stands in for all versions of its policy;
    `calendar` (id of a calendar version) for the other versions of that calendar; `closed` and `opened` are days that
    close, and closed days that are like their weekday; `targets` gives (clock, priority) an amount in a unit; `matrix`
    gives (impact, urgency) a priority."""

    version: int | None = None
    calendar: int | None = None
    closed: tuple[date, ...] = ()
    opened: tuple[date, ...] = ()
    targets: Mapping[Key, tuple[Decimal, str]] = field(default_factory=dict)
    matrix: Mapping[Cell, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self != Alteration()

    def stored(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "version": self.version, "calendar": self.calendar,
            "closed": [str(day) for day in self.closed], "opened": [str(day) for day in self.opened],
            "targets": [[*key, str(amount), unit] for key, (amount, unit) in self.targets.items()],
            "matrix": [[*cell, priority] for cell, priority in self.matrix.items()],
        }  # fmt: skip

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Alteration:
        return cls(
            kept["version"], kept["calendar"],
            tuple(map(date.fromisoformat, kept["closed"])), tuple(map(date.fromisoformat, kept["opened"])),
            {(clock, level): (Decimal(amount), unit) for clock, level, amount, unit in kept["targets"]},
            {(impact, urgency): priority for impact, urgency, priority in kept["matrix"]},
        )  # fmt: skip

    def rows(self, version: PolicyVersion) -> list[Target]:
        """The targets of `version` as they would be, unsaved."""
        rows = list(version.targets.select_related("calendar__calendar"))
        for row in rows:
            if given := self.targets.get((row.clock, row.priority)):
                row.amount, row.unit = given
        return rows

    def matrix_of(self, version: PolicyVersion) -> dict[str, dict[str, int]]:
        return {
            impact: {urgency: self.matrix.get((impact, urgency), level) for urgency, level in row.items()}
            for impact, row in version.matrix.items()
        }

    def terms_of(self) -> Callable[[int], Terms]:
        """The terms that would hold where a version holds, by its id. Raises ValueError for a draft that cannot be
        compiled."""
        stand_in = CalendarVersion.objects.get(pk=self.calendar) if self.calendar else None
        instead = compile_calendar(stand_in) if stand_in else None

        def calendar_of(row: Target) -> Calendar:
            is_it = stand_in is not None and row.calendar.calendar_id == stand_in.calendar_id
            return self._days(instead if is_it and instead else held_calendar(row))

        @cache
        def compiled(version_id: int) -> Terms:
            version = PolicyVersion.objects.get(pk=version_id)
            version.matrix = self.matrix_of(version)
            return compile_terms(version, self.rows(version), calendar_of)

        return lambda version_id: compiled(self.version or version_id)

    def _days(self, calendar: Calendar) -> Calendar:
        """With the days that close and those that open; what never closes knows no such days."""
        if all(calendar.weekly.get(day) == ROUND_THE_CLOCK for day in range(7)):
            return calendar
        closed = {**calendar.closed, **dict.fromkeys(self.closed, "")}
        special = {day: windows for day, windows in calendar.special.items() if day not in self.closed}
        return Calendar(
            calendar.tz, calendar.weekly,
            {day: name for day, name in closed.items() if day not in self.opened},
            {day: windows for day, windows in special.items() if day not in self.opened},
        )  # fmt: skip


def priority_then(recorded: int, about: Mapping[str, Any], held: Terms, then: Terms) -> int:
    """The priority that a Melding would have had: what the rules gave follows the rules, what a person chose stays.

    `about` has its kind, impact, urgency and breach_of_confidentiality (always priority 1, SLA 7.4).
    """
    if about["breach_of_confidentiality"] or recorded != ruled(about, held):
        return recorded
    return ruled(about, then) or recorded


def ruled(about: Mapping[str, Any], held: Terms) -> int | None:
    """What the rules give: the matrix an Incident (SLA 9.2), its kind a Vraag or a Wijziging (SLA 10.3)."""
    from_matrix = (
        held.matrix.get((about["impact"], about["urgency"])) if about["kind"] == "incident" else None
    )
    return held.priority_of(about["kind"], from_matrix)
