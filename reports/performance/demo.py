"""Performance in the demo: two actions over the past months, with baselines, and one day on which opening a file was slow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from incidents import actions
from incidents.demo.stage import AMSTERDAM, Scene, Stage
from reports.models import Baseline, PerformanceAlert, PerformanceLimit, PerformanceRule
from reports.performance.agreeing import agree
from reports.performance.judging import judge
from reports.performance.reading import Measurement
from reports.performance.shipped import ship
from reports.performance.storing import store

OPEN, SEARCH = "overleg openen", "patiënt zoeken"
USUAL = {OPEN: 0.9, SEARCH: 0.35}  # seconds: half of them take less
DAYS, A_DAY = 118, 60
MINUTE = timedelta(minutes=1)


def scenes(stage: Stage) -> list[Scene]:
    return [agreed(stage), slow_day(stage)]


def agreed(stage: Stage) -> Scene:
    """By a benchmark before the first measurements."""
    yield (at := stage.now - timedelta(days=DAYS))
    ship(PerformanceLimit, PerformanceRule)
    day = at.astimezone(AMSTERDAM).date()
    for action, seconds in USUAL.items():
        given = Baseline(
            service=stage.cast.services["mdo"], action=action, seconds=seconds, starts_on=day, agreed_on=day,
            agreed_with="Gebruikersraad MDO, op basis van een benchmark",
        )  # fmt: skip
        agree(given, by=stage.cast.staff["Marieke"], at=at)


def slow_day(stage: Stage) -> Scene:
    joost, mdo = stage.cast.staff["Joost"], stage.cast.services["mdo"]
    yield (at := stage.workdays_ago(12, "13:40"))
    store(list(_ordinary(stage, at)), source=stage.cast.monitoring)
    slow = [Measurement(mdo, OPEN, 6.5 + n % 9, at - n * MINUTE / 4, count=3) for n in range(90)]
    store(slow, source=stage.cast.monitoring)
    judge(at)
    melding = PerformanceAlert.objects.filter(service=mdo).latest("began_at").melding
    assert melding is not None
    yield (at := at + 9 * MINUTE)
    actions.pick_up(melding, by=joost, at=at, contacted=True)
    actions.note(
        melding, by=joost, at=at, body="De zoekindex wordt herbouwd en vreet alle schijf. Herbouw gestopt."
    )
    yield (at := at + 25 * MINUTE)
    store([Measurement(mdo, OPEN, 0.8, at)], source=stage.cast.monitoring)
    judge(at)
    yield (at := at + 6 * MINUTE)
    actions.resolve(
        melding, by=joost, at=at,
        solution="De herbouw van de zoekindex is gestopt en draait voortaan ’s nachts. Openen duurt weer minder dan een seconde.",
    )  # fmt: skip


def _ordinary(stage: Stage, slow: datetime) -> Iterator[Measurement]:
    """Every day until now, the slow hour left to its own."""
    chance: Random = stage.chance("performance")
    mdo = stage.cast.services["mdo"]
    for day in range(DAYS):
        for action, usual in USUAL.items():
            for _n in range(A_DAY):
                at = stage.now - timedelta(days=day, minutes=chance.randrange(14 * 60))
                if abs(at - slow) > timedelta(hours=1):
                    yield Measurement(mdo, action, usual * chance.lognormvariate(0, 0.5), at)
