"""Onderhoud for contractants in the portal, and for calendar programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from changes import feeds, maintenance_queries
from changes.actions import maintenance as actions
from changes.models import CalendarFeed, Maintenance
from contractants.models import Contact, Service
from desk.models import Notice
from desk.notices import kind_of, status
from incidents.views.contractant import for_contacts
from incidents.views.shell import DeskRequest, staff_only


@require_safe
@for_contacts
def portal(request: HttpRequest, contact: Contact) -> HttpResponse:
    """What is planned, goes on, fell through or was done, at the Diensten of one's own contractant."""
    now = timezone.now()
    context = {
        "nav": "maintenance", "coming": _shown(maintenance_queries.coming(contact.user, now), contact),
        "past": _shown(maintenance_queries.past(contact.user, now), contact), "feed": address_of(request), "now": now,
    }  # fmt: skip
    return render(request, "portal/maintenance.html", context)


def _shown(cases: list[Maintenance], contact: Contact) -> list[tuple[Maintenance, list[Service]]]:
    return [(case, case.shown_to(contact.user)) for case in cases]


@staff_only
@require_POST
def feed(request: DeskRequest) -> HttpResponse:
    """Make one's address for a calendar program, another one, or take it away."""
    return _feed(request, "changes:maintenances")


@require_POST
@for_contacts
def portal_feed(request: HttpRequest, contact: Contact) -> HttpResponse:
    return _feed(request, "changes:portal_maintenance")


def _feed(request: Any, back: str) -> HttpResponse:
    if request.POST.get("act") == "close":
        actions.close_feed(request.user)
        messages.success(request, _("Het agenda-adres werkt niet meer."))
    else:
        actions.open_feed(request.user, at=timezone.now())
        messages.success(request, _("Het nieuwe agenda-adres staat op deze pagina."))
    return redirect(back)


def address_of(request: Any) -> str:
    """One's own address, empty where there is none."""
    found = CalendarFeed.objects.filter(user=request.user).first()
    return str(request.build_absolute_uri(reverse("changes:maintenance_ics", args=[found.token]))) if found else ""  # fmt: skip


@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whose address it is; a guessed address is an unknown one."""
    found = feeds.feed_of(token)
    if found is None:
        raise Http404
    answer = HttpResponse(
        feeds.calendar(found.user, timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    answer["Cache-Control"] = "private, max-age=900"
    return answer


def who_was_told(notice: Notice, now: datetime) -> dict[str, Any]:
    return {
        "who": notice.name or notice.email, "email": notice.email, "what": kind_of(notice.key).label,
        "how": status.told(notice, now), "failed": status.failed(notice),
    }  # fmt: skip
