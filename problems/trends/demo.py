"""The months before the demo begins, of which only the stored figures are left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from incidents.demo.stage import Scene, Stage
from problems.models import TrendMonth
from problems.trends import figures, naming, queries
from problems.trends.actions import store
from problems.trends.figures import Figures
from problems.trends.months import days_of, month_of, office_hours, shifted, start_of

MONTHS = 18
BUSIER = (
    1.3  # times what the demo's whole months hold, for its last weeks hold more: else everything stands out
)
QUIET = 0.45  # of that for the one Dienst that has to stand out


def stored(stage: Stage) -> Scene:
    """On the first of this month: the months before the demo, then what is stored every month."""
    at = start_of(month_of(stage.now)) + timedelta(minutes=10)
    yield at
    first = queries.first_month(at)
    real = figures.count(first, at)[:-1]
    if not real:
        return
    names = naming.current()
    for made in _before(first, real, stage.chance("trends"), at):
        begun = start_of(shifted(made.month, 1)) + timedelta(minutes=10)
        TrendMonth.objects.create(month=made.month, created_at=begun, figures=made.stored(), names=names)
    store(at)


def _before(first: Any, real: list[Figures], chance: Random, at: datetime) -> Iterator[Figures]:
    months = [shifted(first, n) for n in range(-MONTHS, 0)]
    hours = office_hours(months, at)
    usual = sum(one.hours for one in real)
    services = sorted({value for one in real for value in one.received["service"]})
    busiest = max(services, key=lambda value: sum(one.received["service"].get(value, 0) for one in real))
    for month in months:
        share = BUSIER * hours[month] / usual
        received = {
            dimension: {
                value: _some(chance, share * sum(one.received[dimension].get(value, 0) for one in real)
                             * (QUIET if (dimension, value) == ("service", busiest) else 1))
                for value in {value for one in real for value in one.received[dimension]}
            }
            for dimension in real[0].received
        }  # fmt: skip
        yield Figures(
            month, days_of(month, at), hours[month], received, **{
                name: _some(chance, share * sum(getattr(one, name) for one in real))
                for name in ("ended", "solved", "reopened", "judged", "late", "open", "alarms")
            },
            typical=(real[-1].typical or 3600) * chance.lognormvariate(0, 0.15),
        )  # fmt: skip


def _some(chance: Random, mean: float) -> int:
    """About as many as usual."""
    return max(0, round(chance.gauss(mean, mean**0.5)))
