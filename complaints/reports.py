"""The klachtrapport as a PDF that everybody can read (PDF/UA-1), made once and kept as it was sent (SLA 5)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.models import ComplaintAttachment, ComplaintReport
from desk import typesetting

TEMPLATE = Path(__file__).parent / "data" / "report.typ"
PDF = "application/pdf"


def store(report: ComplaintReport) -> ComplaintAttachment:
    """The file of `report`: made when it is first asked for, and the same ever after."""
    with transaction.atomic():
        ComplaintReport.objects.select_for_update().get(pk=report.pk)
        kept = ComplaintAttachment.objects.filter(report=report).first()
        if kept is None:
            content = pdf(report)
            kept = ComplaintAttachment(
                complaint=report.complaint, report=report, name=f"klachtrapport-{report.complaint.number}-{report.edition}.pdf",
                content_type=PDF, size=len(content), sha256=hashlib.sha256(content).hexdigest(), author=report.author,
                at=report.at,
            )  # fmt: skip
            kept.file.save(kept.name, ContentFile(content), save=False)
            kept.save()
    return kept


def pdf(report: ComplaintReport) -> bytes:
    """The report as PDF/UA-1 in Dutch, the language in which it was agreed; the same bytes each time."""
    with translation.override("nl"):
        return typesetting.pdf(TEMPLATE, _content(report), report.at)


def _content(report: ComplaintReport) -> dict[str, Any]:
    complaint = report.complaint
    facts = [
        (_("Klacht"), complaint.subject),
        (_("Van"), f"{complaint.contact}, {complaint.contractant}"),
        (_("Ontvangen"), _day(complaint.received_at)),
        (_("Opgesteld door"), f"{report.author}, {_day(report.at)}"),
    ]
    return {
        "lang": "nl", "number": complaint.number, "title": _("Klachtrapport %(number)s") % {"number": complaint.number},
        "summary": complaint.subject, "author": str(report.author),
        "facts": [{"label": label, "value": value} for label, value in facts],
        "parts": [{"heading": _heading(name), "lines": text.splitlines()} for name, text in report.parts],
    }  # fmt: skip


def _heading(name: str) -> str:
    return name[:1].upper() + name[1:]


def _day(at: Any) -> str:
    return date_format(localtime(at), "j F Y")
