"""What contractants are advised about (SLA 12.3): of a Problem they see the advice, and nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contractants.models import Contact
from desk.permissions import Role
from incidents.views.contractant import for_contacts
from problems import queries
from problems.models import Problem, ProblemState

MOST = 100


@require_safe
@for_contacts
def known(request: HttpRequest, contact: Contact) -> HttpResponse:
    found = queries.advised(contact.user, timezone.now())[:MOST]
    context = {"nav": "known", "rows": [_shown(problem) for problem in found]}
    return render(request, "portal/known.html", context)


@require_safe
@login_required(login_url="account_request_login_code")
def known_one(request: Any, problem: str) -> HttpResponse:
    """For contacts; staff who follow a link go to the page of the desk."""
    found = queries.advised(request.user, timezone.now()).filter(number=problem).first()
    if found is None:
        raise Http404
    if request.user.role != Role.CONTACT:
        return redirect(found)
    return render(request, "portal/known_one.html", {"nav": "known", "one": _shown(found)})


@require_safe
@for_contacts
def suggested(request: HttpRequest, contact: Contact) -> HttpResponse:
    """A part of the page on which something is reported: what is known about `?subject=`; empty where nothing is."""
    subject = request.GET.get("subject", "").replace("\x00", " ")[:200]
    found = queries.suggested(contact.user, subject, timezone.now())
    shown = [_shown(one.problem) for one in found]
    return render(request, "portal/_known.html", {"rows": shown})


def _shown(problem: Problem) -> dict[str, Any]:
    """All that leaves the desk."""
    return {
        "number": problem.number, "title": problem.public_title, "advice": problem.advice, "service": problem.service,
        "at": problem.published_at, "is_solved": problem.state == ProblemState.SOLVED,
        "is_planned": problem.state == ProblemState.SOLUTION_PLANNED,
    }  # fmt: skip
