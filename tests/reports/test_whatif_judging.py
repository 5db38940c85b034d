"""Many Meldingen at once are judged as each by itself (SLA 9.3), as things are and as they would be."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest

from desk.models import Event
from incidents.clocks import CLOCKS, read
from incidents.models import Melding
from incidents.queries import trails_of
from reports.models import Verdict
from reports.whatif import judging
from reports.whatif.alteration import Alteration
from reports.whatif.judging import Judged, World
from reports.whatif.trails import NEVER, at, trails
from sla.models import PolicyVersion
from tests import factories
from tests.factories import MOMENT
from tests.reports import histories

pytestmark = pytest.mark.django_db
NUMBER = 400
ALTERED = Alteration(
    closed=(date(2026, 6, 10), date(2026, 5, 4)), opened=(date(2026, 5, 25),),
    targets={("response", 2): (Decimal("2.5"), "hours"), ("resolution", 4): (Decimal(6), "working_days"),
             ("resolution", 3): (Decimal(20), "hours")},
    matrix={("medium", "high"): 1, ("small", "high"): 2, ("large", "low"): 4},
)  # fmt: skip

Row = tuple[int, dict[str, tuple[Verdict, datetime | None]]]


def in_turn(melding: Melding, trail: list[Event], world: World) -> Row:
    """The priority, and of each clock the verdict and the deadline, by the whole trail."""
    trail = sorted(
        (event for event in trail if event.at <= world.now), key=lambda event: (event.at, event.pk)
    )
    altered, priority = judging.as_if(melding, trail, world)
    reading = read(melding, world.now, altered, world.then)
    return priority, {clock: (_verdict(melding, reading[clock]), reading[clock].last_due) for clock in CLOCKS}


def _verdict(melding: Melding, clock: object) -> Verdict:
    due, late, state = (getattr(clock, name) for name in ("last_due", "late", "state"))
    if due is None or melding.state in ("cancelled", "duplicate"):
        return Verdict.NONE
    return Verdict.LATE if late else Verdict.MET if state == "stopped" else Verdict.RUNNING


def at_once(judged: Judged, n: int) -> Row:
    dues = {clock: int(judged.due[clock][n]) for clock in CLOCKS}
    return int(judged.priority[n]), {
        clock: (Verdict(int(judged.verdict[clock][n])), None if due == NEVER else at(due))
        for clock, due in dues.items()
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_columns_say_what_the_trail_says(seed: int) -> None:
    """SLA 9.2, 9.3 and VWO 1."""
    factories.load_policies()
    versions = list(PolicyVersion.objects.values_list("pk", flat=True))
    assert len(versions) == 2
    made = {melding.pk: melding for melding in histories.make(NUMBER, versions, seed)}
    told = trails_of(made.values())
    rows = trails(list(made), MOMENT)
    order = [int(pk) for pk in rows["id"]]
    for world in (World(MOMENT), World(MOMENT, then=ALTERED.terms_of())):
        expected = [in_turn(made[pk], told[pk], world) for pk in order]
        judged, hard = judging.judge(rows, world)
        assert 0.1 < np.mean(hard) < 0.7, "both ways are tried"
        assert not [order[n] for n in np.flatnonzero(~hard) if at_once(judged, int(n)) != expected[n]]
        judging.settle({world: judged}, np.flatnonzero(hard), rows["id"])
        assert [at_once(judged, n) for n in range(len(order))] == expected
        seen = {int(verdict) for clock in CLOCKS for verdict in judged.verdict[clock]}
        assert seen == set(Verdict)
        assert np.sum(rows.reopened_once & ~hard) > 5
