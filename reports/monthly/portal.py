"""Service level reports in the portal: those that were published for one's own organisation (SLA 13)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contractants.models import Contact
from desk import paging
from incidents.views.cases import CasePages
from incidents.views.contractant import for_contacts
from reports.models import ServiceLevelReport
from reports.monthly import queries
from reports.monthly.doors import DOORS
from reports.monthly.downloads import answer
from reports.monthly.showing import facts, shown

ROWS = 25
NAV = "portal_reports"


def _shell(
    request: HttpRequest, template: str, context: dict[str, Any], now: datetime, status: int = 200
) -> HttpResponse:
    return render(request, template, {**context, "shell": "base_portal.html"}, status=status)


def _context(case: ServiceLevelReport, user: Any) -> dict[str, Any]:
    return {"facts": facts(case, internal=False), **shown(case, "reports:portal_download")}


PAGES = CasePages(
    DOORS, "reports/report.html", "reports:portal_report_act", NAV, _context, internal=False, shell=_shell
)


@require_safe
@for_contacts
def listed(request: HttpRequest, contact: Contact) -> HttpResponse:
    found = paging.page(
        queries.rows(contact.user), queries.NEWEST, size=ROWS,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    context = {
        "nav": NAV, "rows": found.rows, "contact": contact,
        "previous_url": "?" + urlencode({"before": found.previous}) if found.previous else "",
        "next_url": "?" + urlencode({"after": found.next}) if found.next else "",
    }  # fmt: skip
    return render(request, "portal/reports.html", context)


@require_safe
@for_contacts
def report(request: HttpRequest, contact: Contact, report: str) -> HttpResponse:
    return PAGES.show(request, report)


@require_safe
@for_contacts
def download(request: HttpRequest, contact: Contact, report: str, file: str) -> HttpResponse:
    return answer(PAGES.get(contact.user, report), file)
