"""Taking in monitoring events: none lost, none doubled (SLA 2.17, 4.2, 9.1).

The raw event and what it leads to are committed together, and only PostgreSQL is needed for it. Events with
the same key that arrive at once wait for each other on the row of the one open alert.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from contractants.models import Service, ServiceMatch
from desk import door, texts
from desk.models import User
from incidents.actions.register import Report, register
from incidents.models import Alert, Channel, Kind, Melding, RawEvent, Relation, State
from incidents.models.melding import OPEN

log = logging.getLogger(__name__)
TRIGGER, ACKNOWLEDGE, RESOLVE = "trigger", "acknowledge", "resolve"
PRIORITY = {"critical": 1, "error": 2, "warning": 3, "info": 4}
TRUSTED_DELAY = timedelta(minutes=5)

# The row lock that this takes is what makes identical events queue up behind the first.
OPEN_ALERT = """
INSERT INTO incidents_alert (source_id, dedup_key, is_open, count, first_seen_at, last_seen_at)
VALUES (%s, %s, true, 1, %s, %s)
ON CONFLICT (source_id, dedup_key) WHERE is_open
DO UPDATE SET count = incidents_alert.count + 1, last_seen_at = excluded.last_seen_at
RETURNING id
"""


@dataclass(frozen=True)
class MonitoringEvent:
    """One event in the shape of PagerDuty's Events v2, checked for shape. `started_at` is the sender's word."""

    action: str
    dedup_key: str
    summary: str = ""
    source: str = ""
    severity: str = "critical"
    component: str = ""
    started_at: datetime | None = None
    details: Any = None


def take_event(
    event: MonitoringEvent, *, raw: str, by: User, at: datetime
) -> tuple[RawEvent, Melding | None]:
    """Store the delivery and act on it; returns it with the Melding that it belongs to, if any.

    An event that cannot be processed is kept with its error. Raises only when nothing could be stored.
    """
    key = event.dedup_key or uuid.uuid4().hex
    with transaction.atomic():
        row = _keep(raw, by, action=event.action, dedup_key=key)
        melding = None
        try:
            with transaction.atomic():
                melding = _process(event, key, row, by, at)
        except (OperationalError, InterfaceError, door.Busy):  # passes: the sender tries again
            raise
        except Exception as error:
            log.exception("monitoring event %s kept unprocessed", row.pk)
            row.error = f"{type(error).__name__}: {error}"[:300]
        row.save()
    return row, melding


def keep_unreadable(raw: str, *, by: User, error: str) -> RawEvent:
    """Keep a delivery that has not the shape of an event, for a person to look at."""
    return _keep(raw, by, error=error[:300])


def _keep(raw: str, by: User, **fields: str) -> RawEvent:
    digest = hashlib.sha256(raw.encode()).hexdigest()
    return RawEvent.objects.create(source=by, body=texts.storable(raw), sha256=digest, **fields)


def _process(event: MonitoringEvent, key: str, row: RawEvent, by: User, at: datetime) -> Melding | None:
    if event.action == TRIGGER:
        alert = _trigger(event, key, by, at)
    else:
        found = Alert.objects.select_for_update().filter(source=by, dedup_key=key, is_open=True).first()
        if found is None:
            return None
        alert = found
        _recover(alert, at) if event.action == RESOLVE else _acknowledge(alert, by, at)
    row.alert = alert
    return alert.melding


def _trigger(event: MonitoringEvent, key: str, by: User, at: datetime) -> Alert:
    alert = _open_alert(key, by, at)
    if alert.melding is None:
        return _report(alert, event, by, at)
    alert.melding = _locked(alert.melding)
    if alert.melding.state not in OPEN:
        earlier = alert.melding
        Alert.objects.filter(pk=alert.pk).update(is_open=False, count=alert.count - 1)
        alert = _report(_open_alert(key, by, at), event, by, at)
        assert alert.melding is not None
        Relation.objects.create(melding=alert.melding, other=earlier, kind=Relation.Kind.FOLLOW_UP)
        return alert
    return _again(alert, event, at)


def _locked(melding: Melding) -> Melding:
    """As it is now, and stays until we are done: an agent may be solving it at this very moment."""
    return Melding.objects.select_for_update().get(pk=melding.pk)


def _open_alert(key: str, by: User, at: datetime) -> Alert:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_ALERT, [by.pk, key, at, at])
        (pk,) = cursor.fetchone()
    return Alert.objects.select_related("melding").get(pk=pk)


def _report(alert: Alert, event: MonitoringEvent, by: User, at: datetime) -> Alert:
    service = find_service(event)
    started = event.started_at
    report = Report(
        kind=Kind.INCIDENT, channel=Channel.MONITORING, subject=" ".join(event.summary.split())[:200],
        description=describe(event), service=service, service_unknown=service is None,
        priority=PRIORITY.get(event.severity, 1), reporter_name=str(by),
        first_seen_at=started if started is not None and started <= at else None,
        received_at=started if started is not None and at - TRUSTED_DELAY <= started <= at else at,
    )  # fmt: skip
    alert.melding = register(report, by=by, at=at, accept_missing=True)
    alert.save(update_fields=["melding"])
    return alert


def _again(alert: Alert, event: MonitoringEvent, at: datetime) -> Alert:
    """A repeat only counts; one after a recovery, or a graver one, also changes the Melding."""
    assert alert.melding is not None
    if alert.recovered_at is not None:
        alert.recovered_at = None
        alert.save(update_fields=["recovered_at"])
        with door.change(alert.melding, "unavailable_again", by=None, at=at) as change:
            change.data["alert"] = alert.pk
    graver = PRIORITY.get(event.severity, 1)
    if graver < alert.melding.priority:
        with door.change(alert.melding, "set_priority", by=None, at=at) as change:
            change.data |= {"priority": graver, "before": change.case.priority, "alert": alert.pk}
            change.case.priority = graver
    return alert


def _recover(alert: Alert, at: datetime) -> None:
    """The Dienst is available again, which stops the resolution clock (SLA 2.21); an agent closes."""
    if alert.recovered_at is not None:
        return
    alert.recovered_at = at
    alert.save(update_fields=["recovered_at"])
    if alert.melding is not None and _locked(alert.melding).state in [*OPEN, State.RESOLVED]:
        with door.change(alert.melding, "available_again", by=None, at=at) as change:
            change.data["alert"] = alert.pk


def _acknowledge(alert: Alert, by: User, at: datetime) -> None:
    if alert.melding is not None:
        door.record(alert.melding, "acknowledge", by=by, at=at, data={"alert": alert.pk})


def find_service(event: MonitoringEvent) -> Service | None:
    """By the rows that an administrator keeps; the component decides before the source."""
    wanted = Q(field=ServiceMatch.Field.COMPONENT, value=event.component) | Q(
        field=ServiceMatch.Field.SOURCE, value=event.source
    )
    found = ServiceMatch.objects.filter(wanted).select_related("service").order_by("field").first()
    return found.service if found else Service.objects.filter(slug=event.component or "-").first()


def describe(event: MonitoringEvent) -> str:
    lines = [event.summary, ""]
    lines += [f"{name}: {value}" for name, value in [
        ("component", event.component), ("source", event.source), ("severity", event.severity)] if value]  # fmt: skip
    if event.details:
        lines.append(json.dumps(event.details, indent=2, ensure_ascii=False))
    return texts.storable("\n".join(lines))[: texts.TEXT_MAX]
