"""Quarantine, and taking words out afterwards: for staff who hold the verb."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from desk import redacted_files, settling
from desk.attachments import SEALED, safe_name
from desk.door import Invalid, Refused
from desk.kept_files import models_with_file
from desk.models import Case, Quarantined
from desk.redaction import redact, scope_of
from incidents.forms_bsn import RedactForm, RevealForm
from incidents.views.cases import STATUS
from incidents.views.shell import DeskRequest, page, staff_only

MOST = 200


@staff_only
@require_safe
def quarantine(request: DeskRequest) -> HttpResponse:
    """What is held, newest first; what was settled stays in the list without what it was."""
    if not request.user.may("quarantine.reveal"):
        raise PermissionDenied
    rows = settling.visible_to(request.user).filter(part_of=None).order_by("-pk")[:MOST]
    shown = [(row, settling.case_of(row)) for row in rows]
    return page(request, "incidents/quarantine.html", {"nav": "quarantine", "rows": shown}, timezone.now())


@staff_only
def held(request: DeskRequest, held: UUID) -> Any:
    """One of them: who looked, and a form to look, which answers with what was taken out."""
    row = get_object_or_404(settling.visible_to(request.user), public_id=held)
    form = RevealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = settling.reveal(row, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as error:
            form.refuse(error)
        else:
            return _shown(request, row, found)
    return _page(request, row, form, 422 if form.errors else 200)


def _shown(request: DeskRequest, row: Quarantined, found: settling.Content) -> HttpResponseBase:
    if not found.name:
        return _page(request, row, RevealForm(), number=found.number)
    answer = FileResponse(
        io.BytesIO(found.content),
        as_attachment=True,
        filename=safe_name(found.name),
        content_type="application/octet-stream",
    )
    answer["Content-Security-Policy"], answer["X-Content-Type-Options"] = SEALED, "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _page(
    request: DeskRequest, row: Quarantined, form: RevealForm, status: int = 200, number: str = ""
) -> HttpResponse:
    context = {
        "nav": "quarantine", "row": row, "case": settling.case_of(row), "form": form, "number": number,
        "is_held": row.outcome == Quarantined.Outcome.HELD, "looks": row.revealed.select_related("by"),
        "looked": row.revealed.filter(by=request.user).exists(), "parts": row.parts.all(),
    }  # fmt: skip
    return page(request, "incidents/quarantined.html", context, timezone.now(), status)


@staff_only
@require_POST
def settle(request: DeskRequest, held: UUID, verb: str) -> HttpResponse:
    """Put it back, or destroy it."""
    done = {"release": (settling.release, _("Teruggezet.")), "destroy": (settling.destroy, _("Vernietigd."))}
    if verb not in done:
        raise Http404
    row = get_object_or_404(settling.visible_to(request.user), public_id=held)
    act, said = done[verb]
    try:
        act(row, by=request.user, at=timezone.now())
        messages.success(request, said)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("incidents:held", held)


@staff_only
def redaction(request: DeskRequest) -> HttpResponse:
    """Take words or files out of the case that the address names, such as `?melding=M26-00864`."""
    if not request.user.may("redact"):
        raise PermissionDenied
    case = _named(request)
    files = _files(case)
    form = RedactForm(request.POST or None, files=files)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            done = redact(case, given["words"], by=request.user, at=timezone.now(), why=given["why"],
                          files=tuple(given.get("attachments", ())))  # fmt: skip
        except Invalid as error:
            form.refuse(error.errors)
        except Refused as error:
            form.refuse({"words": str(error)})
            status = STATUS[type(error)]
        else:
            return _redacted(request, case, done.places + done.files)
    context = {"nav": "", "case": case, "form": form, "back": _address(case), "url": request.get_full_path()}
    return page(
        request,
        "incidents/redact.html",
        context,
        timezone.now(),
        status if status != 200 or not form.errors else 422,
    )


def _redacted(request: DeskRequest, case: Case, places: int) -> HttpResponse:
    said = ngettext("Weggehaald op %(places)d plaats.", "Weggehaald op %(places)d plaatsen.", places)
    messages.success(request, said % {"places": places})
    return redirect(_address(case))


def _named(request: DeskRequest) -> Case:
    """The same answer for unknown and for not allowed."""
    kinds: list[Any] = [kind for kind in Case.kinds() if kind.case_type in request.GET]
    for kind in kinds:
        seen = kind.objects.visible_to(request.user)
        found: Case = get_object_or_404(seen, number=request.GET[kind.case_type][:20])
        return found
    raise Http404


def _address(case: Any) -> str:
    return str(case.get_absolute_url()) if hasattr(case, "get_absolute_url") else reverse("incidents:home")


def _files(case: Case) -> list[tuple[str, str]]:
    """The files of the case, by where they are stored."""
    kinds = models_with_file()
    rows = [row for some in scope_of(case) if some.model in kinds for row in some]
    return list({row.file.name: row.name for row in rows if row.name != redacted_files.NAME}.items())
