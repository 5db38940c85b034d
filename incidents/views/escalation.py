"""Escalations on the desk: the lists of the echelons, and one with the steps that its echelon may take."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk import paging
from desk.models import User
from desk.permissions import Role
from incidents import escalations
from incidents.doors import ESCALATION
from incidents.models import Escalation
from incidents.models.escalation import UNDER_WAY
from incidents.views.cases import CasePages
from incidents.views.shell import DeskRequest, page, staff_only

ROWS = 50
ENDED = "ended"


@staff_only
def listed(request: DeskRequest) -> HttpResponse:
    """What lies with one echelon, oldest first: one's own to begin with; or what has ended."""
    now, counts = timezone.now(), escalations.lists(request.user)
    chosen = request.GET.get("echelon", next(iter(counts)))
    chosen = chosen if chosen in {*counts, ENDED} else next(iter(counts))
    keys = escalations.NEWEST if chosen == ENDED else escalations.OLDEST
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = paging.page(_rows(request.user, chosen), keys, size=ROWS, after=after, before=before)
    context = {
        "nav": "escalations", "title": _name(chosen), "rows": found.rows, "ended": chosen == ENDED,
        "groups": _groups(chosen, counts), "previous_url": _url(chosen, before=found.previous) if found.previous else "",
        "next_url": _url(chosen, after=found.next) if found.next else "",
    }  # fmt: skip
    return page(request, "incidents/escalations.html", context, now)


@staff_only
def escalation(request: DeskRequest, escalation: str) -> HttpResponse:
    return PAGES.show(request, escalation)


@staff_only
@require_POST
def act(request: DeskRequest, escalation: str, verb: str) -> HttpResponse:
    return PAGES.act(request, escalation, verb)


def _context(case: Escalation, user: User) -> dict[str, Any]:
    return {
        "melding": case.melding, "steps": escalations.ladder_of(case), "with_whom": escalations.with_whom(case)
    }  # fmt: skip


PAGES = CasePages(
    ESCALATION, "incidents/escalation.html", "incidents:escalation_act", "escalations", _context
)


# --- The lists


def _rows(user: User, chosen: str) -> QuerySet[Escalation]:
    rows = escalations.visible(user)
    if chosen == ENDED:
        return rows.exclude(state__in=UNDER_WAY)
    return rows.filter(state__in=UNDER_WAY, role=chosen)


def _name(chosen: str) -> str:
    return _("Afgesloten escalaties") if chosen == ENDED else str(Role(chosen).label)


def _groups(chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    under_way = [_view(role, chosen, str(Role(role).label), count) for role, count in counts.items()]
    ended = [_view(ENDED, chosen, _("Afgesloten"), None)]
    failures = {"label": _("Structureel niet gehaald"), "url": reverse("incidents:failures")}
    return [
        {"title": _("Ligt bij"), "views": under_way},
        {"title": _("Voorbij"), "views": ended},
        {"title": _("Kwartaal"), "views": [failures]},
    ]


def _view(slug: str, chosen: str, label: str, count: int | None) -> dict[str, Any]:
    return {"label": label, "count": count, "hot": False, "active": slug == chosen, "url": _url(slug)}


def _url(chosen: str, **place: str) -> str:
    return reverse("incidents:escalations") + "?" + urlencode({"echelon": chosen, **place})
