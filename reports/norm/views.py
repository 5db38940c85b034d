"""The dashboard, and the pages of the norm with the lists behind their numbers (SLA 9.3)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from desk import audit, paging
from desk.paging import Key as Column
from incidents import queries
from incidents.queries import ROW
from incidents.views.shell import DeskRequest, page, staff_only
from incidents.views.worklist import ROWS, rows_for
from reports.norm import pages
from reports.norm.counting import norm, rows_of
from reports.norm.dashboard import figures
from reports.norm.sight import NumberForm, SightForm


@require_safe
@staff_only
def dashboard(request: DeskRequest) -> HttpResponse:
    now = timezone.now()
    return page(request, "reports/dashboard.html", {"nav": "dashboard", **_figures(request, now)}, now)


@require_safe
@audit.polled
@staff_only
def dashboard_now(request: DeskRequest) -> HttpResponse:
    """The figures alone, for a page that stays open; nothing where it shows them already."""
    found = _figures(request, timezone.now())
    if request.GET.get("seen") == found["seen"]:
        return HttpResponse(status=204)
    return render(request, "reports/_dashboard.html", found)


def _figures(request: DeskRequest, now: datetime) -> dict[str, Any]:
    """As HTML, and what tells whether that changed."""
    shown = render_to_string("reports/_dashboard_figures.html", figures(request.user, now), request)
    return {"figures": shown, "seen": hashlib.sha256(shown.encode()).hexdigest()[:16], "now": now}


@require_safe
@staff_only
def norm_page(request: DeskRequest) -> HttpResponse:
    now = timezone.now()
    form = SightForm(request.GET, now)
    if not form.is_valid():
        return page(request, "reports/norm.html", {"nav": "dashboard", "form": form}, now, 422)
    sight = form.sight()
    lines = norm(sight.rows(request.user), sight.month, now)
    context = {
        "nav": "dashboard", "form": form, "sight": sight, "now": now, "any": any(one.count("all") for one in lines),
        "tables": pages.tables(lines, sight),
    }  # fmt: skip
    return page(request, "reports/norm.html", context, now)


@require_safe
@staff_only
def meldingen(request: DeskRequest) -> HttpResponse:
    """The list that a number counts, by deadline."""
    now, form = timezone.now(), NumberForm(request.GET, timezone.now())
    if not form.is_valid():
        raise Http404
    key, sight, part = form.key(), form.sight(), form.cleaned_data["part"]
    rows = rows_of(sight.rows(request.user), key, part, sight.month, now)
    columns = (Column(f"{key.clock}_counts_at"), Column("id"))
    shown = queries.with_echelon(rows).select_related(*ROW)
    found = paging.page(
        shown, columns, size=ROWS, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    base = f"{sight.address(key, part)}&"
    context = {
        "nav": "dashboard", "title": pages.title(key, part), "sight": sight, "total": rows.count(),
        "rows": rows_for(request.user, found.rows, now), "back": f"{reverse('reports:norm')}?{urlencode(sight.query)}",
        "previous_url": base + urlencode({"before": found.previous}) if found.previous else "",
        "next_url": base + urlencode({"after": found.next}) if found.next else "",
    }  # fmt: skip
    return page(request, "reports/norm_meldingen.html", context, now)
