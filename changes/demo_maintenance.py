"""Onderhoud in the demo: done, announced, pushed aside by an urgent change, and proposed; and what it has to fit in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from changes.actions import maintenance as actions
from changes.models import (
    Freeze,
    Maintenance,
    MaintenanceKind,
    MaintenancePattern,
    ServiceDependency,
    SubcontractorUpdate,
)
from desk.models import User
from incidents.demo.stage import Scene, Stage
from sla.queries import AMSTERDAM

HOURS = timedelta(hours=2)


def scenes(stage: Stage) -> Iterator[Scene]:
    yield from (surroundings(stage), done(stage), announced(stage), collision(stage), proposals(stage))


def surroundings(stage: Stage) -> Scene:
    """What depends on what, a freeze, and updates of subcontractors of which one is overdue."""
    yield stage.workdays_ago(40, "09:10")
    services = stage.cast.services
    for upper, lower in [("mdo", "platform"), ("link", "mdo")]:
        ServiceDependency.objects.create(service=services[upper], depends_on=services[lower])
    begin = evening(stage, 25)
    Freeze.objects.create(
        starts_at=begin, ends_at=begin + timedelta(days=6), why="Landelijke migratie van de zorgkoppelingen"
    )
    today = stage.now.astimezone(AMSTERDAM).date()
    for product, version, critical, age, installed in [
        ("Databankserver", "16.4", True, 101, None), ("Besturingssysteem", "24.04.3", False, 120, None),
        ("Webserver", "1.28.1", True, 70, 41), ("Virtualisatielaag", "8.0.3", False, 160, 30),
    ]:  # fmt: skip
        SubcontractorUpdate.objects.create(
            party="Hostingpartij van het platform", product=product, release=version, is_critical=critical,
            released_on=today - timedelta(days=age), installed_on=today - timedelta(days=installed) if installed else None,
        )  # fmt: skip


def done(stage: Stage) -> Scene:
    """Regular Onderhoud that ran twenty minutes over; those minutes count."""
    fatma, joost = stage.cast.staff["Fatma"], stage.cast.staff["Joost"]
    start = evening(stage, -9)
    yield (at := stage.workdays_ago(30, "10:05"))
    case = _announce(stage, at, fatma, start, "Certificaten van de koppelingen vervangen")
    yield start
    actions.start(case, by=joost, at=start)
    yield (at := start + HOURS + timedelta(minutes=20))
    actions.finish(case, by=joost, at=at)


def announced(stage: Stage) -> Scene:
    yield (at := stage.workdays_ago(2, "11:15"))
    _announce(stage, at, stage.cast.staff["Fatma"], evening(stage, 14), "Nieuwe versie van de databank")


def collision(stage: Stage) -> Scene:
    """An urgent change that collides with announced Onderhoud: that one asks for a new date (SLA 7.1)."""
    fatma, marieke, start = stage.cast.staff["Fatma"], stage.cast.staff["Marieke"], evening(stage, 17)
    yield (at := stage.workdays_ago(4, "14:30"))
    _announce(stage, at, fatma, start, "Uitbreiding van de berichtenwachtrij", service="link")
    yield (at := stage.workdays_ago(1, "16:10"))
    urgent = _draft(
        stage,
        at,
        marieke,
        start + timedelta(minutes=30),
        "Spoedaanpassing aan het berichtformaat",
        "link",
        "urgent",
    )
    actions.plan(urgent, by=marieke, at=at)
    actions.publish(urgent, by=marieke, at=at + timedelta(minutes=5))


def proposals(stage: Stage) -> Scene:
    """The fortnightly window of the platform, as drafts."""
    yield (at := stage.workdays_ago(1, "15:00"))
    first = _next_tuesday(stage.now.astimezone(AMSTERDAM).date())
    MaintenancePattern.objects.create(
        title="Tweewekelijks platformonderhoud", service=stage.cast.services["platform"], first_on=first,
        starts=time(21), ends=time(0, 30), description="Wij installeren de updates van het platform.",
    )  # fmt: skip
    actions.propose(by=stage.cast.staff["Fatma"], at=at)


def evening(stage: Stage, workdays: int) -> datetime:
    """20:00 local time so many Werkdagen from now."""
    day = stage.office.add_working_days(stage.now, workdays).astimezone(AMSTERDAM).date()
    return datetime.combine(day, time(20), AMSTERDAM)


def _next_tuesday(today: date) -> date:
    return today + timedelta(days=(1 - today.weekday()) % 7 or 7)


def _announce(
    stage: Stage, at: datetime, by: User, start: datetime, title: str, service: str = "mdo"
) -> Maintenance:
    case = actions.plan(_draft(stage, at, by, start, title, service, MaintenanceKind.REGULAR), by=by, at=at)
    return actions.publish(case, by=by, at=at + timedelta(minutes=2))


def _draft(
    stage: Stage, at: datetime, by: User, start: datetime, title: str, service: str, kind: str
) -> Maintenance:
    return actions.draft(
        by=by, at=at, title=title, services=[stage.cast.services[service]], kind=kind, starts_at=start,
        ends_at=start + HOURS, has_impact=True,
        description="Tijdens het onderhoud kunt u geen overleg openen. Lopende overleggen kunt u vooraf afronden.",
    )  # fmt: skip
