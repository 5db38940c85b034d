"""The pages of availability (SLA 2.3, 7.2): a month of a Dienst, and recording and correcting what took it away."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from changes.models import Maintenance
from contractants.models import Service
from desk import texts
from desk.door import Refused
from domain.errors import WrongInput
from domain.months import Month
from incidents.actions.monitoring.alertmanager import moment
from incidents.models import Melding
from incidents.views.cases import STATUS
from incidents.views.shell import DeskRequest, page, staff_only
from reports.availability import actions, derived, queries, showing
from reports.availability.actions import EXCLUDE, RECORD
from reports.availability.forms import StretchForm
from reports.models import Unavailability
from sla.queries import AMSTERDAM

NAV, MOST = "availability", 200
Case = Melding | Maintenance


@require_safe
@staff_only
def availability(request: DeskRequest) -> HttpResponse:
    """A month of one Dienst: the figure, the strip of the month, and each stretch; nonsense chooses the usual. One that
    is no more can be asked for, and is not among the choices else."""
    now = timezone.now()
    asked = _asked(request, "dienst")
    services = list(Service.objects.filter(Q(is_active=True) | Q(slug=asked)))
    service = next((one for one in services if one.slug == asked), None) or _usual(services)
    this = Month.of(now, AMSTERDAM)
    month = min(_month(request.GET.get("maand", "")) or this, this)
    context: dict[str, Any] = {
        "nav": NAV, "now": now, "services": services, "service": service, "month": month, "running": month == this,
        "previous": month.shifted(-1), "next": month.shifted(1) if month < this else None, "may_record": request.user.may(RECORD),
    }  # fmt: skip
    if service is not None:
        context |= _figures(service, month, now)
    return page(request, "reports/availability.html", context, now)


def _usual(services: list[Service]) -> Service | None:
    return next(
        (one for one in services if one.kind == Service.Kind.SERVICE), services[0] if services else None
    )


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except WrongInput:
        return None


def _figures(service: Service, month: Month, now: datetime) -> dict[str, Any]:
    found = queries.of_month(service, month, now)
    return {
        "found": found, "percent": showing.percent(found), "room": showing.room(found, month), "strip": showing.strip(found, month), "rows": showing.rows(found, service.slug, MOST),
        "more": max(len(found.stretches) - MOST, 0), "denied": queries.denied(service, month, now)[:MOST],
    }  # fmt: skip


@staff_only
def new(request: DeskRequest) -> HttpResponse:
    """Of `?melding=` or `?maintenance=`, with what is known of it filled in, or by hand."""
    if not request.user.may(RECORD):
        raise PermissionDenied
    now, case = timezone.now(), _case(request)
    form = _form(request, about=case is not None, initial=_known(request, case, now))
    if request.method == "POST" and form.is_valid():
        about = {"melding" if isinstance(case, Melding) else "maintenance": case} if case else {}
        try:
            made = actions.record(form.facts(), by=request.user, at=now, **about)  # type: ignore[arg-type]
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("De niet-beschikbaarheid is vastgelegd."))
            return redirect(_month_url(made))
    context = {
        "nav": NAV,
        "form": form,
        "case": case,
        "case_url": showing.case_url(case.number) if case else "",
    }
    return page(request, "reports/unavailability_new.html", context, now, _status(form))


@staff_only
def unavailability(request: DeskRequest, series: uuid.UUID) -> HttpResponse:
    """What was recorded, its earlier versions, and a correction."""
    now = timezone.now()
    versions = queries.versions(request.user, series)
    if not versions:
        raise Http404
    row = versions[0]
    may_correct = request.user.may(RECORD) and (request.user.may(EXCLUDE) or not row.excluded)
    if request.method == "POST" and not may_correct:
        raise PermissionDenied
    form = _form(request, about=True, initial=_said(row))
    if request.method == "POST" and form.is_valid():
        seen = next((one for one in versions if str(one.version) == request.POST.get("version")), row)
        try:
            made = actions.correct(row, form.facts(), by=request.user, at=now, version=seen.version)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("De correctie is vastgelegd."))
            return redirect(_month_url(made))
    context = {
        "nav": NAV, "row": row, "versions": versions, "form": form if may_correct else None, "month_url": _month_url(row),
        "case_url": showing.case_url(row.number),
    }  # fmt: skip
    return page(request, "reports/unavailability.html", context, now, _status(form))


def _form(request: DeskRequest, *, about: bool, initial: dict[str, Any]) -> StretchForm:
    data = request.POST if request.method == "POST" else None
    return StretchForm(data, about=about, may_exclude=request.user.may(EXCLUDE), initial=initial)


def _status(form: StretchForm) -> int:
    if form.refused is not None:
        return STATUS.get(type(form.refused), 409)
    return 422 if form.is_bound and form.errors else 200


def _case(request: DeskRequest) -> Case | None:
    """The one that is asked for by number; 404 where there is no such."""
    if number := _asked(request, "melding"):
        found: Case | None = Melding.objects.visible_to(request.user).filter(number=number).first()
    elif number := _asked(request, "maintenance"):
        found = Maintenance.objects.all().visible_to(request.user).filter(number=number).first()
    else:
        return None
    if found is None:
        raise Http404
    return found


def _known(request: DeskRequest, case: Case | None, now: datetime) -> dict[str, Any]:
    """What the address says, and else what the case itself tells."""
    asked = {name: moment(request.GET.get(key)) for name, key in (("started_at", "van"), ("ended_at", "tot"))}
    known = derived.known(case, now) if case is not None else {}
    service = _asked(request, "dienst") or known.get("service", "")
    return {**known, **{name: at for name, at in asked.items() if at}, "service": service}


def _asked(request: DeskRequest, name: str) -> str:
    """What the address says, in a way that the database can look for."""
    return texts.storable(request.GET.get(name, ""))


def _said(row: Unavailability) -> dict[str, Any]:
    return {
        "service": row.service.slug, "started_at": row.started_at, "ended_at": row.ended_at, "extent": row.extent,
        "reason": row.reason, "evidence": row.evidence,
    }  # fmt: skip


def _month_url(row: Unavailability) -> str:
    month = Month.of(row.started_at, AMSTERDAM)
    return f"{reverse('reports:availability')}?dienst={row.service.slug}&maand={month}"
