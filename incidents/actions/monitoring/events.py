"""One alarm, whoever sent it, and how it reads as a Melding."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Q, When

from contractants.models import Service, ServiceMatch
from desk import texts
from desk.models import User
from incidents.actions.register import Report
from incidents.models import Channel, Kind

TRIGGER, ACKNOWLEDGE, RESOLVE = "trigger", "acknowledge", "resolve"
TRUSTED_DELAY = timedelta(minutes=5)
BELIEVED = timedelta(days=366)


@dataclass(frozen=True)
class MonitoringEvent:
    """One alarm, checked for shape. `started_at` and `ended_at` are the sender's word; `labels` what the rules
    look at, beside severity, component, source and the plain values in `details`."""

    action: str
    dedup_key: str
    summary: str = ""
    source: str = ""
    severity: str = "critical"
    component: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    details: Any = None
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_labels(self) -> dict[str, str]:
        details = self.details if isinstance(self.details, dict) else {}
        plain = {str(name): str(value) for name, value in details.items() if isinstance(value, str | int)}
        own = {"severity": self.severity, "component": self.component, "source": self.source}
        found = {**plain, **self.labels, **{name: value for name, value in own.items() if value}}
        return {texts.storable(name): texts.storable(value) for name, value in found.items()}

    @property
    def subject(self) -> str:
        return " ".join(self.summary.split())[:200]


def as_report(
    event: MonitoringEvent,
    *,
    priority: int,
    service: Service | None,
    by: User,
    at: datetime,
    received_at: datetime,
) -> Report:
    """The clocks run from arrival, or from the sender's moment when that lies in the last minutes (SLA 2.25)."""
    service, started = service or find_service(event), event.started_at
    return Report(
        kind=Kind.INCIDENT, channel=Channel.MONITORING, subject=event.subject, description=describe(event),
        service=service, service_unknown=service is None, priority=priority, reporter_name=str(by),
        first_seen_at=started if started is not None and at - BELIEVED <= started <= at else None,
        received_at=started if started is not None and at - TRUSTED_DELAY <= started <= at else received_at,
    )  # fmt: skip


def find_service(event: MonitoringEvent) -> Service | None:
    """By the rows that an administrator keeps; the component decides before the source. Else by its own slug."""
    field, value = "matches__field", "matches__value"
    component = Q(**{field: ServiceMatch.Field.COMPONENT, value: event.component})
    source = Q(**{field: ServiceMatch.Field.SOURCE, value: event.source})
    slug = Q(slug=event.component or "-")
    order = Case(When(component, then=1), When(source, then=2), default=3)
    return Service.objects.filter(component | source | slug).order_by(order).first()


def services_named(names: Collection[str]) -> dict[str, Service]:
    """The Dienst that each of these names means, by the same rows: as component, else as source, else as slug."""
    found = Service.objects.in_bulk(names, field_name="slug")
    matches = ServiceMatch.objects.filter(value__in=names).select_related("service")
    return found | {match.value: match.service for match in matches.order_by("-field")}


def describe(event: MonitoringEvent) -> str:
    lines = [event.summary, ""]
    lines += [f"{name}: {value}" for name, value in [
        ("component", event.component), ("source", event.source), ("severity", event.severity)] if value]  # fmt: skip
    if event.details:
        lines.append(json.dumps(event.details, indent=2, ensure_ascii=False))
    return texts.storable("\n".join(lines))[: texts.TEXT_MAX]
