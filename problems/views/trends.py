"""The pages of trend analysis (SLA 12.1): charts and signals, open work and what it has in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from desk import paging
from desk.door import Refused
from incidents.models import Melding
from incidents.queries import NEWEST, ROW
from incidents.views.cases import STATUS
from incidents.views.shell import DeskRequest, page, staff_only
from incidents.views.worklist import ROWS, row
from problems.models import TrendMonth, TrendSignal
from problems.trends import actions, clusters, evidence, naming, pages, queries, telling
from problems.trends.forms import Decision, Sight, Stretch
from problems.trends.lines import Line
from problems.trends.queries import Look

AGES = [
    gettext_lazy("tot een week"), gettext_lazy("1 tot 2 weken"), gettext_lazy("2 tot 4 weken"),
    gettext_lazy("4 weken tot 3 maanden"), gettext_lazy("langer dan 3 maanden"),
]  # fmt: skip


@require_safe
@staff_only
def trends(request: DeskRequest) -> HttpResponse:
    return _show(request, timezone.now())


@staff_only
@require_POST
def decide(request: DeskRequest) -> HttpResponse:
    """Open a Problem from a signal, or say why that is not needed; refused, what was typed comes back."""
    now, form = timezone.now(), Decision(request.POST)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    signal: TrendSignal | None = None
    try:
        with transaction.atomic():  # refused, a signal of the running month is not kept either
            signal = given["signal"] or actions.of_running_month(
                given["dimension"], given["value"], given["direction"], by=request.user, at=now
            )
            if given["act"] == "accept":
                return redirect(actions.accept(signal, by=request.user, at=now))
            actions.dismiss(signal, by=request.user, at=now, reason=given["reason"])
    except Refused as error:
        refused = {"key": signal and pages.key(signal), "error": str(error), "reason": given["reason"]}
        return _show(request, now, refused, STATUS.get(type(error), 409))
    messages.success(request, _("Vastgelegd: voor dit signaal is geen probleem nodig."))
    return redirect("problems:trends")


@require_safe
@staff_only
def meldingen(request: DeskRequest) -> HttpResponse:
    """The list that a number of the analysis counts, newest first."""
    now, form = timezone.now(), Stretch(request.GET)
    if not form.is_valid():
        raise Http404
    line = Line(form.cleaned_data["dimension"], form.cleaned_data["value"], "count")
    mine = Melding.objects.visible_to(request.user).select_related(*ROW)
    rows = evidence.meldingen(**form.cleaned_data, until=now, rows=mine)
    found = paging.page(
        rows, NEWEST, size=ROWS, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    months = [form.cleaned_data[name] for name in ("first", "last")]
    context = {
        "nav": "trends", "title": telling.titled(line, naming.current()), "rows": [row(one, now) for one in found.rows],
        "when": telling.period({"months": sorted({month.isoformat() for month in months})}),
        **_neighbours(request, found),
    }  # fmt: skip
    return page(request, "problems/trend_meldingen.html", context, now)


@require_safe
@staff_only
def now(request: DeskRequest) -> HttpResponse:
    """How old the open work is, and which Meldingen of late resemble each other."""
    moment = timezone.now()
    table = clusters.ageing(moment)
    most = max((sum(line) for line in table), default=0)
    ages: list[dict[str, Any]] = [
        {
            "label": label,
            "total": sum(line),
            "by": line,
            "share": round(1000 * sum(line) / most) if most else 0,
        }
        for label, line in zip(AGES, table, strict=True)
    ]
    context = {
        "nav": "trends", "ages": ages, "total": sum(map(sum, table)), "days": clusters.DAYS,
        "clusters": clusters.clusters(moment),
    }  # fmt: skip
    return page(request, "problems/trends_now.html", context, moment)


def _show(
    request: DeskRequest, now: datetime, refused: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    stored = queries.stored_months()
    sight = Sight(request.GET, stored)
    chosen = sight.chosen()
    look = _look(chosen["month"], now)
    kept = queries.signals_to_show(look.month)
    waiting = [one for one in kept if not one.decision]
    if look.stored_at is None:
        waiting = pages.unkept(look, kept) + waiting
    cards = pages.cards(waiting, refused)
    context = {
        "nav": "trends", "now": now, "sight": sight, "look": look, "month": pages.month_name(look.month),
        "charts": pages.charts(look, chosen["dimension"], chosen["period"]), "heat": pages.heat(look, 12),
        "dimension": naming.DIMENSION_NAMES[chosen["dimension"]], "waiting": cards,
        "decided": pages.cards([one for one in kept if one.decision and one.month == look.month]),
        "refused": refused if refused and not any(card["error"] for card in cards) else None, "may_decide": request.user.may("problem.open"),
        "few": len(look.months) <= queries.FEW_MONTHS, "more": pages.MOST_LINES,
    }  # fmt: skip
    return page(request, "problems/trends.html", context, now, status=status)


def _look(month: str, now: datetime) -> Look:
    if not month:
        return queries.running(now)
    try:
        return queries.closed(datetime.strptime(month, "%Y-%m").date())  # noqa: DTZ007 - a month has no zone
    except TrendMonth.DoesNotExist:
        raise Http404 from None


def _neighbours(request: DeskRequest, found: paging.Page[Melding]) -> dict[str, str]:
    def url(name: str, cursor: str) -> str:
        query = request.GET.copy()
        for known in ("after", "before"):
            query.pop(known, None)
        query[name] = cursor
        return f"{reverse('problems:trend_meldingen')}?{query.urlencode()}"

    return {
        "previous_url": url("before", found.previous) if found.previous else "",
        "next_url": url("after", found.next) if found.next else "",
    }
