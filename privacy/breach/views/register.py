"""The register of security incidents and breaches (AVG 33(5)), to read, print and open in a spreadsheet; and the
letters of one's own organisation in the portal."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contractants.models import Contact
from incidents.views.contractant import for_contacts
from incidents.views.shell import DeskRequest, page, staff_only
from privacy.breach import queries
from privacy.breach.forms import RegisterForm
from reports.monthly.tables import BOM, safe


def _chosen(request: DeskRequest, form: RegisterForm, now: Any) -> list[dict[str, Any]]:
    chosen = form.cleaned_data if form.is_valid() else {}
    lines = [queries.line(case, now) for case in queries.register(request.user, chosen)]
    return [one for one in lines if one["late"]] if chosen.get("outcome") == "late" else lines


@require_safe
@staff_only
def register(request: DeskRequest) -> HttpResponse:
    if not request.user.may("breach.register"):
        raise PermissionDenied
    now = timezone.now()
    form = RegisterForm(request.GET, years=queries.years(request.user))
    shown = {
        "nav": "breaches",
        "form": form,
        "lines": _chosen(request, form, now),
        "query": request.GET.urlencode(),
        "now": now,
    }
    return page(request, "privacy/breach/register.html", shown, now)


@require_safe
@staff_only
def register_csv(request: DeskRequest) -> HttpResponse:
    """As a Dutch spreadsheet opens it; nothing in it can be taken for a formula."""
    if not request.user.may("breach.register"):
        raise PermissionDenied
    now, made = timezone.now(), io.StringIO(newline="")
    sheet = csv.writer(made, delimiter=";")
    sheet.writerow(queries.HEADINGS)
    lines = _chosen(request, RegisterForm(request.GET, years=queries.years(request.user)), now)
    sheet.writerows([safe(cell) for cell in row] for row in queries.sheet(lines))
    name = f"register-beveiligingsincidenten-{now:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        (BOM + made.getvalue()).encode(), content_type="text/csv; charset=utf-8", headers=headers
    )


@require_safe
@for_contacts
def portal(request: HttpRequest, contact: Contact) -> HttpResponse:
    """What the hoofdcontactpersoon was written about security incidents."""
    is_main = contact.role == Contact.Role.MAIN
    shown = {
        "nav": "portal_breaches",
        "contact": contact,
        "letters": queries.letters(contact.user),
        "is_main": is_main,
    }
    return render(request, "privacy/breach/portal.html", shown)
