"""Problems on the desk: the lists, one with its steps, and a new one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk import paging
from desk.door import Invalid
from desk.models import IdempotentRequest, User
from desk.numbers import those
from incidents.models import Melding
from incidents.views.cases import CasePages
from incidents.views.shell import DeskRequest, page, staff_only
from problems import actions, queries
from problems.doors import PROBLEM
from problems.forms import MOST, NewProblem
from problems.models import Origin, Problem

ROWS = 50
LINKED = 50  # Meldingen on the page of a Problem


@staff_only
def listed(request: DeskRequest) -> HttpResponse:
    """The Problems of a view, those with the highest risk first; or what was searched for."""
    now, asked = timezone.now(), request.GET.get("q", "").replace("\x00", " ").strip()
    view = request.GET.get("view", "open")
    view = view if view in queries.VIEW else "open"
    keys = queries.NEWEST if view == "all" or asked else queries.BY_RISK
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    rows = queries.listed(request.user, view, asked)
    found = paging.page(rows, keys, size=ROWS, after=after, before=before)
    kept = {"q": asked} if asked else {"view": view}
    context = {
        "nav": "problems", "view": queries.VIEW[view], "asked": asked, "rows": found.rows,
        "groups": _groups("" if asked else view, queries.counts(request.user)), "may_open": request.user.may("problem.open"),
        "previous_url": "?" + urlencode({**kept, "before": found.previous}) if found.previous else "",
        "next_url": "?" + urlencode({**kept, "after": found.next}) if found.next else "",
    }  # fmt: skip
    return page(request, "problems/problems.html", context, now)


def _groups(chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    base = reverse("problems:problems")

    def links(views: list[queries.View]) -> list[dict[str, Any]]:
        return [
            {
                "label": capfirst(str(view.name)), "url": f"{base}?view={view.slug}", "active": view.slug == chosen,
                "count": None if view.slug == "all" else counts[view.slug], "hot": view.slug == "risk-1" and counts[view.slug],
            }
            for view in views
        ]  # fmt: skip

    candidates = {
        "label": _("Workarounds zonder probleem"), "url": reverse("problems:candidates"), "active": chosen == "candidates",
    }  # fmt: skip
    return [
        {"title": _("Weergaven"), "views": links(queries.VIEWS)},
        {"title": _("Risico"), "views": links(queries.RISKS)},
        {"title": _("Nog te doen"), "views": [candidates]},
    ]


@staff_only
def candidates(request: DeskRequest) -> HttpResponse:
    """What still has to be taken up as a Problem (SLA 12.1): ticked, it is linked to one or opens one."""
    now = timezone.now()
    context = {
        "nav": "problems", "meldingen": queries.candidates(request.user, now)[:MOST],
        "groups": _groups("candidates", queries.counts(request.user)), "may_link": request.user.may("problem.link"),
    }  # fmt: skip
    return page(request, "problems/candidates.html", context, now)


# --- One


def _context(problem: Problem, user: User) -> dict[str, Any]:
    linked = queries.linked(problem, LINKED)
    return {
        "problem": problem, "linked": linked, "moments": problem.moments.all(),
        "todo": problem.with_actions().actions.all(), "facts": _facts(problem),
        "needs_cause": linked.has_grave and not problem.cause,
    }  # fmt: skip


def _facts(problem: Problem) -> list[dict[str, Any]]:
    facts = [
        (_("Eigenaar"), str(problem.owner or _("niemand"))),
        (_("Dienst"), str(problem.service or _("nog niet bekend"))),
        (_("Kans"), problem.get_likelihood_display()),
        (_("Impact"), problem.get_impact_display()),
        (_("Herkomst"), problem.get_origin_display()),
        (_("Oplossing door"), problem.get_solution_kind_display()),
        (_("Verwijzing"), problem.solution_reference),
    ]
    return [{"label": label, "value": capfirst(value)} for label, value in facts if value]


PAGES: CasePages[Problem] = CasePages(
    PROBLEM, "problems/problem.html", "problems:problem_act", "problems", _context
)


@staff_only
def problem(request: DeskRequest, problem: str) -> HttpResponse:
    return PAGES.show(request, problem)


@staff_only
@require_POST
def act(request: DeskRequest, problem: str, verb: str) -> HttpResponse:
    return PAGES.act(request, problem, verb)


# --- A new one


@staff_only
def new(request: DeskRequest) -> HttpResponse:
    """By hand, or from the Meldingen in `?melding=`: what is known of them is filled in (SLA 12.1)."""
    if not request.user.may("problem.open"):
        raise PermissionDenied
    now = timezone.now()
    if request.method != "POST":
        return _form(request, NewProblem(user=request.user, initial=_known_of(request)), now)
    form = NewProblem(request.POST, user=request.user)
    if not form.is_valid():
        return _form(request, form, now, 422)
    try:
        made = _open(form, request.user, now)
    except Invalid as wrong:
        form.refuse(wrong)
        return _form(request, form, now, 422)
    messages.success(request, _("%(number)s is vastgelegd.") % {"number": made.number})
    return redirect(made)


def _form(request: DeskRequest, form: NewProblem, now: datetime, status: int = 200) -> HttpResponse:
    return page(request, "problems/new.html", {"nav": "problems", "form": form}, now, status)


@transaction.atomic
def _open(form: NewProblem, user: User, now: datetime) -> Problem:
    """Once, also where the button was pressed twice."""
    once, is_new = IdempotentRequest.objects.get_or_create(
        user=user, key=f"problem-{form.cleaned_data['client_key']}", defaults={"fingerprint": "", "body": {}}
    )
    if not is_new:
        return Problem.objects.visible_to(user).get(number=dict(once.body or {})["number"])
    given = form.arguments()
    with_workaround = any(melding.has_workaround for melding in given["meldingen"])
    origin = Origin.INCIDENT if with_workaround else Origin.HAND
    made = actions.open_problem(by=user, at=now, origin=origin, **given)
    once.body = {"number": made.number}
    once.save(update_fields=["body"])
    return made


def _known_of(request: DeskRequest) -> dict[str, Any]:
    """Of the Meldingen that it starts from: the first one tells what it is about."""
    numbers = those("M", request.GET.getlist("melding")[:MOST])
    found = Melding.objects.visible_to(request.user).filter(number__in=numbers)
    meldingen = list(found.order_by("received_at", "id"))
    if not meldingen:
        return {}
    first = meldingen[0]
    told = [one for one in meldingen if one.restricted_at is None]  # a Problem is read by more people
    workaround = next((one.solution for one in told if one.has_workaround), "")
    words = {"title": told[0].subject, "description": told[0].description} if told else {}
    return {
        **words, "service": first.service_id,
        "workaround": workaround, "meldingen": ", ".join(one.number for one in meldingen), "owner": request.user.pk,
    }  # fmt: skip
