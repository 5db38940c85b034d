"""Reports in the demo: those of the past months published, the newest over all still a draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from contractants.models import Contractant
from domain.months import Month
from incidents.demo.stage import AMSTERDAM, Scene, Stage
from reports.models import Backup, BackupKind, Outcome, RecoveryTest
from reports.monthly import actions

MONTHS = 3
DAYS = 120
NOT_MADE, FAILED = 23, 41  # days ago


def scenes(stage: Stage) -> Iterator[Scene]:
    yield backups(stage)
    yield recovery(stage)
    yield months(stage)


def backups(stage: Stage) -> Scene:
    """Each night and each Sunday, but for one that failed and one that nobody made."""
    yield stage.now - timedelta(days=DAYS)
    today = stage.now.astimezone(AMSTERDAM).date()
    days = [(n, today - timedelta(days=n)) for n in range(DAYS, 0, -1) if n != NOT_MADE]
    nightly = [(BackupKind.DIFFERENTIAL_DAY, n, day, time(1, 15), 38_400) for n, day in days]
    weekly = [(BackupKind.FULL_WEEK, n, day, time(2), 912_000) for n, day in days if day.weekday() == 6]
    yearly = [(BackupKind.FULL_YEAR, DAYS, days[0][1], time(3), 912_000)]
    Backup.objects.bulk_create(
        Backup(
            service=stage.cast.services["mdo"], kind=kind, at=datetime.combine(day, clock, AMSTERDAM),
            outcome=Outcome.FAILED if n == FAILED else Outcome.SUCCEEDED, size=None if n == FAILED else size * (10**6 + n),
        )
        for kind, n, day, clock, size in [*nightly, *weekly, *yearly]
    )  # fmt: skip


def recovery(stage: Stage) -> Scene:
    yield (at := stage.workdays_ago(64, "16:00"))
    tried = RecoveryTest.objects.create(
        service=stage.cast.services["mdo"], on=at.date(), outcome=Outcome.SUCCEEDED, rpo_hours="7.25", rto_hours="11.50",
        evidence="De omgeving is in een andere regio opgebouwd met de databases van die nacht. Twee contractanten openden er een overleg "
        "en vonden hun dossiers terug. Het verslag ligt bij de productmanager.",
    )  # fmt: skip
    tried.contractants.set(_contractants(stage))


def _contractants(stage: Stage) -> list[Contractant]:
    return [stage.cast.contacts[name].contractant for name in ("Thijs Wolters", "Lotte Visser")]


def months(stage: Stage) -> Scene:
    """When all that they tell of is there."""
    yield stage.now
    for back in range(MONTHS, 0, -1):
        _month(stage, Month.of(stage.now, AMSTERDAM).shifted(-back), last=back == 1)


def _month(stage: Stage, month: Month, *, last: bool) -> None:
    """Drawn up on the first Werkdag, reviewed the same day, published the next."""
    fatma, marieke, mdo = stage.cast.staff["Fatma"], stage.cast.staff["Marieke"], stage.cast.services["mdo"]
    at = stage.office.effective(month.span(AMSTERDAM)[1]) + timedelta(minutes=10)
    if at > stage.now:
        return
    made = [actions.make(month, mdo, who, by=None, at=at) for who in (None, *_contractants(stage))]
    at = min(at + timedelta(hours=4), stage.now)
    to_publish = made[1:] if last else made
    for report in to_publish:
        actions.review(report, by=fatma, at=at)
    at = min(stage.office.effective(at + timedelta(hours=20)), stage.now)
    for report in to_publish:
        actions.publish(report, by=marieke, at=at)
