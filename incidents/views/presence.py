"""What an open page of a Melding asks from time to time: who else is here, and what happened meanwhile."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from desk import audit, presence
from incidents import queries
from incidents.models import Melding
from incidents.timeline import news
from incidents.views.shell import DeskRequest, staff_only

NOTHING = "[] 0"  # what a page tells as it opens


@audit.polled
@staff_only
@require_POST
def look(request: DeskRequest, number: str) -> HttpResponse:
    """What to tell, or 204 while that is what the page shows already (`told`). `seen`: the last event it knows."""
    try:
        case = queries.get(request.user, number)
    except Melding.DoesNotExist as unknown:
        raise Http404 from unknown
    writes = request.POST.get("writes") == "1"
    others = presence.look(case, request.user, writes=writes, at=timezone.now())
    lines = news(case, _number(request.POST.get("seen", "")), request.user)
    told = f"{[(one.name, one.writes) for one in others]} {len(lines)}"
    if told == request.POST.get("told", NOTHING):
        return HttpResponse(status=204)
    shown = {"melding": case, "others": others, "news": lines, "told": told}
    return render(request, "incidents/_presence.html", shown)


def _number(given: str) -> int:
    return int(given) if given.isdecimal() and len(given) < 18 else 0
