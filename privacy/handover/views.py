"""The pages of the end of a contract: for who watches over privacy, and for the hoofdcontactpersoon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from contractants.models import Contact, Contractant
from desk import attachments, audit
from desk.door import NotNow, Refused
from incidents.views.contractant import for_contacts
from incidents.views.shell import DeskRequest, page, staff_only
from privacy.handover import actions, queries, terms
from privacy.handover.forms import AgreeForm
from privacy.models import Erasure

NAV, PORTAL = "handover", "portal_privacy"


def _officers_only(view: Callable[..., Any]) -> Callable[..., Any]:
    @staff_only
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.may("erasure.plan"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@_officers_only
def listed(request: DeskRequest) -> HttpResponse:
    """Every contractant, and what was erased."""
    now = timezone.now()
    rows = [
        (one, terms.handed_until(one, now), terms.erased_from(one, now))
        for one in queries.contractants(request.user)
    ]
    context = {"nav": NAV, "rows": rows, "erasures": queries.erasures()[: queries.SHOWN]}
    return page(request, "privacy/handover/contractants.html", context, now)


@_officers_only
def contractant(request: DeskRequest, party: UUID) -> HttpResponse:
    """What was handed over of one, and what erasing it would mean."""
    found = _contractant(request, party)
    return _show(request, found, AgreeForm(found))


def _contractant(request: DeskRequest, public_id: UUID) -> Contractant:
    return get_object_or_404(queries.contractants(request.user), public_id=public_id)


def _show(request: DeskRequest, found: Contractant, form: AgreeForm, status: int = 200) -> HttpResponse:
    now, planned = timezone.now(), terms.under_way(found)
    handovers = queries.handovers(request.user, found)[: queries.SHOWN]
    context = {
        "nav": NAV, "contractant": found, "handovers": handovers, "erasure": planned, "form": form,
        "may_make": request.user.may("handover.make"),
        "may_approve": planned is not None and planned.planned_by_id != request.user.pk,
        "under_way": any(one.is_under_way for one in handovers), **queries.days(found, now),
        **(queries.foretold(found) if planned else {}),
    }  # fmt: skip
    return page(request, "privacy/handover/contractant.html", context, now, status)


@require_POST
@_officers_only
def make(request: DeskRequest, party: UUID) -> HttpResponse:
    found = _contractant(request, party)
    return _acted(request, found, "handover_make", lambda: actions.make_handover(found, by=request.user, at=timezone.now()),
                  _("De gegevens worden klaargezet."))  # fmt: skip


@require_POST
@_officers_only
def plan(request: DeskRequest, party: UUID) -> HttpResponse:
    found = _contractant(request, party)
    return _acted(request, found, "erasure_plan", lambda: actions.plan_erasure(found, by=request.user, at=timezone.now()),
                  _("Het wissen is gepland. Een ander moet het goedkeuren."))  # fmt: skip


@require_POST
@_officers_only
def approve(request: DeskRequest, party: UUID) -> HttpResponse:
    """With the name of the contractant typed over: this cannot be undone."""
    found = _contractant(request, party)
    form = AgreeForm(found, request.POST)
    if not form.is_valid():
        return _show(request, found, form, 422)
    return _acted(request, found, "erasure_approve", lambda: actions.approve_erasure(_planned(found), by=request.user, at=timezone.now()),
                  _("Goedgekeurd. De gegevens worden gewist."))  # fmt: skip


@require_POST
@_officers_only
def withdraw(request: DeskRequest, party: UUID) -> HttpResponse:
    found = _contractant(request, party)
    return _acted(request, found, "erasure_withdraw", lambda: actions.withdraw_erasure(_planned(found), by=request.user, at=timezone.now()),
                  _("Het wissen gaat niet door."))  # fmt: skip


def _planned(found: Contractant) -> Erasure:
    if planned := terms.under_way(found):
        return planned
    raise NotNow(_("Dit wacht niet meer op goedkeuring."))


def _acted(
    request: DeskRequest, found: Contractant, act: str, do: Callable[[], object], told: str
) -> HttpResponse:
    """Do it, or say why not; a refusal stands in the trail as `act`."""
    try:
        do()
    except Refused as error:
        audit.refused(act, by=request.user, at=timezone.now(), obj=found, why=error.code)
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect("privacy:handover", found.public_id)


@require_safe
@_officers_only
def erasure(request: DeskRequest, erasure: int) -> HttpResponse:
    """What remains of a contractant that was erased: how much went, by whom, and the proof."""
    found = get_object_or_404(queries.erasures(), pk=erasure)
    context = {"nav": NAV, "erasure": found, "counts": queries.named(found.counts), "stays": queries.STAYS}
    return page(request, "privacy/handover/erasure.html", context, timezone.now())


@require_GET
@_officers_only
def download(request: DeskRequest, archive: UUID) -> Any:
    return _fetched(request, archive)


@require_safe
@for_contacts
def portal(request: HttpRequest, contact: Contact) -> HttpResponse:
    """What the hoofdcontactpersoon can fetch."""
    context = {"nav": PORTAL, "contact": contact, "handovers": queries.handovers(contact.user)}
    return render(request, "privacy/handover/portal.html", context)


@require_GET
@for_contacts
def portal_download(request: HttpRequest, contact: Contact, archive: UUID) -> Any:
    return _fetched(request, archive)


def _fetched(request: Any, archive: UUID) -> FileResponse:
    """The archive, for as long as it can be fetched; what one may not see and what is gone give the same answer."""
    found = queries.handovers(request.user).filter(public_id=archive).first()
    try:
        if found is None:
            raise Http404
        return attachments.download(actions.fetch(found, by=request.user, at=timezone.now()))
    except (NotNow, FileNotFoundError):
        raise Http404 from None
