"""Changes and Releases in the portal: asking for a Change and following it (SLA 10.1), and the release notes of the
Diensten that a contractant has (SLA 11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from changes import doors, facts, queries, usage_queries
from changes.forms_change import NewRequest
from changes.models import Change, Release
from changes.views.change import send
from changes.views.release import documents, year_asked
from contractants.models import Contact, Service
from desk import paging
from desk.models import User
from incidents.views.cases import CasePages, status_of
from incidents.views.contractant import for_contacts
from sla.queries import contracts_on

ROWS = 25


def shell(
    request: Any, template: str, context: dict[str, Any], now: datetime, status: int = 200
) -> HttpResponse:
    return render(request, template, {"shell": "base_portal.html", **context}, status=status)


def of_change(change: Change, user: User) -> dict[str, Any]:
    return {"facts": facts.of_change(change, timezone.now(), internal=False)}


def of_release(release: Release, user: User) -> dict[str, Any]:
    return {
        "facts": facts.of_release(release), "notes": list(queries.notes(release)) if release.is_out else [],
        "documents": documents(release) if release.is_out else [],
    }  # fmt: skip


CHANGE = CasePages(
    doors.CHANGE_TOLD, "portal/change.html", "changes:portal_change_act", "changes", of_change, internal=False,
    shell=shell,
)  # fmt: skip
RELEASE = CasePages(
    doors.RELEASE_TOLD, "portal/release.html", "changes:portal_release", "releases", of_release, internal=False,
    shell=shell,
)  # fmt: skip


@require_safe
@for_contacts
def changes(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Those of the own contractant, newest first."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = paging.page(queries.changes(contact.user), queries.NEWEST, size=ROWS, after=after, before=before)
    context = {
        "nav": "changes", "rows": found.rows,
        "previous_url": "?" + urlencode({"before": found.previous}) if found.previous else "",
        "next_url": "?" + urlencode({"after": found.next}) if found.next else "",
    }  # fmt: skip
    return render(request, "portal/changes.html", context)


@for_contacts
def new(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Ask for a Change of a Dienst that the contractant has."""
    held = contracts_on(timezone.now()).filter(contractant=contact.contractant)
    services = Service.objects.filter(pk__in=held.values("service"), is_active=True)
    form = NewRequest(request.POST or None, services=services)
    if request.method == "POST" and form.is_valid() and (made := send(request, form, contact=contact)):
        said = _("Uw aanvraag is ontvangen. Het nummer is %(number)s.") % {"number": made.number}
        messages.success(request, said)
        return redirect("changes:portal_change", made.number)
    context = {"nav": "changes", "form": form, "services": services}
    return render(request, "portal/change_new.html", context, status=status_of(form))


@require_safe
@for_contacts
def change(request: HttpRequest, contact: Contact, change: str) -> HttpResponse:
    return CHANGE.show(request, change)


@require_POST
@for_contacts
def change_act(request: HttpRequest, contact: Contact, change: str, verb: str) -> HttpResponse:
    return CHANGE.act(request, change, verb)


@require_safe
@for_contacts
def releases(request: HttpRequest, contact: Contact) -> HttpResponse:
    """The release calendar of a year, and what the own contractant uses (SLA 11, art. 5.2)."""
    year = year_asked(request)
    context = {
        "nav": "releases", "year": year, "rows": queries.in_year(contact.user, year),
        "uses": usage_queries.of_contractant(contact.contractant, timezone.now()),
        "previous_url": f"?jaar={year - 1}", "next_url": f"?jaar={year + 1}",
    }  # fmt: skip
    return render(request, "portal/releases.html", context)


@require_safe
@for_contacts
def release(request: HttpRequest, contact: Contact, release: str) -> HttpResponse:
    return RELEASE.show(request, release)
