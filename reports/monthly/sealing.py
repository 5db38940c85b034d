"""Whether a published report is still what was published: a digest over bytes that anybody can make again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from desk.models import Event
from reports.models import ReportState, ServiceLevelReport
from reports.monthly.tables import as_json


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON: keys sorted, nothing between them, UTF-8."""
    return hashlib.sha256(as_json(data)).hexdigest()


def seals(ids: Iterable[int]) -> dict[int, str]:
    """The digest that each of these reports was published with, or has since data were erased from it, as the trail has
    it."""
    told = Event.objects.filter(
        case_type=ServiceLevelReport.case_type, case_id__in=list(ids), verb__in=["publish", "redact"],
        data__has_key="sha256",
    )  # fmt: skip
    return dict(told.order_by("pk").values_list("case_id", "data__sha256"))


def seal_again(ids: Iterable[int], at: datetime, **facts: Any) -> None:
    """Give those of these reports that are published and from which words were taken a new digest; the trail has both.
    Within `desk.lawful.erasing`."""
    for report in ServiceLevelReport.objects.filter(pk__in=list(ids), state=ReportState.PUBLISHED):
        if (made := digest(report.data)) == report.sha256:
            continue
        report.sha256 = made
        report.save(update_fields=["sha256"])
        Event.objects.create(
            case_type=report.case_type, case_id=report.pk, verb="redact", at=at, source=report.state,
            target=report.state, data={"sha256": made, **facts},
        )  # fmt: skip


def now_as(report: ServiceLevelReport, seal: str) -> str:
    """The digest that its data has now, or the one that is stored with it where only that is not `seal`."""
    actual = digest(report.data)
    return report.sha256 if actual == seal else actual


def holds(report: ServiceLevelReport) -> bool | None:
    """Whether its data still has the digest that it was published with, by the report and by its trail; None before
    that."""
    if not report.is_published:
        return None
    seal = seals([report.pk]).get(report.pk, "")
    return now_as(report, seal) == seal
