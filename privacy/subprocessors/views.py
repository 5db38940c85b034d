"""Sub-processors: the register with what was announced, for staff and in the portal (VWO 7.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
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
from privacy.models import Objection, Subprocessor
from privacy.subprocessors import actions
from privacy.subprocessors.doors import DOORS, rows
from privacy.subprocessors.forms import ProposeForm


def _facts(case: Subprocessor, user: Any) -> dict[str, Any]:
    found = [
        (_("Wat doet die voor ons"), case.task), (_("Gegevens"), case.data), (_("Land"), case.country),
        (_("Doorgifte"), str(case.get_place_display())),
        (_("Diensten"), ", ".join(map(str, case.services.all())) or _("alle")),
        (_("Aangekondigd"), full(case.announced_at) if case.announced_at else ""),
        (_("In gebruik sinds"), full(case.active_since) if case.active_since else ""),
        (_("Beëindigd"), full(case.ended_at) if case.ended_at else ""),
    ]  # fmt: skip
    return {
        "facts": [{"label": label, "value": value} for label, value in found if value],
        "objections": Objection.objects.visible_to(user).filter(subprocessor=case).select_related("contractant"),
        "open": case.takes_objections(timezone.now()),
    }  # fmt: skip


def _context(case: Subprocessor, user: Any) -> dict[str, Any]:
    shown = _facts(case, user)
    shown["facts"].append({"label": _("Verwerkersovereenkomst"), "value": case.agreement})
    told = list(case.announced.select_related("contact__user", "contact__contractant", "notice"))
    reached = {one.contact.contractant_id for one in told}
    missed = case.concerned().exclude(pk__in=reached)
    return {**shown, "told": told, "unreached": missed if case.announced_at else []}


def _portal(request: HttpRequest, template: str, context: dict[str, Any], now: datetime, status: int = 200) -> HttpResponse:  # fmt: skip
    acts = context["acts"] if context["open"] else []
    return render(request, template, {**context, "acts": acts, "shell": "base_portal.html"}, status=status)


PAGES = CasePages(
    DOORS, "privacy/subprocessors/subprocessor.html", "privacy:subprocessor_act", "privacy", _context
)
PORTAL = CasePages(
    DOORS, "privacy/subprocessors/subprocessor.html", "privacy:portal_subprocessor_act", "portal_privacy", _facts,
    internal=False, shell=_portal,
)  # fmt: skip


@require_safe
@staff_only
def listed(request: DeskRequest) -> HttpResponse:
    now = timezone.now()
    shown = [{"case": one, "open": one.takes_objections(now)} for one in rows(request.user)]
    may_add = request.user.may("subprocessor.handle")
    return page(request, "privacy/subprocessors/subprocessors.html", {"nav": "privacy", "rows": shown, "may_add": may_add}, now)  # fmt: skip


@staff_only
def new(request: DeskRequest) -> HttpResponse:
    if not request.user.may("subprocessor.handle"):
        raise PermissionDenied
    now, form = timezone.now(), ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register(form.proposed(), by=request.user, at=now)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s is vastgelegd.") % {"number": made.number})
            return redirect(made)
    return page(
        request, "privacy/subprocessors/new.html", {"nav": "privacy", "form": form}, now, status_of(form)
    )


@require_safe
@staff_only
def one(request: DeskRequest, subprocessor: str) -> HttpResponse:
    return PAGES.show(request, subprocessor)


@require_POST
@staff_only
def act(request: DeskRequest, subprocessor: str, verb: str) -> HttpResponse:
    return PAGES.act(request, subprocessor, verb)


@require_safe
@for_contacts
def portal_one(request: HttpRequest, contact: Contact, subprocessor: str) -> HttpResponse:
    return PORTAL.show(request, subprocessor)


@require_POST
@for_contacts
def portal_act(request: HttpRequest, contact: Contact, subprocessor: str, verb: str) -> HttpResponse:
    return PORTAL.act(request, subprocessor, verb)
