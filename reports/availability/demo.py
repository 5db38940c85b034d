"""Niet-Beschikbaarheid in the demo: an alarm that counts, an attack that does not, and one that was corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from desk import door
from incidents import actions as incidents
from incidents.actions.register import Report
from incidents.demo.stage import Scene, Stage
from incidents.models import Channel, Kind, Melding
from reports.availability.actions import Facts, correct, record
from reports.models import Extent

MINUTE = timedelta(minutes=1)


def scenes(stage: Stage) -> Iterator[Scene]:
    yield from (down(stage), attack(stage), corrected(stage))


def down(stage: Stage) -> Scene:
    """The monitoring saw it and saw it come back; nobody had to write that down."""
    yield (at := stage.workdays_ago(27, "13:42") + timedelta(seconds=18))
    melding = _alarm(stage, "Dienst MDO antwoordt niet: inlogpagina geeft fout 503", at)
    yield (at := at + 6 * MINUTE)
    incidents.pick_up(melding, by=stage.cast.staff["Achmed"], at=at, contacted=True)
    yield (at := at + 26 * MINUTE)
    with door.change(melding, "available_again", by=None, at=at):
        pass
    yield (at := at + 15 * MINUTE)
    solution = "De verbindingen met de databank waren op. De limiet is verhoogd en wordt nu bewaakt."
    incidents.resolve(melding, by=stage.cast.staff["Achmed"], at=at, solution=solution)
    yield (at := at + timedelta(days=3))
    incidents.close(melding, by=stage.cast.staff["Achmed"], at=at)


def attack(stage: Stage) -> Scene:
    """SLA 7.2 d: it does not count, and why shows."""
    yield (at := stage.workdays_ago(44, "19:05"))
    melding = _alarm(stage, "Inlogpagina onbereikbaar: veel meer verkeer dan anders", at)
    end = at + 95 * MINUTE
    yield end
    incidents.pick_up(melding, by=stage.cast.staff["Joost"], at=end, contacted=True)
    incidents.resolve(melding, by=stage.cast.staff["Joost"], at=end, solution="Het verkeer wordt gefilterd.")
    yield (noted := end + timedelta(days=2))
    incidents.close(melding, by=stage.cast.staff["Joost"], at=noted)
    evidence = "DDoS-aanval, bevestigd in het rapport van de hostingpartij: 41 Gbit/s uit 9.000 bronnen."
    facts = Facts(stage.cast.services["mdo"], at, end, reason="attack", evidence=evidence)
    record(facts, by=stage.cast.staff["Marieke"], at=noted, melding=melding)


def corrected(stage: Stage) -> Scene:
    """First recorded as an hour, from memory; the logs say less."""
    start, service = stage.workdays_ago(33, "09:00"), stage.cast.services["link"]
    yield (at := start + timedelta(hours=2))
    row = record(
        Facts(service, start, start + 60 * MINUTE, extent=Extent.PARTIAL),
        by=stage.cast.staff["Achmed"],
        at=at,
    )
    yield (at := at + timedelta(days=1))
    exact = Facts(service, start, start + 38 * MINUTE, Extent.PARTIAL, evidence="Tijden uit de logboeken van de koppeling.")  # fmt: skip
    correct(row, exact, by=stage.cast.staff["Achmed"], at=at)


def _alarm(stage: Stage, subject: str, at: datetime) -> Melding:
    report = Report(
        kind=Kind.INCIDENT, channel=Channel.MONITORING, subject=subject, description=subject, priority=1,
        service=stage.cast.services["mdo"], reporter_name=str(stage.cast.monitoring),
    )  # fmt: skip
    return incidents.register(report, by=stage.cast.monitoring, at=at, accept_missing=True)
