"""The answer as numbers: the norm per clock and priority as it is and as it would be (SLA 9.3)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from incidents.clocks import CLOCKS
from reports.models import Effect, Verdict, WhatIf

SIDES = ("now", "then")


def numbers(run: WhatIf) -> dict[str, Any]:
    """`effects` by name; `norm` is a list of clock, priority and for either side how many were due, met and missed."""
    counted = dict(run.lines.order_by().values_list("effect").annotate(Count("pk")))
    cells = {(side, clock): _cells(run, side, clock) for side in SIDES for clock in CLOCKS}
    return {
        "effects": {str(effect): counted.get(str(effect), 0) for effect in Effect},
        "norm": [
            {"clock": clock, "priority": priority, **{side: _norm(cells[side, clock], priority) for side in SIDES}}
            for clock in CLOCKS for priority in (1, 2, 3, 4)
        ],
    }  # fmt: skip


def _cells(run: WhatIf, side: str, clock: str) -> dict[tuple[int, int], int]:
    by = run.lines.order_by().values_list(f"priority_{side}", f"{clock}_{side}").annotate(number=Count("pk"))
    return {(priority, verdict): number for priority, verdict, number in by}


def _norm(cells: dict[tuple[int, int], int], priority: int) -> dict[str, int]:
    met, missed = (cells.get((priority, verdict), 0) for verdict in (Verdict.MET, Verdict.LATE))
    return {"due": met + missed, "met": met, "missed": missed}
