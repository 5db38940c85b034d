"""Complaints in the portal: send one in, follow it, and accept or refuse what is proposed (SLA 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints import actions, queries
from complaints.actions import Received
from complaints.doors import DOORS
from complaints.forms import NewComplaint
from complaints.models import Complaint
from complaints.views.showing import facts, files, shown_reports, steps
from contractants.models import Contact
from desk import paging
from desk.door import Refused
from incidents.views.cases import STATUS, CasePages
from incidents.views.contractant import for_contacts

ROWS = 25
NAV = "portal_complaints"


def _shell(
    request: HttpRequest, template: str, context: dict[str, Any], now: datetime, status: int = 200
) -> HttpResponse:
    return render(request, template, {**context, "shell": "base_portal.html"}, status=status)


def _context(case: Complaint, user: Any) -> dict[str, Any]:
    return {
        "facts": facts(case, internal=False),
        "steps": steps(case),
        "reports": shown_reports(case),
        "meldingen": [
            {"melding": one, "url": reverse("incidents:portal_melding", args=[one.number])}
            for one in queries.meldingen(case, user)
        ],
        "colleague": not case.speaks(user),
    }


PAGES = CasePages(
    DOORS, "complaints/complaint.html", "complaints:portal_complaint_act", NAV, _context, internal=False,
    shell=_shell, files=files,
)  # fmt: skip


@require_safe
@for_contacts
def listed(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Those of one's own organisation, newest first."""
    found = paging.page(
        queries.rows(contact.user), queries.NEWEST, size=ROWS, after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    context = {
        "nav": NAV, "rows": found.rows, "contact": contact,
        "previous_url": "?" + urlencode({"before": found.previous}) if found.previous else "",
        "next_url": "?" + urlencode({"after": found.next}) if found.next else "",
    }  # fmt: skip
    return render(request, "portal/complaints.html", context)


@for_contacts
def new(request: HttpRequest, contact: Contact) -> HttpResponse:
    form = NewComplaint(request.POST or None, request.FILES or None, user=contact.user)
    if request.method == "POST" and form.is_valid():
        try:
            received = Received(contact=contact, **form.received())
            made = actions.register(received, by=contact.user, at=timezone.now(), **form.sent())
        except Refused as error:
            form.refuse(error)
            return _new(request, contact, form, STATUS[type(error)])
        messages.success(
            request, _("Uw klacht is ontvangen. Het nummer is %(number)s.") % {"number": made.number}
        )
        return redirect("complaints:portal_complaint", made.number)
    return _new(request, contact, form, 422 if form.errors else 200)


def _new(request: HttpRequest, contact: Contact, form: NewComplaint, status: int) -> HttpResponse:
    context = {"nav": NAV, "form": form, "contact": contact}
    return render(request, "portal/complaint_new.html", context, status=status)


@require_safe
@for_contacts
def complaint(request: HttpRequest, contact: Contact, complaint: str) -> HttpResponse:
    return PAGES.show(request, complaint)


@require_POST
@for_contacts
def act(request: HttpRequest, contact: Contact, complaint: str, verb: str) -> HttpResponse:
    return PAGES.act(request, complaint, verb)
