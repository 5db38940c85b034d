"""Releases for staff: the calendar of a year, one of them, and putting one on the calendar (SLA 11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from changes import doors, facts, queries, usage_queries
from changes.actions.release import register
from changes.forms_release import NewRelease
from changes.models import Release, ReleaseDocument
from desk import attachments
from desk.door import Refused
from desk.models import User
from incidents.views.cases import CasePages, status_of
from incidents.views.shell import DeskRequest, page, staff_only

FIRST_YEAR, LAST_YEAR = 2000, 2100
SHOWN = 25  # contractants on the page of a Release; the others are a link away


def context(release: Release, user: User) -> dict[str, Any]:
    """What its page shows beside the steps."""
    parts = sorted(release.changes.all(), key=lambda one: (one.requested_at, one.pk))
    users = list(usage_queries.users_of(release, timezone.now())[: SHOWN + 1])
    return {
        "facts": facts.of_release(release), "parts": parts, "documents": documents(release),
        "users": users[:SHOWN], "more_users": len(users) > SHOWN,
    }  # fmt: skip


def documents(release: Release) -> list[dict[str, Any]]:
    """For `components/attachments.html`."""
    return [
        {"name": one.name, "size": one.size, "kind": "file", "url": reverse("changes:document", args=[one.public_id])}
        for one in release.documents.all()
    ]  # fmt: skip


PAGES = CasePages(doors.RELEASE, "changes/release.html", "changes:release_act", "releases", context)


@staff_only
@require_safe
def release(request: DeskRequest, release: str) -> HttpResponse:
    return PAGES.show(request, release)


@staff_only
@require_POST
def release_act(request: DeskRequest, release: str, verb: str) -> HttpResponse:
    return PAGES.act(request, release, verb)


def year_asked(request: HttpRequest) -> int:
    """That of the address, else this one."""
    text = request.GET.get("jaar", "")
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR:
        return int(text)
    return timezone.localdate().year


@staff_only
@require_safe
def releases(request: DeskRequest) -> HttpResponse:
    year, now = year_asked(request), timezone.now()
    to_move = usage_queries.counts(now, usage_queries.known(now))["move"]
    context = {
        "nav": "releases", "year": year, "to_move": to_move, "rows": queries.in_year(request.user, year),
        "short": queries.short(year), "past": queries.past_support(request.user, timezone.localdate()),
        "may_register": request.user.may("release.register"),
        "previous_url": f"?jaar={year - 1}", "next_url": f"?jaar={year + 1}",
    }  # fmt: skip
    return page(request, "changes/releases.html", context, now)


@staff_only
def new(request: DeskRequest) -> HttpResponse:
    if not request.user.may("release.register"):
        raise PermissionDenied
    form = NewRelease(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = register(by=request.user, at=timezone.now(), **form.arguments())
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Release %(number)s staat op de kalender.") % {"number": made.number})
            return redirect(made)
    context = {"nav": "releases", "form": form}
    return page(request, "changes/release_new.html", context, timezone.now(), status_of(form))


@login_required(login_url="account_request_login_code")
@require_safe
def document(request: HttpRequest, document: UUID) -> HttpResponseBase:
    """The document as it was added, always as a download."""
    rows: Any = ReleaseDocument.objects.all()
    found = rows.visible_to(request.user).filter(public_id=document).first()
    if found is None:
        raise Http404
    return attachments.download(found)
