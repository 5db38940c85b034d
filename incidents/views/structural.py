"""Structural failures (art. 2.12): the list and one of them for staff, and the contractant's own in the portal."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contractants.models import Contact
from desk import paging
from desk.forms import StepForm
from desk.models import User
from incidents.doors import FAILURE
from incidents.failures import NEWEST, open_ones, visible
from incidents.models import StructuralFailure
from incidents.views.cases import CasePages, Refusal, asked, attempt
from incidents.views.contractant import for_contacts
from incidents.views.shell import DeskRequest, page, staff_only

ROWS = 50
MOST = 200  # of one contractant, in the portal


@staff_only
def failures(request: DeskRequest) -> HttpResponse:
    """All of them, or with `?open=1` those that still wait for their talk."""
    only_open = request.GET.get("open") == "1"
    rows = open_ones(request.user) if only_open else visible(request.user)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = paging.page(rows, NEWEST, size=ROWS, after=after, before=before)
    base = {"open": 1} if only_open else {}
    context = {
        "nav": "escalations", "failures": found.rows, "only_open": only_open,
        "previous_url": "?" + urlencode({**base, "before": found.previous}) if found.previous else "",
        "next_url": "?" + urlencode({**base, "after": found.next}) if found.next else "",
    }  # fmt: skip
    return page(request, "incidents/failures.html", context, timezone.now())


@staff_only
def failure(request: DeskRequest, failure: str) -> HttpResponse:
    return PAGES.show(request, failure)


@staff_only
@require_POST
def act(request: DeskRequest, failure: str, verb: str) -> HttpResponse:
    return PAGES.act(request, failure, verb)


def _context(case: StructuralFailure, user: User) -> dict[str, Any]:
    return {"meldingen": case.meldingen.order_by("received_at")}


PAGES = CasePages(FAILURE, "incidents/failure.html", "incidents:failure_act", "escalations", _context)


@require_safe
@for_contacts
def portal_failures(request: HttpRequest, contact: Contact) -> HttpResponse:
    """For the hoofdcontactpersoon; for others there is nothing to see here."""
    return _portal(request, contact)


@require_POST
@for_contacts
def portal_request(request: HttpRequest, contact: Contact, failure: str) -> HttpResponse:
    made = attempt(request, FAILURE, PAGES.get(contact.user, failure), "request_talk")
    if isinstance(made, Refusal):
        return _portal(request, contact, failure, made)
    messages.success(request, _("Uw verzoek om overleg is vastgelegd."))
    return redirect("incidents:portal_failures")


def _portal(
    request: HttpRequest, contact: Contact, number: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    shown = [
        {
            "failure": one, "meldingen": one.meldingen.order_by("received_at"),
            "form": _form(one, contact.user, refusal if one.number == number else None),
        }
        for one in visible(contact.user)[:MOST]
    ]  # fmt: skip
    if refusal and refusal.error and str(refusal.error):
        messages.error(request, str(refusal.error))
    context = {"nav": "meldingen", "shown": shown, "refused": number}
    return render(request, "portal/failures.html", context, status=refusal.status if refusal else 200)


def _form(case: StructuralFailure, user: User, refusal: Refusal | None) -> StepForm | None:
    if "request_talk" not in FAILURE.offered(case, user):
        return None
    form = refusal.form if refusal else asked(FAILURE, case, user, "request_talk")
    form.auto_id = f"{case.number}_%s"  # there is one for each failure on the page
    return form
