"""Beside a Melding: the Problems behind it, what is known that resembles it, and using that with one click."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from desk.door import Refused
from desk.numbers import those
from incidents.models import Melding, State
from incidents.models.choices import WORKING
from incidents.views.shell import DeskRequest, page, staff_only
from problems import actions, queries
from problems.doors import rows
from problems.forms import MOST, Apply, WithTicked
from problems.models.problem import NOT_CLOSED

CHOICES = 100  # open Problems to choose from


@staff_only
def known(request: DeskRequest) -> HttpResponse:
    """A part of the page of `?melding=`; empty where nothing is known."""
    melding = _melding(request, request.GET.get("melding", ""))
    context = {
        "melding": melding, "behind": queries.behind(request.user, melding),
        "known": queries.known(request.user, melding) if melding.is_open else [],
        "may_use": NOT_CLOSED,
        "may_apply": request.user.may("problem.apply") and melding.state in {State.RECEIVED, *WORKING},
    }  # fmt: skip
    return render(request, "problems/_known.html", context)


@staff_only
@require_POST
def apply(request: DeskRequest, problem: str) -> HttpResponse:
    """Solve a Melding with the workaround of this Problem, and go back to it."""
    found = rows(request.user).filter(number=problem).first()
    form = Apply(request.POST)
    if found is None or not form.is_valid():
        raise Http404
    melding = _melding(request, form.cleaned_data["melding"])
    seen, read = form.cleaned_data["version"], form.cleaned_data["read"]
    try:
        actions.apply(found, by=request.user, at=timezone.now(), melding=melding, seen=seen, version=read)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("%(number)s: opgelost met de workaround van %(problem)s.")
        messages.success(request, done % {"number": melding.number, "problem": found.number})
    return redirect(melding)


@staff_only
@require_POST
def together(request: DeskRequest) -> HttpResponse:
    """Link the Meldingen that were ticked in the worklist to a Problem; first ask which one."""
    if not request.user.may("problem.link"):
        raise PermissionDenied
    chosen = _ticked(request)
    if not chosen:
        messages.error(request, _("Vink eerst één of meer meldingen aan."))
        return redirect("incidents:worklist")
    form = WithTicked(request.POST if "problem" in request.POST else None, user=request.user)
    if not form.is_valid():
        return _ask_which(request, chosen, form)
    problem = form.cleaned_data["problem"]
    try:
        actions.link(problem, by=request.user, at=timezone.now(), meldingen=chosen)
    except Refused as refusal:
        messages.error(request, f"{problem.number}: {refusal}")
        return _ask_which(request, chosen, form, 422)
    said = ngettext("%d melding gekoppeld.", "%d meldingen gekoppeld.", len(chosen))
    messages.success(request, said % len(chosen))
    return redirect(problem)


def _ask_which(
    request: DeskRequest, chosen: list[Melding], form: WithTicked, status: int = 200
) -> HttpResponse:
    open_ones = rows(request.user).filter(state__in=NOT_CLOSED)
    context: dict[str, Any] = {
        "nav": "worklist",
        "chosen": chosen,
        "form": form,
        "problems": open_ones[:CHOICES],
    }
    status = 422 if form.errors else status
    return page(request, "problems/together.html", context, timezone.now(), status)


def _ticked(request: DeskRequest) -> list[Melding]:
    rows = Melding.objects.visible_to(request.user).filter(
        number__in=those("M", request.POST.getlist("melding")[:MOST])
    )
    return list(rows.order_by("received_at", "id"))


def _melding(request: DeskRequest, number: str) -> Melding:
    """The same answer for unknown and for not allowed."""
    found = Melding.objects.visible_to(request.user).filter(number__in=those("M", [number])).first()
    if found is None:
        raise Http404
    return found
