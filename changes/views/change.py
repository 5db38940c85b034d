"""Changes for staff: the lists, one of them, and taking one in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from changes import doors, facts, queries
from changes.actions.request import register
from changes.approvals import needed
from changes.forms_change import NewChange, NewRequest
from changes.models import Change
from desk import paging
from desk.door import NotAllowed, Refused
from desk.models import IdempotentRequest, User
from desk.numbers import by_number
from incidents.models import Melding
from incidents.views.cases import CasePages, status_of
from incidents.views.shell import DeskRequest, page, staff_only
from problems.models import Problem

ROWS = 50


def context(change: Change, user: User) -> dict[str, Any]:
    """What its page shows beside the steps."""
    signed = {one.role: one for one in change.given}
    return {
        "facts": facts.of_change(change, timezone.now(), internal=True),
        "approvals": [{"role": role.label, "given": signed.get(role)} for role in needed(change.risk_level)],
    }


PAGES = CasePages(doors.CHANGE, "changes/change.html", "changes:change_act", "changes", context)


@staff_only
@require_safe
def change(request: DeskRequest, change: str) -> HttpResponse:
    return PAGES.show(request, change)


@staff_only
@require_POST
def change_act(request: DeskRequest, change: str, verb: str) -> HttpResponse:
    return PAGES.act(request, change, verb)


@staff_only
@require_safe
def changes(request: DeskRequest) -> HttpResponse:
    """One of the lists, in its order of work."""
    chosen = next((view for view in queries.VIEWS if view.slug == request.GET.get("view")), queries.VIEWS[0])
    rows = chosen.narrow(queries.changes(request.user), request.user)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = paging.page(rows, chosen.keys, size=ROWS, after=after, before=before)
    now = timezone.now()
    context = {
        "nav": "changes", "title": chosen.name, "rows": [_row(one, now) for one in found.rows],
        "groups": _groups(request.user, chosen.slug), "may_register": request.user.may("change.register"),
        "previous_url": _url(chosen.slug, before=found.previous) if found.previous else "",
        "next_url": _url(chosen.slug, after=found.next) if found.next else "",
    }  # fmt: skip
    return page(request, "changes/changes.html", context, now)


def _row(change: Change, now: datetime) -> dict[str, Any]:
    return {"change": change, "late": change.responded_at is None and change.is_late(now)}


def _groups(user: User, chosen: str) -> list[dict[str, Any]]:
    counts = queries.counts(user)
    views = [
        {"label": one.name, "count": counts.get(one.slug), "hot": one.slug == "approve" and counts["approve"],
         "active": one.slug == chosen, "url": _url(one.slug)}
        for one in queries.VIEWS
    ]  # fmt: skip
    calendar = {"label": _("Releasekalender"), "url": reverse("changes:releases")}
    return [
        {"title": _("Wijzigingen"), "views": views},
        {"title": _("Releases"), "views": [calendar]},
    ]


def _url(view: str, **place: str) -> str:
    return reverse("changes:changes") + "?" + urlencode({"view": view, **place})


@staff_only
def new(request: DeskRequest) -> HttpResponse:
    """The supplier's own, on behalf of a contact, or out of a Melding or Problem."""
    if not request.user.may("change.register"):
        raise PermissionDenied
    source = _source(request)
    form = NewChange(request.POST or None, user=request.user, **source)
    if request.method == "POST" and form.is_valid() and (made := send(request, form)):
        messages.success(request, _("Wijziging %(number)s is vastgelegd.") % {"number": made.number})
        return redirect(made)
    context = {"nav": "changes", "form": form, **source}
    return page(request, "changes/change_new.html", context, timezone.now(), status_of(form))


def send(request: Any, form: NewRequest, **more: Any) -> Change | None:
    """The new Change, or the one that this very form made when it was sent before; None where it was refused."""
    key = f"change-{form.cleaned_data['client_key'] or uuid4()}"
    try:
        with transaction.atomic():
            once, is_new = IdempotentRequest.objects.get_or_create(
                user=request.user, key=key, defaults={"fingerprint": "", "body": {}}
            )
            if not is_new:
                return _made(queries.changes(request.user), dict(once.body or {})["number"])
            made = register(form.request(**more), by=request.user, at=timezone.now())
            once.body = {"number": made.number}
            once.save(update_fields=["body"])
    except Refused as error:
        form.refuse(error)
        return None
    return made


def _made(rows: Any, number: str) -> Change:
    """What this form made before, where they may still see it."""
    found: Change | None = rows.filter(number=number).first()
    if found is None:
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    return found


def _source(request: DeskRequest) -> dict[str, Any]:
    """The Melding or Problem in the address; 404 for one that is not there for this person."""
    melding, problem = request.GET.get("melding"), request.GET.get("problem")
    return {
        "melding": _get(Melding.objects.visible_to(request.user), melding) if melding else None,
        "problem": _get(Problem.objects.visible_to(request.user), problem) if problem else None,
    }


def _get(rows: Any, number: str) -> Any:
    found = by_number(rows, number)
    if found is None:
        raise Http404
    return found


@staff_only
@require_safe
def beside(request: DeskRequest) -> HttpResponse:
    """The part of the page of a Melding or a Problem that names its Changes."""
    source = {name: found for name, found in _source(request).items() if found}
    if not source:
        raise Http404
    rows = queries.changes(request.user).filter(**source)
    return render(request, "changes/_beside.html", {"rows": rows})
