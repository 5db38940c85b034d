"""A question that the service level manager asked: what half a day less for priority 3 would have meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from domain import quarters
from incidents.demo.stage import AMSTERDAM, Scene, Stage
from reports.verifying.running import verify
from reports.whatif.alteration import Alteration
from reports.whatif.asking import ask
from reports.whatif.running import answer
from sla.models import Policy


def scenes(stage: Stage) -> Iterator[Scene]:
    yield _asked(stage)


def _asked(stage: Stage) -> Scene:
    at = stage.now - timedelta(minutes=20)
    yield at
    supposed = Alteration(
        targets={("response", 3): (Decimal(4), "hours"), ("resolution", 3): (Decimal(5), "working_days")}
    )
    run = ask(
        supposed, period=quarters.name(quarters.first_day((at - timedelta(days=45)).astimezone(AMSTERDAM).date())),
        policy=Policy.objects.get(is_default=True), by=stage.cast.staff["Marieke"], at=at,
    )  # fmt: skip
    answer(run, at)
    verify(at)
