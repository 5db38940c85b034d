"""What both sides see of one report beside its figures."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.times import full
from reports.models import ServiceLevelReport
from reports.monthly import queries, sealing
from reports.monthly.downloads import KINDS


def shown(report: ServiceLevelReport, address: str) -> dict[str, Any]:
    """The data and what was corrected since, the proof that it is what was published, and where to download it."""
    return {
        "data": report.data, "corrections": queries.corrections(report) if report.is_published else None,
        "holds": sealing.holds(report),
        "downloads": [
            {"kind": kind, "label": label, "url": reverse(address, args=[report.number, kind])}
            for kind, (label, _type) in KINDS.items()
        ],
    }  # fmt: skip


def facts(report: ServiceLevelReport, *, internal: bool) -> list[dict[str, Any]]:
    found = [
        (_("Maand"), date_format(report.month, "F Y")),
        (_("Dienst"), str(report.service)),
        (_("Contractant"), str(report.contractant or _("alle contractanten"))),
        (_("Cijfers van"), full(report.made_at)),
        (_("Beoordeeld"), _who(report.reviewed_by, report.reviewed_at) if internal else ""),
        (_("Gepubliceerd"), _who(report.published_by if internal else None, report.published_at)),
    ]
    return [{"label": label, "value": value} for label, value in found if value]


def _who(who: Any, at: Any) -> str:
    if at is None:
        return ""
    return f"{who}, {full(at)}" if who else full(at)
