"""The pages of the trail: everything for the privacy officer, its own share for a hoofdcontactpersoon."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contractants.models import Contact
from desk import paging
from desk.models import AuditRecord, User
from incidents.views.contractant import for_contacts
from incidents.views.shell import DeskRequest, page, staff_only
from privacy.logbook import queries, sheets
from privacy.logbook.forms import Search

ROWS = 100


@require_safe
@staff_only
def search(request: DeskRequest) -> HttpResponse:
    """Newest first; what was asked wrongly is named, and nothing is shown."""
    form = _asked(request)
    rows = queries.found(form.chosen()) if form.is_valid() else AuditRecord.objects.none()
    given = {name: str(request.GET[name]) for name in form.fields if request.GET.get(name)}
    context = {
        "nav": "logbook", "form": form, "export": urlencode(given), **queries.state_of_chain(), **_page(request, rows, given),
    }  # fmt: skip
    return page(
        request, "privacy/logbook/search.html", context, timezone.now(), 200 if form.is_valid() else 422
    )


@require_safe
@staff_only
def export(request: DeskRequest) -> HttpResponse:
    """All that was found, as CSV; with a contractant chosen it is that one's share."""
    form = _asked(request)
    if not form.is_valid():
        return search(request)
    return sheets.download(queries.all_lines(queries.found(form.chosen())), sheets.EVERYTHING, "logboek")


@require_safe
@for_contacts
def portal(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Who saw or changed what of one's own organisation."""
    _check_main(contact)
    context = {"nav": "portal_logbook", "contact": contact, **_page(request, queries.share(contact), {})}
    return render(request, "privacy/logbook/portal.html", context)


@require_safe
@for_contacts
def portal_export(request: HttpRequest, contact: Contact) -> HttpResponse:
    _check_main(contact)
    return sheets.download(queries.all_lines(queries.share(contact)), sheets.SHARE, "inzage")


def is_main(user: User) -> bool:
    """Whether this is somebody's hoofdcontactpersoon."""
    contact = getattr(user, "contact", None)
    return contact is not None and contact.role == Contact.Role.MAIN


def _asked(request: DeskRequest) -> Search:
    if not request.user.may("privacy.audit"):
        raise PermissionDenied
    return Search(request.GET)


def _check_main(contact: Contact) -> None:
    if not is_main(contact.user):
        raise PermissionDenied


def _page(request: HttpRequest, rows: Any, given: dict[str, str]) -> dict[str, Any]:
    found = paging.page(
        rows, queries.NEWEST, size=ROWS, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )  # fmt: skip
    return {
        "lines": queries.lines(found.rows),
        "previous_url": "?" + urlencode({**given, "before": found.previous}) if found.previous else "",
        "next_url": "?" + urlencode({**given, "after": found.next}) if found.next else "",
    }
