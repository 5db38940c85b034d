"""Who runs behind: which Release each contractant uses, for staff (art. 5.2, SLA 11)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from changes import usage_queries as queries
from changes.actions.usage import record_use
from changes.forms_usage import UseForm
from changes.models import Release
from changes.usage_queries import VIEWS, View
from contractants.models import Contractant
from desk import paging
from desk.door import Refused
from desk.numbers import by_number
from incidents.views.cases import status_of
from incidents.views.shell import DeskRequest, page, staff_only

ROWS = 50


@staff_only
@require_safe
def behind(request: DeskRequest) -> HttpResponse:
    """One view of the contractants; those that run behind to begin with. Of one Release: those that use it."""
    now, asked = timezone.now(), request.GET
    known, query = queries.known(now), asked.get("q", "").strip()[:200]
    view = next((view for view in VIEWS if view.slug == asked.get("view")), VIEWS[0])
    release = by_number(Release.objects.all(), asked.get("release"))
    held = queries.held(now)
    chosen = held.filter(use=release.pk) if release else held if query else held.filter(view.chosen(known))
    after, before = asked.get("after", ""), asked.get("before", "")
    found = paging.page(
        queries.contractants(chosen, query), queries.BY_NAME, size=ROWS, after=after, before=before
    )
    here = {"release": release.number} if release else {"q": query} if query else {"view": view.slug}
    context = {
        "nav": "releases", "view": view, "query": query, "release": release,
        "groups": _groups(None if query or release else view, queries.counts(now, known)),
        "rows": queries.by_contractant(chosen, found.rows, known),
        "previous_url": _url(**here, before=found.previous) if found.previous else "",
        "next_url": _url(**here, after=found.next) if found.next else "",
    }  # fmt: skip
    return page(request, "changes/usage.html", context, now)


def _groups(chosen: View | None, counts: dict[str, int]) -> list[dict[str, Any]]:
    views = [
        {
            "label": view.name, "count": counts[view.slug], "hot": view.hot, "url": _url(view=view.slug),
            "active": view == chosen,
        }
        for view in VIEWS
    ]  # fmt: skip
    return [{"title": _("Contractanten"), "views": views}]


def _url(**asked: str) -> str:
    return reverse("changes:usage") + "?" + urlencode(asked)


@staff_only
def of_contractant(request: DeskRequest, contractant: UUID) -> HttpResponse:
    """What one contractant uses and used, and recording what it uses now."""
    one = Contractant.objects.filter(public_id=contractant).first()
    if one is None:
        raise Http404
    form = UseForm(request.POST or None, contractant=one)
    if request.method == "POST":
        if not request.user.may("release.record_use"):
            raise PermissionDenied
        if form.is_valid() and _recorded(request, one, form):
            return redirect("changes:usage_of", one.public_id)
    now = timezone.now()
    context = {
        "nav": "releases", "contractant": one, "uses": queries.of_contractant(one, now), "form": form,
        "history": queries.history(one)[: queries.PART], "may_record": request.user.may("release.record_use"),
    }  # fmt: skip
    return page(request, "changes/usage_of.html", context, now, status_of(form))


def _recorded(request: DeskRequest, contractant: Contractant, form: UseForm) -> bool:
    try:
        made = record_use(contractant, by=request.user, at=timezone.now(), **form.arguments())
    except Refused as error:
        form.refuse(error)
        return False
    told = {"contractant": contractant, "release": made.release.title}
    messages.success(request, _("%(contractant)s gebruikt %(release)s – vastgelegd.") % told)
    return True
