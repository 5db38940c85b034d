"""The answer as numbers, and the list behind each: the norm per clock and priority, now and then (SLA 9.3)."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Count, QuerySet

from domain.priority import PRIORITIES
from incidents.clocks import CLOCKS
from reports.models import Effect, Verdict, WhatIf, WhatIfLine

SIDES = ("now", "then")
PARTS = {"met": [Verdict.MET], "missed": [Verdict.LATE], "due": [Verdict.MET, Verdict.LATE]}


def numbers(run: WhatIf) -> dict[str, Any]:
    """`effects` by name, over all Meldingen; `norm` over Incidents: a list of clock, priority and for either side how
    many were due, met and missed."""
    counted = dict(run.lines.order_by().values_list("effect").annotate(Count("pk")))
    cells = {(side, clock): _cells(run, side, clock) for side in SIDES for clock in CLOCKS}
    return {
        "effects": {effect.name.lower(): counted.get(effect.value, 0) for effect in Effect},
        "norm": [
            {"clock": clock, "priority": priority, **{side: _norm(cells[side, clock], priority) for side in SIDES}}
            for clock in CLOCKS for priority in PRIORITIES
        ],
    }  # fmt: skip


def lines(run: WhatIf, side: str, clock: str, priority: int, part: str) -> QuerySet[WhatIfLine]:
    """What one of these numbers counts; `part` is one of `PARTS`."""
    asked = {f"priority_{side}": priority, f"{clock}_{side}__in": PARTS[part]}
    return run.lines.filter(is_incident=True, **asked)


def percent(cell: dict[str, int]) -> Decimal | None:
    """Of what was due, rounded down so that it never shows as kept what is not; None where nothing was."""
    share = Decimal(100) * cell["met"] / cell["due"] if cell["due"] else None
    return None if share is None else share.quantize(Decimal("0.01"), ROUND_DOWN)


def _cells(run: WhatIf, side: str, clock: str) -> dict[tuple[int, int], int]:
    rows = run.lines.filter(is_incident=True).order_by()
    by = rows.values_list(f"priority_{side}", f"{clock}_{side}").annotate(number=Count("pk"))
    return {(priority, verdict): number for priority, verdict, number in by}


def _norm(cells: dict[tuple[int, int], int], priority: int) -> dict[str, int]:
    return {part: sum(cells.get((priority, one), 0) for one in which) for part, which in PARTS.items()}
