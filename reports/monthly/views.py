"""Service level reports for staff: the list, one of them, a new one, and its downloads (SLA 13)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import paging
from desk.door import Refused
from domain.months import Month
from incidents.views.cases import STATUS, CasePages
from incidents.views.shell import DeskRequest, page, staff_only
from reports.models import ServiceLevelReport
from reports.monthly import actions, queries
from reports.monthly.doors import DOORS
from reports.monthly.downloads import answer
from reports.monthly.forms import Filters, MakeForm
from reports.monthly.showing import facts, shown
from sla.queries import AMSTERDAM

ROWS = 50
NAV = "reports"


def _context(case: ServiceLevelReport, user: Any) -> dict[str, Any]:
    waits = case.state == "reviewed" and user.may("report.publish") and case.reviewed_by_id == user.pk
    return {"facts": facts(case, internal=True), "waits_for_other": waits, **shown(case, "reports:download")}


PAGES = CasePages(DOORS, "reports/report.html", "reports:report_act", NAV, _context)


@require_safe
@staff_only
def listed(request: DeskRequest) -> HttpResponse:
    """Newest months first; drafts and published ones together, for a month is worked on as a whole."""
    return _listed(request, MakeForm(initial={"month": str(_last_month())}))


def _listed(request: DeskRequest, making: MakeForm, status: int = 200) -> HttpResponse:
    asked, filters = request.GET, Filters(request.GET)
    rows = filters.narrow(queries.rows(request.user))
    found = paging.page(
        rows, queries.NEWEST, size=ROWS, after=asked.get("after", ""), before=asked.get("before", "")
    )
    here = {name: value for name in filters.fields if (value := asked.get(name, ""))}
    context = {
        "nav": NAV, "rows": found.rows, "filters": filters, "narrowed": bool(here),
        "making": making if request.user.may("report.make") else None,
        "previous_url": _url(**here, before=found.previous) if found.previous else "",
        "next_url": _url(**here, after=found.next) if found.next else "",
    }  # fmt: skip
    return page(request, "reports/reports.html", context, timezone.now(), status)


def _url(**asked: str) -> str:
    return reverse("reports:reports") + "?" + urlencode(asked)


def _last_month() -> Month:
    return Month.of(timezone.now(), AMSTERDAM).shifted(-1)


@require_POST
@staff_only
def make(request: DeskRequest) -> HttpResponse:
    """Draw one up now; where it is there already, that one."""
    if not request.user.may("report.make"):
        raise PermissionDenied
    form = MakeForm(request.POST)
    if not form.is_valid():
        return _listed(request, form, 422)
    try:
        made = actions.make(**form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as error:
        form.refuse(error)
        return _listed(request, form, STATUS[type(error)])
    messages.success(request, _("%(number)s is opgesteld.") % {"number": made.number})
    return redirect(made)


@require_safe
@staff_only
def report(request: DeskRequest, report: str) -> HttpResponse:
    actions.refresh(PAGES.get(request.user, report), timezone.now())
    return PAGES.show(request, report)


@require_POST
@staff_only
def act(request: DeskRequest, report: str, verb: str) -> HttpResponse:
    return PAGES.act(request, report, verb)


@require_safe
@staff_only
def download(request: DeskRequest, report: str, file: str) -> HttpResponse:
    return answer(PAGES.get(request.user, report), file)
