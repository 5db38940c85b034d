"""Security incidents for staff: those that one may see, one of them, a new one, and its letters (SLA 7.3, 7.4, 9.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk.door import Refused
from desk.numbers import by_number
from desk.permissions import may
from incidents.models import Melding
from incidents.views.cases import STATUS, CasePages, posted_version, status_of
from incidents.views.shell import DeskRequest, page, staff_only
from privacy.breach import actions, queries
from privacy.breach.actions import Suspicion
from privacy.breach.clock import bar
from privacy.breach.doors import DOORS
from privacy.breach.forms import LetterForm, OpenForm
from privacy.breach.views.showing import context
from privacy.models import Letter, SecurityIncident
from privacy.models.breach import handles

NAV = "breaches"
PAGES = CasePages(DOORS, "privacy/breach/breach.html", "privacy:breach_act", NAV, context)


@require_safe
@staff_only
def listed(request: DeskRequest) -> HttpResponse:
    """Those under way that this person may see, what runs out first on top; and those that were closed."""
    now = timezone.now()
    closed = queries.rows(request.user).filter(ended_at__isnull=False).order_by("-ended_at")[:50]
    shown = {
        "nav": NAV, "rows": [{"case": one, "clock": bar(one, now)} for one in queries.under_way(request.user)],
        "closed": [{"case": one, "clock": bar(one, now)} for one in closed],
        "keeps_register": request.user.may("breach.register"),
    }  # fmt: skip
    return page(request, "privacy/breach/breaches.html", shown, now)


@require_safe
@staff_only
def breach(request: DeskRequest, security_incident: str) -> HttpResponse:
    return PAGES.show(request, security_incident)


@require_POST
@staff_only
def act(request: DeskRequest, security_incident: str, verb: str) -> HttpResponse:
    return PAGES.act(request, security_incident, verb)


@staff_only
def new(request: DeskRequest) -> HttpResponse:
    """Open an incident by hand, or from a Melding, which is restricted from then on."""
    if not request.user.may("breach.open"):
        raise PermissionDenied
    now, melding = (
        timezone.now(),
        by_number(Melding.objects.visible_to(request.user), request.GET.get("melding")),
    )
    form = OpenForm(request.POST or None, initial=_from(melding))
    if (
        request.GET.get("melding") and melding is None
    ):  # somebody restricted it meanwhile: one incident, one clock
        if request.method != "POST":
            raise Http404
        form.add_error(None, _("Deze melding is intussen afgeschermd; er loopt al een beveiligingsincident."))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        key = given.pop("client_key")
        try:
            made = actions.open_incident(
                Suspicion(**given, melding=melding), by=request.user, at=now, client_key=key
            )
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s is geopend.") % {"number": made.number})
            return redirect(made)
    return page(
        request,
        "privacy/breach/new.html",
        {"nav": NAV, "form": form, "melding": melding},
        now,
        status_of(form),
    )


def _from(melding: Melding | None) -> dict[str, Any]:
    if melding is None:
        return {}
    return {"subject": melding.subject, "description": melding.description, "known_at": melding.received_at}


@require_safe
@staff_only
def beside(request: DeskRequest) -> HttpResponse:
    """The incidents of a Melding, as a part of its page."""
    melding = by_number(Melding.objects.visible_to(request.user), request.GET.get("melding"))
    found = list(queries.of_melding(melding, request.user)) if melding else []
    return render(request, "privacy/breach/_beside.html", {"breaches": found})


@staff_only
def letter(request: DeskRequest, security_incident: str, letter: int) -> HttpResponse:
    """Read a letter; change it as long as nobody approved it."""
    now, found = (
        timezone.now(),
        queries.letters(request.user).filter(pk=letter, affected__incident__number=security_incident).first(),
    )
    if found is None:
        raise Http404
    case = found.affected.incident
    may_write = found.approved_at is None and case.state == "informing" and handles(case, request.user)
    form = LetterForm(request.POST or None, initial={"subject": found.subject, "body": found.body})
    status = 200
    if request.method == "POST":
        if not may(request.user, "breach.handle"):
            raise PermissionDenied
        made = _written(request, case, found, form, now)
        if made is not None:
            return made
        status = STATUS[type(form.refused)] if form.refused else 422
    shown = {"nav": NAV, "case": case, "letter": found, "form": form, "may_write": may_write, "sent": list(found.notices().order_by("id"))}  # fmt: skip
    return page(request, "privacy/breach/letter.html", shown, now, status)


def _written(
    request: DeskRequest, case: SecurityIncident, found: Letter, form: LetterForm, now: datetime
) -> HttpResponse | None:
    """None where it was refused, and the form says why."""
    if not form.is_valid():
        return None
    try:
        version = posted_version(request).get("version")
        actions.write(case, by=request.user, at=now, letter=found, version=version, **form.cleaned_data)
    except Refused as error:
        form.refuse(error)
        case.refresh_from_db()
        found.refresh_from_db()
        return None
    messages.success(request, _("De brief is bewaard."))
    return redirect("privacy:breach_letter", case.number, found.pk)
