"""Onderhoud on the desk: the calendar, one of them, a new one with its conflicts shown at once, and the updates."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from changes import maintenance_queries, planning
from changes.actions import maintenance as actions
from changes.forms_maintenance import Checked, NewMaintenance
from changes.maintenance_doors import DOORS, rows
from changes.models import Maintenance
from changes.models.maintenance import LIES_AHEAD
from changes.views.maintenance_public import address_of, who_was_told
from desk.door import Invalid, Refused
from desk.numbers import by_number
from domain.maintenance import FIRST, Kind, Weight, Window
from incidents.views.cases import CasePages
from incidents.views.shell import DeskRequest, page, staff_only
from sla.queries import AMSTERDAM

NAV = "maintenance"


# --- The calendar


@staff_only
@require_safe
def maintenances(request: DeskRequest) -> HttpResponse:
    """A month as a grid, or as a list; on a phone always as a list."""
    now = timezone.now()
    first = _month(request.GET.get("maand", ""), now)
    found = maintenance_queries.of_month(request.user, first)
    as_list = request.GET.get("als") == "lijst"
    context = {
        "nav": NAV, "now": now, "first": first, "cases": found, "as_list": as_list,
        "weeks": [] if as_list else maintenance_queries.weeks(found, first, now),
        "attention": maintenance_queries.attention(request.user), "may_plan": request.user.may("maintenance.plan"),
        "previous": first - timedelta(days=1), "next": first + timedelta(days=32), "feed": address_of(request),
    }  # fmt: skip
    return page(request, "changes/maintenances.html", context, now)


def _month(text: str, now: datetime) -> date:
    """The first day of "2026-06", else of this month."""
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    if found:
        return date(int(found[1]), int(found[2]), 1)
    return now.astimezone(AMSTERDAM).date().replace(day=1)


@staff_only
@require_POST
def propose(request: DeskRequest) -> HttpResponse:
    """Drafts of the regular Onderhoud of the coming weeks."""
    try:
        told = actions.propose(by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext("%(n)d concept gemaakt.", "%(n)d concepten gemaakt.", told.made)
        messages.success(request, text % {"n": told.made})
        for title, why in told.refused.items():
            messages.error(request, f"{title}: {why}")
    return redirect("changes:maintenances")


@staff_only
@require_safe
def maintenance_rules(request: DeskRequest) -> HttpResponse:
    """The one table of what may not be and what asks for a reason."""
    context = {"nav": NAV, "table": planning.table(), "kinds": planning.kinds()}
    return page(request, "changes/maintenance_rules.html", context, timezone.now())


@staff_only
@require_safe
def updates(request: DeskRequest) -> HttpResponse:
    """Updates of subcontractors, what is overdue first (SLA 7.1)."""
    now = timezone.now()
    found = maintenance_queries.updates(now.astimezone(AMSTERDAM).date())
    late = sum(one["late"] and not one["row"].installed_on for one in found)
    context = {"nav": NAV, "updates": found, "late": late}
    return page(request, "changes/maintenance_updates.html", context, now)


# --- A new one


@staff_only
def new(request: DeskRequest) -> HttpResponse:
    """Keep a draft, plan it at once, or only weigh it."""
    if not request.user.may("maintenance.plan"):
        raise Http404
    now, form = timezone.now(), NewMaintenance(request.POST or None)
    if request.method == "POST" and form.is_valid() and request.POST.get("then") != "check":
        try:
            case = _made(request, form, now)
        except Invalid as wrong:
            form.refuse(wrong)
        else:
            messages.success(request, _("%(number)s is bewaard.") % {"number": case.number})
            return redirect(case)
    context = {"nav": NAV, "form": form, **weighed(request.POST, None, now)}
    return page(request, "changes/maintenance_new.html", context, now, 422 if form.errors else 200)


def _made(request: DeskRequest, form: NewMaintenance, now: datetime) -> Maintenance:
    """The new draft, planned where that was asked; where that is refused there is no draft either."""
    with transaction.atomic():
        case = actions.draft(by=request.user, at=now, **form.arguments())
        if request.POST.get("then") == "plan":
            actions.plan(case, by=request.user, at=now)
    return case


@staff_only
@require_safe
def check(request: DeskRequest) -> HttpResponse:
    """What stands in the way of what the form has so far, as a part of the page."""
    now, number = timezone.now(), request.GET.get("maintenance", "")
    case = by_number(rows(request.user), number)
    return render(request, "changes/_maintenance_checks.html", weighed(request.GET, case, now))


def weighed(given: Any, case: Maintenance | None, now: datetime) -> dict[str, Any]:
    """For `changes/_maintenance_checks.html`; where too little is given it says what is needed."""
    form = Checked(given)
    form.is_valid()
    plan, services = _plan(form.cleaned_data, case if "kind" not in given else None, now)
    if plan is None:
        return {"weighed": False}
    if case is not None and "kind" in given:
        plan = Window(case.number, plan.services, plan.start, plan.end, plan.kind, plan.impact)
    known = planning.near(plan)
    found = planning.findings(plan, now, known)
    return {
        "weighed": True, "findings": found, "costs": planning.costs(plan, services, known, now),
        "stopped": any(one.weight == Weight.HARD for one in found),
    }  # fmt: skip


def _plan(known: dict[str, Any], case: Maintenance | None, now: datetime) -> tuple[Window | None, list[Any]]:
    """What is asked for: `case` with the times of the form, or all of it from the form; None for what could not be
    kept."""
    start, end = known.get("starts_at"), known.get("ends_at")
    if case is not None:
        start, end, services = start or case.starts_at, end or case.ends_at, list(case.services.all())
        as_is = planning.window_of(case, now)
        plan = Window(as_is.key, as_is.services, start, end, as_is.kind, as_is.impact, as_is.replaced)
        return (None, []) if planning.wrong_times(start, end, now) else (plan, services)
    services = list(known.get("services") or [])
    if not (start and end and services) or planning.wrong_times(start, end, now):
        return None, []
    kind = Kind(known.get("kind") or Kind.REGULAR)
    chosen = frozenset(one.pk for one in services)
    return Window("", chosen, start, end, kind, bool(known.get("has_impact"))), services


# --- One of them


def _context(case: Maintenance, user: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        **(weighed({}, case, now) if case.state in LIES_AHEAD else {"weighed": None}), "spent": planning.spent(case, now),
        "told": [who_was_told(notice, now) for notice in maintenance_queries.notices_of(case)],
        "pushed": case.pushed.order_by("starts_at") if case.kind in FIRST else [],
    }  # fmt: skip


PAGES: CasePages[Maintenance] = CasePages(
    doors=DOORS, template="changes/maintenance.html", address="changes:maintenance_act", nav=NAV, context=_context
)  # fmt: skip


@staff_only
@require_safe
def maintenance(request: DeskRequest, maintenance: str) -> HttpResponse:
    return PAGES.show(request, maintenance)


@staff_only
@require_POST
def act(request: DeskRequest, maintenance: str, verb: str) -> HttpResponse:
    return PAGES.act(request, maintenance, verb)
