"""Doing the same to the Meldingen that were ticked in a list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from incidents import actions
from incidents.actions.together import Outcome
from incidents.forms_worklist import Together
from incidents.models import Melding
from incidents.views.shell import DeskRequest, staff_only

MOST = 100


@staff_only
@require_POST
def together(request: DeskRequest) -> HttpResponse:
    """Assign, answer or merge what was ticked, and go back to the list with what came of it."""
    form = Together(request.POST, user=request.user)
    chosen = _chosen(request)
    if not chosen:
        messages.error(request, _("Vink eerst één of meer meldingen aan."))
    elif not form.is_valid():
        wrong = " ".join(str(text) for texts in form.errors.values() for text in texts)
        messages.error(request, _("Er is niets gedaan. %(wrong)s") % {"wrong": wrong})
    elif not request.user.may(form.cleaned_data["verb"]):
        raise PermissionDenied
    else:
        _tell(request, form.cleaned_data["verb"], _do(request, form.cleaned_data, chosen, timezone.now()))
    return redirect(_back(request))


def _chosen(request: DeskRequest) -> list[Melding]:
    """Oldest first, so that words that are merged come in their order."""
    rows = Melding.objects.visible_to(request.user).filter(number__in=request.POST.getlist("melding")[:MOST])
    return list(rows.order_by("received_at", "id"))


def _do(request: DeskRequest, given: dict[str, Any], chosen: list[Melding], now: datetime) -> Outcome:
    if given["verb"] == "assign":
        return actions.assign_all(chosen, by=request.user, at=now, assignee=given["assignee"])
    if given["verb"] == "merge":
        return actions.merge_all(chosen, by=request.user, at=now, into=given["into"] or chosen[0])
    return actions.reply_to_all(
        chosen, by=request.user, at=now, body=given["body"], client_key=given["client_key"]
    )


def _tell(request: DeskRequest, verb: str, outcome: Outcome) -> None:
    if number := len(outcome.done):
        said = {
            "assign": ngettext("%d melding toegewezen.", "%d meldingen toegewezen.", number),
            "reply": ngettext("%d melding beantwoord.", "%d meldingen beantwoord.", number),
            "merge": ngettext("%d melding samengevoegd.", "%d meldingen samengevoegd.", number),
        }
        messages.success(request, said[verb] % number)
    for melding, refusal in outcome.refused:
        messages.error(request, f"{melding.number}: {refusal}")
    if not number and not outcome.refused:
        messages.error(request, _("Kies minstens twee meldingen om samen te voegen."))


def _back(request: DeskRequest) -> str:
    asked = request.POST.get("back", "")
    return asked if url_has_allowed_host_and_scheme(asked, None) else reverse("incidents:worklist")
