"""Whether every published report still is what was published (SLA 13)."""

from __future__ import annotations

from collections.abc import Iterator

from reports.models import ServiceLevelReport
from reports.models.report import ReportState
from reports.monthly.sealing import digest
from reports.verifying.checking import Difference, Scope, pieces, unequal

KIND = "published_report"
AT_ONCE = 50  # each carries all its figures


def differences(scope: Scope) -> Iterator[Difference]:
    """By the digest that was stored with its data when it was published."""
    published = scope.narrowed(ServiceLevelReport.objects.filter(state=ReportState.PUBLISHED), "published_at")
    for found in pieces(published.only("number", "data", "sha256"), AT_ONCE):
        for report in found:
            scope.checked[KIND] += 1
            yield from unequal(KIND, report.number, [("sha256", report.sha256, digest(report.data))])
