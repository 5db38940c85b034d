"""The roster of the Beschikbaarheidsdienst by week: who, where a gap is, and changing it (SLA 4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from desk.door import Invalid, Refused
from incidents import duty
from incidents.actions import duty as roster
from incidents.forms_duty import HandTo, PlanShift, Swap
from incidents.models import Shift
from incidents.views.shell import DeskRequest, page, staff_only
from sla.queries import AMSTERDAM

WEEKS = 5
CHANGES: dict[str, tuple[type[HandTo] | type[Swap], Any]] = {
    "hand_to": (HandTo, gettext_lazy("Laten overnemen")),
    "swap": (Swap, gettext_lazy("Ruilen")),
}


@staff_only
def duties(request: DeskRequest) -> HttpResponse:
    """This week and the next ones; a planner may add a shift."""
    now = timezone.now()
    form = PlanShift(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            roster.plan(by=request.user, at=now, **form.cleaned_data)
        except Invalid as wrong:
            _refuse(form, wrong)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("incidents:duties")
        else:
            messages.success(request, _("De dienst staat in het rooster."))
            return redirect("incidents:duties")
    return _show(request, form, now)


@staff_only
@require_POST
def duties_fill(request: DeskRequest) -> HttpResponse:
    """Plan what the week pattern proposes."""
    now = timezone.now()
    try:
        made = roster.plan_pattern(by=request.user, at=now, first=now, last=_end(now))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext("%(number)d dienst ingepland.", "%(number)d diensten ingepland.", len(made))
        messages.success(request, text % {"number": len(made)})
    return redirect("incidents:duties")


@staff_only
def duty_change(request: DeskRequest, pk: int) -> HttpResponse:
    """Have a shift taken over, swapped or taken off the roster."""
    now, shift = timezone.now(), get_object_or_404(Shift.objects.select_related("person"), pk=pk)
    asked = request.POST.get("act", "")
    forms = {
        name: form(request.POST if name == asked else None, shift=shift, now=now)
        for name, (form, _label) in CHANGES.items()
    }
    if request.method == "POST" and (asked == "drop" or (asked in forms and forms[asked].is_valid())):
        try:
            return _change(request, shift, asked, forms[asked].cleaned_data if asked in forms else {}, now)
        except Invalid as wrong:
            _refuse(forms[asked], wrong)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("incidents:duties")
    context = {
        "nav": "duty", "shift": shift, "may_drop": request.user.may("plan_duty"),
        "changes": [{"name": name, "label": CHANGES[name][1], "form": form} for name, form in forms.items()],
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return page(request, "incidents/duty_change.html", context, now, status=status)


def _change(
    request: DeskRequest, shift: Shift, asked: str, given: dict[str, Any], now: datetime
) -> HttpResponse:
    if asked == "drop":
        roster.drop(shift, by=request.user, at=now)
    else:
        getattr(roster, asked)(shift, by=request.user, at=now, **given)
    messages.success(request, _("Het rooster is gewijzigd."))
    return redirect("incidents:duties")


def _refuse(form: Any, wrong: Invalid) -> None:
    for name, text in wrong.errors.items():
        form.add_error(name if name in form.fields else None, text)


def _show(request: DeskRequest, form: PlanShift, now: datetime) -> HttpResponse:
    hours, first, last = duty.hours_now(now), duty.week_of(now), _end(now)
    gaps = duty.gaps(hours, now, last)
    may_plan = request.user.may("plan_duty")
    context = {
        "nav": "duty", "now": now, "form": form, "may_plan": may_plan, "weeks": _weeks(request, first, gaps, now), "gaps": len(gaps),
        "proposals": duty.proposals(hours, now, last) if may_plan and gaps else [], "answering": duty.now_and_next(now),
    }  # fmt: skip
    return page(
        request, "incidents/duty.html", context, now, status=422 if form.is_bound and form.errors else 200
    )


def _end(now: datetime) -> datetime:
    return duty.week_of(now) + timedelta(weeks=WEEKS)


def _weeks(
    request: DeskRequest, first: datetime, gaps: Iterable[duty.Span], now: datetime
) -> list[dict[str, Any]]:
    """Each week with its shifts and gaps in the order of time."""
    shifts = Shift.objects.between(max(first, now), _end(now)).select_related("person")
    lines = [_line(request, shift, now) for shift in shifts]
    lines += [{"starts_at": start, "ends_at": end, "gap": True} for start, end in gaps]
    weeks: dict[datetime, list[dict[str, Any]]] = {}
    for line in sorted(lines, key=lambda line: line["starts_at"]):
        weeks.setdefault(duty.week_of(line["starts_at"]), []).append(line)
    return [
        {"number": monday.astimezone(AMSTERDAM).isocalendar().week, "monday": monday, "lines": found}
        for monday, found in weeks.items()
    ]


def _line(request: DeskRequest, shift: Shift, now: datetime) -> dict[str, Any]:
    own = shift.person_id == request.user.pk and request.user.may("swap_duty")
    return {
        "starts_at": shift.starts_at, "ends_at": shift.ends_at, "shift": shift,
        "own": shift.person_id == request.user.pk, "now": shift.starts_at <= now < shift.ends_at,
        "may_change": (own or request.user.may("plan_duty")) and shift.ends_at > now,
    }  # fmt: skip
