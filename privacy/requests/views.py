"""Requests of data subjects: the list and one of them, for staff and in the portal of the controller."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contractants.models import Contact
from desk.door import Refused
from incidents.times import full
from incidents.views.cases import CasePages, status_of
from incidents.views.contractant import for_contacts
from incidents.views.shell import DeskRequest, page, staff_only
from privacy.models import DataRequest
from privacy.requests import actions
from privacy.requests.doors import DOORS, rows
from privacy.requests.forms import RegisterForm

SHOWN = 200


def _context(case: DataRequest, user: Any) -> dict[str, Any]:
    found = [
        (_("Verwerkingsverantwoordelijke"), str(case.contractant)),
        (_("Soort verzoek"), str(case.get_right_display())),
        (_("Binnengekomen per"), str(case.get_channel_display())),
        (_("Ontvangen"), full(case.received_at)),
        (_("Kenmerk"), case.reference),
        (_("Naam"), case.person),
        (_("Doorgestuurd"), full(case.passed_on_at) if case.passed_on_at else ""),
        (_("Uitgevoerd"), full(case.carried_out_at) if case.carried_out_at else ""),
    ]
    return {"facts": [{"label": label, "value": value} for label, value in found if value]}


def _portal(request: HttpRequest, template: str, context: dict[str, Any], now: datetime, status: int = 200) -> HttpResponse:  # fmt: skip
    return render(request, template, {**context, "shell": "base_portal.html"}, status=status)


PAGES = CasePages(DOORS, "privacy/requests/request.html", "privacy:request_act", "privacy", _context)
PORTAL = CasePages(
    DOORS, "privacy/requests/request.html", "privacy:portal_request_act", "portal_privacy", _context,
    internal=False, shell=_portal,
)  # fmt: skip


@require_safe
@staff_only
def listed(request: DeskRequest) -> HttpResponse:
    """Those that this person may see; what has to be done first stands first."""
    now = timezone.now()
    some = sorted(rows(request.user)[:SHOWN], key=lambda one: (one.due_at is None, one.due_at or now))
    shown = [{"case": one, "late": one.is_late(now)} for one in some]
    return page(request, "privacy/requests/requests.html", {"nav": "privacy", "rows": shown}, now)


@staff_only
def new(request: DeskRequest) -> HttpResponse:
    now = timezone.now()
    form = RegisterForm(request.POST or None, initial={"received_at": now})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register(form.asked(), by=request.user, at=now)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s is vastgelegd.") % {"number": made.number})
            return redirect(made)
    return page(request, "privacy/requests/new.html", {"nav": "privacy", "form": form}, now, status_of(form))


@require_safe
@staff_only
def one(request: DeskRequest, data_request: str) -> HttpResponse:
    return PAGES.show(request, data_request)


@require_POST
@staff_only
def act(request: DeskRequest, data_request: str, verb: str) -> HttpResponse:
    return PAGES.act(request, data_request, verb)


@require_safe
@for_contacts
def portal_one(request: HttpRequest, contact: Contact, data_request: str) -> HttpResponse:
    return PORTAL.show(request, data_request)


@require_POST
@for_contacts
def portal_act(request: HttpRequest, contact: Contact, data_request: str, verb: str) -> HttpResponse:
    return PORTAL.act(request, data_request, verb)
