"""Alarms of one cause that are one Incident, a sign of life, and who else is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from desk.models import WebhookEndpoint
from incidents import actions
from incidents.actions import monitoring
from incidents.actions.monitoring import alertmanager
from incidents.demo.stage import Scene, Stage
from incidents.demo.telling import MINUTE
from incidents.models import Melding, RawEvent, Via, Watchdog

SLOW = ("verslag-1", "verslag-2", "bijlagen-1", "bijlagen-2", "pdf-1", "zoek-1")


def storage(stage: Stage) -> Scene:
    """Six services suffer from one slow storage cluster; four of them have recovered."""
    achmed = stage.cast.staff["Achmed"]
    began = at = stage.ago(hours=3)
    yield at
    melding = _deliver(stage, at, began, SLOW[:4])
    yield (at := at + 6 * MINUTE)
    _deliver(stage, at, began, SLOW)
    yield (at := at + 5 * MINUTE)
    actions.pick_up(melding, by=achmed, at=at, contacted=True)
    actions.note(
        melding,
        by=achmed,
        at=at,
        body="Alle zes hangen aan opslagcluster 2. Een herstelactie van een schijf drukt de snelheid; die duurt nog zo’n twee uur.",
    )
    yield (at := at + 80 * MINUTE)
    _deliver(stage, at, began, SLOW, recovered=SLOW[:4])


def _deliver(
    stage: Stage, at: datetime, began: datetime, names: tuple[str, ...], recovered: tuple[str, ...] = ()
) -> Melding:
    """What Alertmanager says of these services, in the form in which it comes in."""
    alerts = [
        {
            "status": "resolved" if name in recovered else "firing", "startsAt": began.astimezone(UTC).isoformat(),
            "labels": {"alertname": "OpslagTraag", "severity": "major", "component": "mdo-verslag", "cluster": "ams",
                       "cause": "opslag-2", "instance": f"{name}.mdodesk.example"},
            "annotations": {"summary": f"{name}: schrijven naar de opslag duurt langer dan 5 seconden"},
            **({"endsAt": at.astimezone(UTC).isoformat()} if name in recovered else {}),
        }
        for name in names
    ]  # fmt: skip
    body = {"version": "4", "groupKey": '{}:{cluster="ams", cause="opslag-2"}', "alerts": alerts}
    read = alertmanager.read_webhook(body)
    row, (melding,) = monitoring.take(
        read.events, raw=json.dumps(body), by=stage.cast.monitoring, at=at, via=Via.ALERTMANAGER, key=read.key
    )
    RawEvent.objects.filter(pk=row.pk).update(received_at=at)
    return melding


def connect(stage: Stage) -> None:
    """A heartbeat that leaves the demo alone for a week, and a webhook that is off, so that nothing is sent."""
    beat = stage.now - timedelta(days=1, hours=9)
    Watchdog.objects.create(
        name="wekelijkse-hersteltest", source=stage.cast.monitoring, every_minutes=9 * 24 * 60, priority=3,
        service=stage.cast.services["platform"], last_beat_at=beat, counts_from=beat,
    )  # fmt: skip
    WebhookEndpoint.objects.create(
        name="Regiekamer Merenland", url="https://regiekamer.merenland.example/meldingen", active=False,
        events=["melding.register", "melding.resolve"],
    )  # fmt: skip
