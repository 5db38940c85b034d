"""From draft to published, by two people (SLA 13)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from desk import door, texts
from desk.door import NotNow
from desk.models import User
from reports.models import ReportMessage, ServiceLevelReport
from reports.monthly import naming
from reports.monthly.differences import differences
from reports.monthly.figures import build
from reports.monthly.sealing import digest
from reports.monthly.shape import Report

NAMED = 3  # of the figures that moved


def built(report: ServiceLevelReport, at: datetime) -> Report:
    """What its figures are as of `at`."""
    return build(report.of_month, report.service, report.contractant, at)


def rebuild(
    report: ServiceLevelReport, *, by: User, at: datetime, version: int | None = None
) -> ServiceLevelReport:
    with door.change(report, "rebuild", by=by, at=at, version=version) as change:
        change.case.data, change.case.made_at = built(report, at), at
    return report


def review(
    report: ServiceLevelReport, *, by: User, at: datetime, version: int | None = None
) -> ServiceLevelReport:
    """Somebody stands for the figures as they are at `at`."""
    with door.change(report, "review", by=by, at=at, version=version) as change:
        row = change.case
        row.data, row.made_at = built(report, at), at
        row.sha256, row.reviewed_by, row.reviewed_at = digest(row.data), by, at
        change.data["sha256"] = row.sha256
    return report


def publish(
    report: ServiceLevelReport, *, by: User, at: datetime, version: int | None = None
) -> ServiceLevelReport:
    """Seal what was reviewed. Raises `NotNow` where the figures came out otherwise since: nobody stood for those."""
    with door.change(report, "publish", by=by, at=at, version=version) as change:
        row = change.case
        moved = [naming.name(one.place) for one in differences(row.data, built(report, at))]
        if moved:
            raise NotNow(
                _("Sinds de beoordeling zijn cijfers veranderd: %(what)s. Geef het rapport terug en beoordeel het opnieuw.")
                % {"what": "; ".join(moved[:NAMED]) + ("; …" if len(moved) > NAMED else "")}
            )  # fmt: skip
        row.published_by, row.published_at = by, at
        change.data["sha256"] = row.sha256
    return report


def send_back(
    report: ServiceLevelReport, *, by: User, at: datetime, reason: str, version: int | None = None
) -> ServiceLevelReport:
    texts.required(reason=reason)
    with door.change(report, "send_back", by=by, at=at, version=version) as change:
        row = change.case
        row.sha256, row.reviewed_by, row.reviewed_at = "", None, None
        change.data["message"] = _say(row, "send_back", by, at, reason).pk
    return report


def note(
    report: ServiceLevelReport, *, by: User, at: datetime, body: str, client_key: UUID | None = None
) -> ReportMessage:
    """Words for colleagues; sending them twice adds them once."""
    texts.required(body=body)
    with transaction.atomic():
        ServiceLevelReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if client_key and (earlier := report.messages.filter(client_key=client_key).first()):
            return earlier
        with door.change(report, "note", by=by, at=at) as change:
            message = _say(report, "note", by, at, body, client_key)
            change.data["message"] = message.pk
    return message


def _say(
    report: ServiceLevelReport, verb: str, by: User, at: datetime, body: str, client_key: UUID | None = None
) -> ReportMessage:
    return ReportMessage.objects.create(
        report=report, verb=verb, author=by, author_name=str(by), body=body, at=at, client_key=client_key,
        visibility=ReportMessage.Visibility.INTERNAL,
    )  # fmt: skip
