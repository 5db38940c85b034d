"""Escalations on the desk: the lists of the echelons, and one with the steps that its echelon may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk import paging
from desk.door import Invalid, Refused, permitted
from desk.models import User
from desk.permissions import Role
from incidents import actions, escalations
from incidents.forms import Setting
from incidents.forms_escalation import FORMS, EscalationForm
from incidents.models import Escalation
from incidents.models.escalation import UNDER_WAY
from incidents.views.melding import STATUS, posted_version
from incidents.views.shell import DeskRequest, page, staff_only

ROWS = 50
ENDED = "ended"
STEPS = {step.name: step for step in Escalation._meta.get_field("state").get_all_transitions(Escalation)}


@dataclass
class Refusal:
    """What was refused and why; `form` holds what was typed."""

    verb: str
    error: Refused | None
    form: EscalationForm


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
    return _show(request, _get(request, escalation), timezone.now())


@staff_only
@require_POST
def act(request: DeskRequest, escalation: str, verb: str) -> HttpResponse:
    """Do `verb`. Refused, the page comes back as it is now, with all that was typed."""
    step, now, case = STEPS.get(verb), timezone.now(), _get(request, escalation)
    if step is None or not step.custom:
        raise Http404
    form = _form(verb, case, request.user, request.POST)
    try:
        if not form.is_valid():
            return _show(request, case, now, Refusal(verb, None, form), STATUS[Invalid])
        version = posted_version(request)
        getattr(actions, verb)(case, by=request.user, at=now, **version, **form.arguments())
    except Refused as error:
        form.refuse(error)
        fresh = _get(request, escalation)
        return _show(request, fresh, now, Refusal(verb, error, form), STATUS[type(error)])
    done = _("%(number)s: %(what)s – vastgelegd.")
    messages.success(request, done % {"number": case.number, "what": step.custom["label"]})
    return redirect(case)


def _get(request: DeskRequest, number: str) -> Escalation:
    try:
        return escalations.get(request.user, number)
    except Escalation.DoesNotExist as unknown:
        raise Http404 from unknown


def _form(verb: str, case: Escalation, user: User, *given: Any) -> EscalationForm:
    setting = Setting(case.melding, user)
    return FORMS[STEPS[verb].custom["form"]](*given, escalation=case, setting=setting, verb=verb)


def _show(
    request: DeskRequest, case: Escalation, now: datetime, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    steps = [step.name for step in permitted(case, request.user) if step.custom]
    context = {
        **escalations.whole(case), "nav": "escalations", "melding": case.melding, "refusal": refusal,
        "acts": [_button(verb, case, request.user, refusal) for verb in steps],
        "kept": refusal and refusal.verb not in steps and refusal.form.data.get("words", ""),
    }  # fmt: skip
    return page(request, "incidents/escalation.html", context, now, status)


def _button(verb: str, case: Escalation, user: User, refusal: Refusal | None) -> dict[str, Any]:
    """One transition for `components/transition.html`; the refused one is open and holds what was typed."""
    custom, refused = STEPS[verb].custom, refusal is not None and refusal.verb == verb
    form = refusal.form if refusal and refused else _form(verb, case, user)
    return {
        "name": verb, "label": custom["label"], "look": custom.get("style", ""), "open": refused,
        "form": form if form.fields else None, "url": reverse("incidents:escalation_act", args=[case.number, verb]),
    }  # fmt: skip


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
