"""A report as a file: PDF to read, CSV to reckon with, and the JSON over which its digest is taken (SLA 13)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reports.models import ServiceLevelReport
from reports.monthly import pdf, tables
from reports.monthly.queries import facts

KINDS: dict[str, tuple[Any, str]] = {
    "pdf": (_("PDF"), "application/pdf"), "csv": (_("CSV"), "text/csv; charset=utf-8"),
    "json": (_("JSON"), "application/json"),
}  # fmt: skip


def answer(report: ServiceLevelReport, kind: str) -> HttpResponse:
    """In the language of the reader. The JSON is byte for byte what the digest of a published report is over."""
    if kind not in KINDS:
        raise Http404
    name = f"rapport-{report.of_month}-{report.service.slug}-{report.number}.{kind}"
    return HttpResponse(
        _content(report, kind), content_type=KINDS[kind][1],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"},
    )  # fmt: skip


def _content(report: ServiceLevelReport, kind: str) -> bytes:
    language = (get_language() or "nl")[:2]
    if kind == "pdf":
        return pdf.pdf(report.data, language, facts(report))
    return tables.csv(report.data, language) if kind == "csv" else tables.as_json(report.data)
