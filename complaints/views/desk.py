"""Complaints for staff: the lists, one of them, and a new one (SLA 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints import actions, queries
from complaints.actions import Received
from complaints.doors import DOORS
from complaints.forms import RegisterForm
from complaints.models import Complaint
from complaints.queries import VIEWS, View
from complaints.views.showing import facts, files, shown_reports, steps
from desk import paging
from desk.door import Refused
from desk.numbers import by_number
from incidents.models import Melding
from incidents.views.cases import STATUS, CasePages
from incidents.views.shell import DeskRequest, page, staff_only

ROWS = 50


def _context(case: Complaint, user: Any) -> dict[str, Any]:
    return {
        "facts": facts(case, internal=True),
        "steps": steps(case),
        "reports": shown_reports(case),
        "meldingen": [
            {"melding": one, "url": one.get_absolute_url()} for one in queries.meldingen(case, user)
        ],
        "barred": case.has_handled(user),
    }


PAGES = CasePages(
    DOORS, "complaints/complaint.html", "complaints:complaint_act", "complaints", _context, files=files
)


@require_safe
@staff_only
def listed(request: DeskRequest) -> HttpResponse:
    """One view of the complaints that this person may see; what waits for them to begin with."""
    now, asked = timezone.now(), request.GET
    counts, query = queries.counts(request.user, now), asked.get("q", "").strip()[:200]
    view = next((view for view in VIEWS if view.slug == asked.get("view")), VIEWS[0 if counts["mine"] else 1])
    rows = queries.rows(request.user).filter(
        queries.found(query) if query else view.chosen(request.user, now)
    )
    keys = queries.NEWEST if query else view.keys
    found = paging.page(rows, keys, size=ROWS, after=asked.get("after", ""), before=asked.get("before", ""))
    here = {"q": query} if query else {"view": view.slug}
    context = {
        "nav": "complaints", "view": view, "query": query, "groups": _groups(view, query, counts),
        "rows": [{"case": row, "late": row.is_late(now)} for row in found.rows],
        "may_register": request.user.may("complaint.register"),
        "previous_url": _url(**here, before=found.previous) if found.previous else "",
        "next_url": _url(**here, after=found.next) if found.next else "",
    }  # fmt: skip
    return page(request, "complaints/complaints.html", context, now)


def _groups(chosen: View, query: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    views = [
        {
            "label": view.name, "count": counts.get(view.slug), "hot": view.hot, "url": _url(view=view.slug),
            "active": view.slug == chosen.slug and not query,
        }
        for view in VIEWS
    ]  # fmt: skip
    return [{"title": _("Klachten"), "views": views}]


def _url(**asked: str) -> str:
    return reverse("complaints:complaints") + "?" + urlencode(asked)


@require_safe
@staff_only
def complaint(request: DeskRequest, complaint: str) -> HttpResponse:
    return PAGES.show(request, complaint)


@require_POST
@staff_only
def act(request: DeskRequest, complaint: str, verb: str) -> HttpResponse:
    return PAGES.act(request, complaint, verb)


@staff_only
def new(request: DeskRequest) -> HttpResponse:
    """Register the complaint of a contact; from a Melding with that one and its contact filled in."""
    if not request.user.may("complaint.register"):
        raise PermissionDenied
    now = timezone.now()
    if request.method != "POST":
        return _new(request, RegisterForm(user=request.user, initial=_initial(request, now)), now)
    form = RegisterForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _new(request, form, now, 422)
    try:
        made = actions.register(Received(**form.received()), by=request.user, at=now, **form.sent())
    except Refused as error:
        form.refuse(error)
        return _new(request, form, now, STATUS[type(error)])
    messages.success(request, _("%(number)s is vastgelegd.") % {"number": made.number})
    return redirect(made)


def _initial(request: DeskRequest, now: datetime) -> dict[str, Any]:
    melding = by_number(Melding.objects.visible_to(request.user), request.GET.get("melding"))
    if melding is None:
        return {"received_at": now}
    return {
        "received_at": now,
        "about": "handling",
        "meldingen": melding.number,
        "contact": melding.contact_id,
        "service": melding.service_id,
    }


def _new(request: DeskRequest, form: RegisterForm, now: datetime, status: int = 200) -> HttpResponse:
    return page(request, "complaints/new.html", {"nav": "complaints", "form": form}, now, status)


@require_safe
@staff_only
def beside(request: DeskRequest) -> HttpResponse:
    """The complaints about a Melding, as a part of its page."""
    melding = by_number(Melding.objects.visible_to(request.user), request.GET.get("melding"))
    found = list(queries.of_melding(melding, request.user)) if melding else []
    return render(request, "complaints/_beside.html", {"complaints": found})
