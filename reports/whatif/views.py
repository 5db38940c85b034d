"""The pages of what would have been late: the question, how far it is, and the answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from desk import audit, paging
from desk.models import User
from desk.paging import Key
from domain.priority import PRIORITIES
from incidents.clocks import CLOCKS
from incidents.models import Melding
from incidents.views.shell import DeskRequest, page, staff_only
from reports.models import Effect, Verdict, WhatIf, WhatIfLine
from reports.whatif import numbers
from reports.whatif.asking import ask
from reports.whatif.forms import Question, period_name
from sla.models import Policy, PolicyVersion, Target

ROWS, SHOWN = 50, 20
NEWEST = (Key("melding_id", descending=True),)
EFFECTS = {effect.name.lower(): effect for effect in (Effect.LATE, Effect.IN_TIME, Effect.SAME)}
NAV = "what_if"


@staff_only
def asked(request: DeskRequest) -> HttpResponse:
    """The question, and what was asked before."""
    _check_may(request.user)
    now, form = timezone.now(), Question(request.POST or None, user=request.user, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        about = {name: form.cleaned_data[name] for name in ("period", "policy", "service", "contractant")}
        return redirect(ask(form.alteration(), **about, by=request.user, at=now))
    before = WhatIf.objects.visible_to(request.user).select_related(
        "policy", "service", "contractant", "asked_by"
    )
    rows = [(run, period_name(run.period)) for run in before[:SHOWN]]
    status = 422 if form.is_bound else 200
    return page(request, "reports/what_ifs.html", {"nav": NAV, "form": form, "rows": rows}, now, status)


def _initial(request: DeskRequest) -> dict[str, Any]:
    """From a version that somebody was looking at, else the terms that hold by default."""
    given = request.GET.get("policy_version", "")
    version = PolicyVersion.objects.filter(pk=given).first() if _is_id(given) else None
    policy = (
        version.policy_id
        if version
        else Policy.objects.filter(is_default=True).values_list("pk", flat=True).first()
    )
    return {"policy": policy, "version": version and version.pk}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


@audit.polled
@staff_only
def one(request: DeskRequest, run: int) -> HttpResponse:
    """How far it is, or the answer: as numbers, and the list behind one of them."""
    _check_may(request.user)
    rows = WhatIf.objects.visible_to(request.user).select_related(
        "policy", "service", "contractant", "asked_by"
    )
    found = get_object_or_404(rows, pk=run)
    if request.htmx and found.is_under_way:
        return render(request, "reports/_what_if_progress.html", {"run": found})
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"nav": NAV, "run": found, "period": period_name(found.period)}
    if found.state == WhatIf.State.DONE:
        context |= _answer(request, found)
    return page(request, "reports/what_if.html", context, timezone.now())


def _answer(request: DeskRequest, run: WhatIf) -> dict[str, Any]:
    kept, title, rows = _chosen(request, run)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = paging.page(rows, NEWEST, size=ROWS, after=after, before=before)
    return {
        "effects": [
            {"slug": slug, "label": capfirst(effect.label), "number": run.numbers["effects"][slug],
             "url": _url(effect=slug), "active": kept == {"effect": slug}}
            for slug, effect in EFFECTS.items()
        ],
        "norm": [_norm(line) for line in run.numbers["norm"]], "title": title,
        "rows": _shown(found.rows, request.user),
        "previous_url": _url(**kept, before=found.previous) if found.previous else "",
        "next_url": _url(**kept, after=found.next) if found.next else "",
    }  # fmt: skip


def _chosen(request: DeskRequest, run: WhatIf) -> tuple[dict[str, str], str, QuerySet[WhatIfLine]]:
    """The list of an effect, or of a number of the norm; nonsense chooses what becomes late."""
    side, clock, priority, part = (
        request.GET.get(name, "") for name in ("side", "clock", "priority", "part")
    )
    if (
        side in numbers.SIDES
        and clock in CLOCKS
        and priority in map(str, PRIORITIES)
        and part in numbers.PARTS
    ):
        kept = {"side": side, "clock": clock, "priority": priority, "part": part}
        return kept, _title(side, clock, priority, part), numbers.lines(run, side, clock, int(priority), part)
    effect = request.GET.get("effect", "late")
    effect = effect if effect in EFFECTS else "late"
    return {"effect": effect}, capfirst(str(EFFECTS[effect].label)), run.lines.filter(effect=EFFECTS[effect])


def _title(side: str, clock: str, priority: str, part: str) -> str:
    parts = {"met": _("op tijd"), "missed": _("te laat"), "due": _("beoordeeld")}
    when = _("nu") if side == "now" else _("dan")
    return f"{capfirst(Target.Clock(clock).label)} P{priority}, {when}: {parts[part]}"


def _url(**given: str) -> str:
    return "?" + urlencode(given) + "#lijst"


def _norm(line: dict[str, Any]) -> dict[str, Any]:
    sides = {}
    for side in numbers.SIDES:
        about = {"side": side, "clock": line["clock"], "priority": str(line["priority"])}
        sides[side] = {
            **line[side],
            "percent": numbers.percent(line[side]),
            "due_url": _url(**about, part="due"),
            "missed_url": _url(**about, part="missed"),
        }
    return {
        **line,
        **sides,
        "label": capfirst(Target.Clock(line["clock"]).label),
        "moved": line["now"] != line["then"],
    }


def _shown(lines: list[WhatIfLine], user: User) -> list[dict[str, Any]]:
    """With the Meldingen as `user` may see them; both clocks side by side."""
    seen = Melding.objects.visible_to(user).filter(pk__in=[line.melding_id for line in lines])
    known = {melding.pk: melding for melding in seen.select_related("contractant", "service")}
    return [
        {"melding": known[line.melding_id], "line": line, "clocks": [_clock(line, clock) for clock in CLOCKS]}
        for line in lines if line.melding_id in known
    ]  # fmt: skip


def _clock(line: WhatIfLine, clock: str) -> dict[str, Any]:
    now, then = (
        {"due": getattr(line, f"{clock}_due_{side}"), "verdict": Verdict(getattr(line, f"{clock}_{side}"))}
        for side in numbers.SIDES
    )
    return {"now": now, "then": then, "is_moved": now != then, "label": Target.Clock(clock).label}


def _check_may(user: User) -> None:
    if not user.may("report.what_if"):
        raise PermissionDenied
