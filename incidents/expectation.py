"""What a reporter may expect: the priority that follows from the answers, why, and by when (SLA 9.2, 9.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from incidents.actions.register import Report, assigned_priority
from sla.adapter import Terms, terms
from sla.models import PolicyVersion
from sla.queries import policy_version_for


@dataclass(frozen=True)
class Expectation:
    """For a report that would be received now. A date of None is agreed with the contact."""

    priority: int
    response_due: datetime | None
    resolution_due: datetime | None
    phone_lines: list[dict[str, str]]

    @property
    def call(self) -> bool:
        """A contractant's P1 is phoned in as well (SLA 9.2)."""
        return self.priority == 1


def expect(report: Report, now: datetime) -> Expectation:
    version = policy_version_for(report.contractant, report.service, now)
    held = terms(version.pk)
    priority = assigned_priority(report, held)
    return Expectation(
        priority, _due(held, "response", priority, now), _due(held, "resolution", priority, now),
        list(version.phone_lines),
    )  # fmt: skip


def answered(report: Report, now: datetime) -> Report:
    """`report` with the priority that its reporter may expect by their own answers (SLA 9.4)."""
    if not (report.impact and report.urgency):
        return report
    return replace(report, expected_priority=expect(report, now).priority)


def _due(held: Terms, clock: str, priority: int, now: datetime) -> datetime | None:
    target = held.targets[clock, priority]
    return target.due(now) if target else None


def matrix(version: PolicyVersion) -> list[dict[str, Any]]:
    """The matrix of SLA 9.2 as rows of impact, each with its priorities from high to low urgency."""
    return [
        {
            "impact": impact,
            "priorities": [version.matrix[impact][urgency] for urgency in ("high", "medium", "low")],
        }
        for impact in ("large", "medium", "small")
    ]
