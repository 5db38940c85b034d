"""For the privacy officer: what the next night would erase, what earlier ones did, and what is held."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desk.door import Refused
from desk.numbers import by_number
from incidents.models import Melding
from incidents.views.cases import status_of
from incidents.views.shell import DeskRequest, page, staff_only
from privacy.models import LegalHold, RetentionRun
from privacy.retention import holds, queries
from privacy.retention.forms import HoldForm, LiftForm
from privacy.retention.kinds import BY_SLUG

NAV = "privacy"
NIGHTS = 14


def _officer(request: DeskRequest, verb: str) -> None:
    if not request.user.may(verb):
        raise PermissionDenied


@require_safe
@staff_only
def retention(request: DeskRequest) -> HttpResponse:
    """What would happen now, rule by rule; looking changes nothing."""
    _officer(request, "privacy.retain")
    now = timezone.now()
    runs = [{"run": row, "done": _named(row.done), "left": _named(row.left)} for row in RetentionRun.objects.all()[:NIGHTS]]  # fmt: skip
    context = {
        "nav": NAV,
        "outlook": queries.outlook(now),
        "fixed": queries.fixed(),
        "next": queries.next_run(now),
        "runs": runs,
    }
    return page(request, "privacy/retention/retention.html", context, now)


def _named(counted: dict[str, int]) -> list[tuple[Any, int]]:
    return [(BY_SLUG[slug].label if slug in BY_SLUG else slug, number) for slug, number in counted.items()]


@staff_only
def legal_holds(request: DeskRequest) -> HttpResponse:
    """Those in force, those that were lifted, and a new one."""
    _officer(request, "privacy.hold")
    now = timezone.now()
    form = HoldForm(
        request.POST or None, user=request.user, initial={"melding": request.GET.get("melding", "")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            hold = holds.place(form.on(), by=request.user, at=now, reason=form.cleaned_data["reason"])
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(what)s wordt vanaf nu vastgehouden.") % {"what": hold})
            return redirect("privacy:holds")
    rows = LegalHold.objects.visible_to(request.user).select_related("melding", "contact__user", "contractant", "placed_by", "lifted_by")  # fmt: skip
    context = {
        "nav": NAV, "form": form, "held": rows.in_force(now), "lifted": rows.filter(lifted_at__lte=now)[:50],
    }  # fmt: skip
    return page(request, "privacy/retention/holds.html", context, now, status_of(form))


@staff_only
def lift(request: DeskRequest, hold: int) -> HttpResponse:
    _officer(request, "privacy.hold")
    now = timezone.now()
    row = LegalHold.objects.visible_to(request.user).in_force(now).filter(pk=hold).first()
    if row is None:
        raise Http404
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            holds.lift(row, by=request.user, at=now, reason=form.cleaned_data["reason"])
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("De bewaarplicht op %(what)s is opgeheven.") % {"what": row})
            return redirect("privacy:holds")
    return page(
        request, "privacy/retention/lift.html", {"nav": NAV, "form": form, "hold": row}, now, status_of(form)
    )


@require_safe
@staff_only
def beside(request: DeskRequest) -> HttpResponse:
    """What holds a Melding, as a part of its page; who may not know why reads only that it is held."""
    melding = by_number(Melding.objects.visible_to(request.user), request.GET.get("melding"))
    found = queries.holds_on(melding, timezone.now()) if melding else LegalHold.objects.none()
    shown = list(found.select_related("melding", "contact__user", "contractant"))
    may_read = request.user.may("privacy.hold")
    return render(request, "privacy/retention/_beside.html", {"holds": shown, "may_read": may_read})
