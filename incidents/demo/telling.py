"""Reporting and alarming in the name of the people of the demo."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formataddr
from typing import Any

from django.conf import settings

from desk import threads
from desk.mail import intake
from desk.models import User
from incidents import actions
from incidents.actions import Report
from incidents.actions.mail import take
from incidents.actions.monitoring import MonitoringEvent
from incidents.demo.files import make
from incidents.demo.stage import Stage
from incidents.models import Channel, Kind, Melding

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOST = "Hostingpartij van het platform"
XIS = "Leverancier van het XIS"


def told(
    stage: Stage, name: str, service: str, subject: str, description: str, *, received: datetime,
    channel: str = Channel.PORTAL, kind: str = Kind.INCIDENT, weight: str = "", **more: Any,
) -> Report:  # fmt: skip
    """What the contact called `name` reports; complete unless `more` says otherwise."""
    contact = stage.cast.contacts[name]
    impact, _, urgency = weight.partition("/")
    usual: dict[str, Any] = {
        "reporter_name": contact.user.name, "reporter_email": contact.user.email, "reporter_phone": contact.phone,
        "affected_users": 8, "first_seen_at": received - 20 * MINUTE, "reproducible": "yes",
        "expected_priority": 3, "first_seen_action": "Overleg openen",
    }  # fmt: skip
    return Report(
        kind=kind, channel=channel, subject=subject, description=description, contact=contact,
        contractant=contact.contractant, service=stage.cast.services[service], impact=impact, urgency=urgency,
        received_at=received, **{**usual, **more},
    )  # fmt: skip


def by_portal(stage: Stage, name: str, report: Report, files: tuple[str, ...] = ()) -> Melding:
    assert report.received_at is not None
    return actions.register(
        report, by=user(stage, name), at=report.received_at, accept_missing=True,
        files=[make(file) for file in files],
    )  # fmt: skip


def mailed(stage: Stage, name: str, melding: Melding, at: datetime, text: str) -> None:
    """What the contact called `name` answers by mail to a notice about `melding`."""
    sender = user(stage, name)
    mail = EmailMessage()
    mail["From"], mail["To"] = formataddr((sender.name, sender.email)), settings.DEFAULT_FROM_EMAIL
    mail["Subject"], mail["Message-ID"] = (
        f"Re: [{melding.number}]",
        f"<{melding.number}.{at:%H%M}@zorg.example>",
    )
    mail["In-Reply-To"] = threads.root(melding.case_type, melding.pk)
    quoted = f"Op {at:%d-%m-%Y} om {at:%H:%M} schreef Supportafdeling:\n> {melding.solution}"
    mail.set_content(f"{text}\n\n{quoted}\n")
    row = intake.keep(mail.as_bytes(), mailbox="demo", at=at)
    intake.process(row, at=at, handle=take)


def user(stage: Stage, name: str) -> User:
    return stage.cast.contacts[name].user


def alarm(stage: Stage, at: datetime, action: str, key: str, summary: str, component: str, severity: str = "critical",
          **details: Any) -> Melding | None:  # fmt: skip
    """Let the monitoring deliver one event, in the form in which it comes in."""
    event = MonitoringEvent(
        action, key, summary, f"{component}-1.mdodesk.example", severity, component, details=details or None
    )
    raw = (
        f'{{"event_action": "{action}", "dedup_key": "{key}", "payload": {{"summary": "{summary}", '
        f'"severity": "{severity}", "source": "{event.source}", "component": "{component}"}}}}'
    )
    row, melding = actions.take_event(event, raw=raw, by=stage.cast.monitoring, at=at)
    type(row).objects.filter(pk=row.pk).update(received_at=at)
    return melding
