"""What a report would be promised if it were registered now; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incidents.actions.register import Report, assigned_priority, missing_facts
from incidents.clocks import CLOCKS
from sla.adapter import Terms, terms
from sla.models import PolicyVersion
from sla.queries import policy_version_for


@dataclass(frozen=True)
class Preview:
    """Priority, deadlines (UTC, None where agreed later, SLA 9.3) and what SLA 9.4 still asks for."""

    version: PolicyVersion
    held: Terms
    priority: int
    received_at: datetime
    due: dict[str, datetime | None]
    missing: list[str]


def preview(report: Report, at: datetime) -> Preview:
    received_at = report.received_at or at
    version = policy_version_for(report.contractant, report.service, received_at)
    held = terms(version.pk)
    priority = assigned_priority(report, held)
    targets = {clock: held.targets[clock, priority] for clock in CLOCKS}
    due = {clock: target.due(received_at) if target else None for clock, target in targets.items()}
    return Preview(version, held, priority, received_at, due, missing_facts(report))
