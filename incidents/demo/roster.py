"""The roster of the demo: two people by turns, this week and the next ones, with one gap to see."""

from __future__ import annotations

from datetime import timedelta

from incidents import duty
from incidents.demo.stage import Stage
from incidents.models import DutyTurn, Shift


def plan(stage: Stage) -> None:
    joost, sam = stage.cast.staff["Joost"], stage.cast.staff["Sam"]
    DutyTurn.objects.bulk_create([DutyTurn(week=1, person=joost), DutyTurn(week=2, person=sam)])
    first = duty.week_of(stage.now) - timedelta(weeks=1)
    shifts = duty.proposals(duty.hours_now(stage.now), first, first + timedelta(weeks=5))
    shifts[-1].note = "Bereikbaar op de piketlijn"
    Shift.objects.bulk_create(shifts[:-4] + shifts[-2:])
