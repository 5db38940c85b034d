"""Taking in a Melding while somebody is on the phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contractants.models import Contact
from contractants.queries import callers
from desk.door import Invalid
from desk.models import IdempotentRequest
from incidents import actions
from incidents.actions import Report
from incidents.forms_intake import NewMelding
from incidents.models import Channel, Kind, Melding
from incidents.preview import Preview, preview
from incidents.timeline import label_of
from incidents.times import full, promised
from incidents.views.shell import DeskRequest, page, staff_only
from sla.adapter import terms
from sla.queries import policy_version_for

INCIDENT = ("affected_users", "first_seen_at", "first_seen_action", "reproducible", "expected_priority")
CHANGE = ("goal", "examples")
BREACH = ("breach_of_confidentiality", "breach_of_integrity")


@staff_only
def melding_new(request: DeskRequest) -> HttpResponse:
    """The form; looking for a caller without JavaScript comes here too, and keeps what was typed."""
    if not request.user.may("register"):
        raise PermissionDenied
    now = timezone.now()
    if request.method != "POST" or "find" in request.POST:
        given = (request.POST or request.GET).dict()
        return _show(request, _form(now, initial=given), now)
    form = _form(now, request.POST)
    if not form.is_valid():
        return _show(request, form, now, status=422)
    try:
        melding = _take_in(request, form, now)
    except Invalid as wrong:
        form.refuse(wrong.errors)
        return _show(request, form, now, status=422)
    messages.success(request, _("%(number)s is vastgelegd.") % {"number": melding.number})
    return redirect(melding)


@staff_only
def found_callers(request: DeskRequest) -> HttpResponse:
    """The contacts that may be meant, to choose from."""
    context = {"callers": callers(request.user, request.GET.get("caller", "")), "searched": True}
    return render(request, "incidents/_callers.html", context)


@staff_only
@require_POST
def promise(request: DeskRequest) -> HttpResponse:
    """Priority, deadlines and what is missing, for what is filled in so far."""
    now = timezone.now()
    form = _form(now, request.POST)
    form.is_valid()
    return render(request, "incidents/_promise.html", {"form": form, "promise": _promise(form, now)})


def _form(now: datetime, data: Any = None, initial: dict[str, Any] | None = None) -> NewMelding:
    priorities = terms(policy_version_for(None, None, now).pk).matrix
    return NewMelding(data, initial={"received_at": now, **(initial or {})}, priorities=priorities)


def _take_in(request: DeskRequest, form: NewMelding, now: datetime) -> Melding:
    """Register once, however often the button was pressed."""
    key, given = f"phone:{form.cleaned_data['client_key']}", form.cleaned_data
    with transaction.atomic():
        seen, fresh = IdempotentRequest.objects.get_or_create(user=request.user, key=key)
        if not fresh and seen.body:
            return Melding.objects.visible_to(request.user).get(number=seen.body["number"])
        spoken = given["channel"] == Channel.PHONE
        melding = actions.register(
            Report(**form.given()),
            by=request.user,
            at=now,
            accept_missing=given["accept_missing"],
            contacted=spoken,
        )
        if given["pick_up"]:
            actions.pick_up(melding, by=request.user, at=now, contacted=spoken)
        seen.body = {"number": melding.number}
        seen.save()
    return melding


def _show(request: DeskRequest, form: NewMelding, now: datetime, status: int = 200) -> HttpResponse:
    context = {
        "nav": "new", "form": form, "promise": _promise(form, now) if form.is_bound else None,
        "incident_fields": form.only(INCIDENT), "change_fields": form.only(CHANGE), "breach_fields": form.only(BREACH),
        "callers": _callers(request, form), "searched": bool(form["caller"].value()),
        "chosen": str(form["contact"].value() or ""),
    }  # fmt: skip
    return page(request, "incidents/melding_new.html", context, now, status)


def _callers(request: DeskRequest, form: NewMelding) -> list[Contact]:
    """Who was found, and whoever was chosen before among them."""
    found = list(callers(request.user, str(form["caller"].value() or "")))
    chosen = str(form["contact"].value() or "")
    if chosen.isdecimal() and chosen not in {str(contact.pk) for contact in found}:
        known: Any = form.fields["contact"]
        found += known.queryset.filter(pk=int(chosen))
    return found


def _promise(form: NewMelding, now: datetime) -> dict[str, Any]:
    """For `incidents/_promise.html`. Without anything that sets a priority, none is shown."""
    given = form.given()
    seen = preview(Report(**given), now)
    return {
        "priority": seen.priority if _decided(given) else None, "policy": seen.version,
        "rows": [_row(seen, clock, name) for clock, name in (("response", _("Reactie")), ("resolution", _("Oplossing")))],
        "missing": [label_of(name).capitalize() for name in seen.missing],
    }  # fmt: skip


def _decided(given: dict[str, Any]) -> bool:
    by_matrix = given["impact"] and given["urgency"]
    return bool(by_matrix or given["kind"] != Kind.INCIDENT or given.get("breach_of_confidentiality"))


def _row(seen: Preview, clock: str, name: str) -> dict[str, str]:
    due = seen.due[clock]
    return {
        "label": name,
        "promise": promised(seen.held.targets[clock, seen.priority]),
        "due": full(due) if due else _("geen termijn tot er een datum is afgesproken"),
    }
