"""A stored month and a signal about the foreign Melding, which only staff and machines read."""

from __future__ import annotations

from datetime import date
from typing import Any

from incidents.models import Melding
from problems.models import TrendMonth, TrendSignal
from tests.factories import MOMENT
from tests.gate.kinds import Corner

MARK, WORD = "GEHEIM", "parelmoer"


def mark(melding: Melding) -> dict[str, Any]:
    month = date(2026, 5, 1)
    figures = {
        "month": "2026-05-01",
        "days": 31,
        "hours": 150,
        "received": {"all": {"": 3}, "contractant": {"1": 3}},
    }
    TrendMonth.objects.create(
        month=month, created_at=MOMENT, figures=figures, names={"contractant:1": f"{MARK} ziekenhuis"}
    )
    TrendSignal.objects.create(
        month=month, dimension="contractant", value="1", direction="up", rule="months_1", found_at=MOMENT,
        melding_ids=[melding.pk],
        numbers={"label": f"{MARK} {WORD}", "unit": "count", "average": False, "months": ["2026-05-01"],
                 "observed": 3, "expected": 1, "base": 12, "chance": 0.0001},
    )  # fmt: skip
    return {}


CORNER = Corner(unknown={}, mark=mark, for_contacts=frozenset({"api:trends", "api:trend_signals"}))
