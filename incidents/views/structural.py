"""Structural failures (art. 2.12): the list and one of them for staff, and the contractant's own in the portal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contractants.models import Contact
from desk.door import Invalid, Refused, permitted
from desk.models import User
from incidents.actions import structural
from incidents.forms_structural import FORMS, FailureForm
from incidents.models.structural import StructuralFailure
from incidents.timeline import actor
from incidents.views.contractant import for_contacts
from incidents.views.melding import STATUS, posted_version
from incidents.views.shell import DeskRequest, page, staff_only

STEPS = {step.name: step for step in StructuralFailure._meta.get_field("state").get_all_transitions(StructuralFailure)}  # fmt: skip
MOST = 200


@staff_only
def failures(request: DeskRequest) -> HttpResponse:
    context = {"nav": "escalations", "failures": _visible(request.user)[:MOST]}
    return page(request, "incidents/failures.html", context, timezone.now())


@staff_only
def failure(request: DeskRequest, failure: str) -> HttpResponse:
    return _show(request, _get(request.user, failure))


@staff_only
@require_POST
def act(request: DeskRequest, failure: str, verb: str) -> HttpResponse:
    """Do `verb`. Refused, the page comes back with all that was typed."""
    case = _get(request.user, failure)
    form, error = _do(request, case, verb)
    if error is None:
        messages.success(request, _("%(number)s is bijgewerkt.") % {"number": case.number})
        return redirect(case)
    return _show(request, _get(request.user, failure), verb, form, error)


@require_safe
@for_contacts
def portal_failures(request: HttpRequest, contact: Contact) -> HttpResponse:
    """For the hoofdcontactpersoon; for others there is nothing to see here."""
    return _portal(request, contact)


@require_POST
@for_contacts
def portal_request(request: HttpRequest, contact: Contact, failure: str) -> HttpResponse:
    form, error = _do(request, _get(contact.user, failure), "request_talk")
    if error is None:
        messages.success(request, _("Uw verzoek om overleg is vastgelegd."))
        return redirect("incidents:portal_failures")
    return _portal(request, contact, failure, form, error)


def _visible(user: User) -> Any:
    rows: Any = StructuralFailure.objects.all()
    return rows.visible_to(user).select_related("contractant", "service", "talk", "requested_by")


def _get(user: User, number: str) -> StructuralFailure:
    found: StructuralFailure | None = _visible(user).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _do(request: Any, case: StructuralFailure, verb: str) -> tuple[FailureForm, Refused | None]:
    """The filled-in form, and why it was refused if it was."""
    step = STEPS.get(verb)
    if step is None or not step.custom:
        raise Http404
    form = FORMS[step.custom["form"]](request.POST, verb=verb)
    try:
        if not form.is_valid():
            raise Invalid({})
        version = posted_version(request)
        getattr(structural, verb)(case, by=request.user, at=timezone.now(), **version, **form.cleaned_data)
    except Refused as error:
        form.refuse(error)
        return form, error
    return form, None


def _show(
    request: DeskRequest, case: StructuralFailure, verb: str = "", form: FailureForm | None = None,
    error: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "nav": "escalations", "failure": case, "meldingen": case.meldingen.order_by("received_at"),
        "events": [{"event": event, "actor": actor(event), "what": STORY[event.verb]()} for event in case.events().select_related("actor")],
        "acts": [_button(step, case, verb, form) for step in permitted(case, request.user) if step.custom],
        "error": str(error or ""),
    }  # fmt: skip
    return page(
        request, "incidents/failure.html", context, timezone.now(), STATUS[type(error)] if error else 200
    )


def _button(step: Any, case: StructuralFailure, refused: str, form: FailureForm | None) -> dict[str, Any]:
    mine = step.name == refused
    return {
        "name": step.name, "label": step.custom["label"], "look": step.custom.get("style", ""), "open": mine,
        "form": form if mine else FORMS[step.custom["form"]](verb=step.name),
        "url": reverse("incidents:failure_act", args=[case.number, step.name]),
    }  # fmt: skip


def _portal(
    request: HttpRequest, contact: Contact, refused: str = "", form: FailureForm | None = None,
    error: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    shown = [
        {
            "failure": one, "meldingen": one.meldingen.order_by("received_at"),
            "form": _request_form(one, contact.user, form if one.number == refused else None),
        }
        for one in _visible(contact.user)[:MOST]
    ]  # fmt: skip
    if error is not None and str(error):
        messages.error(request, str(error))
    context = {"nav": "meldingen", "shown": shown, "refused": refused}
    return render(request, "portal/failures.html", context, status=STATUS[type(error)] if error else 200)


def _request_form(case: StructuralFailure, user: User, refused: FailureForm | None) -> FailureForm | None:
    if "request_talk" not in {step.name for step in permitted(case, user)}:
        return None
    return refused or FORMS["request"](verb=case.number)


STORY: dict[str, Any] = {
    "detect": lambda: _("heeft vastgesteld dat de afspraken structureel niet zijn gehaald."),
    "add_evidence": lambda: _("heeft meldingen toegevoegd aan het bewijs."),
    "request_talk": lambda: _("heeft het verzoek om overleg vastgelegd."),
    "plan_talk": lambda: _("heeft het overleg gepland."),
    "record_outcome": lambda: _("heeft de uitkomst van het overleg vastgelegd."),
}
