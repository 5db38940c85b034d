"""Whether every published report still is what was published (SLA 13)."""

from __future__ import annotations

from collections.abc import Iterator

from desk.models import Event
from reports.models import ServiceLevelReport
from reports.models.report import ReportState
from reports.monthly.sealing import now_as, seals
from reports.verifying.checking import Difference, Fields, Scope, pieces, unequal

KIND = "published_report"
AT_ONCE = 50  # each carries all its figures
PUBLISHED = ServiceLevelReport.objects.filter(state=ReportState.PUBLISHED)


def differences(scope: Scope) -> Iterator[Difference]:
    """By the digest that the trail has of its publication; and those that the trail knows and that are gone."""
    published = scope.narrowed(PUBLISHED, "published_at")
    for found in pieces(published.only("number", "data", "sha256"), AT_ONCE):
        kept = seals(report.pk for report in found)
        for report in found:
            scope.checked[KIND] += 1
            yield from unequal(KIND, report.number, _values(report, kept.get(report.pk, "")))
    if scope.is_whole:
        yield from _gone()


def _values(report: ServiceLevelReport, seal: str) -> Fields:
    yield "sha256", now_as(report, seal), seal


def _gone() -> Iterator[Difference]:
    """Its number went with it; the trail has its key."""
    told = Event.objects.filter(case_type=ServiceLevelReport.case_type, verb="publish")
    for pk in (
        told.exclude(case_id__in=PUBLISHED.values("pk")).order_by("pk").values_list("case_id", flat=True)
    ):
        yield Difference(KIND, f"#{pk}", "state", "", ReportState.PUBLISHED)
