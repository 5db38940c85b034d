"""The page with the outcome of the nightly control."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.models import Case
from incidents.views.shell import DeskRequest, page, staff_only
from reports.models import Verification
from reports.verifying import published, trends

NIGHTS = 14


@staff_only
def verifications(request: DeskRequest) -> HttpResponse:
    """The last outcome, and how the nights before went."""
    if not request.user.may("report.verify"):
        raise PermissionDenied
    rows = list(Verification.objects.visible_to(request.user)[:NIGHTS])
    last = rows[0] if rows else None
    names = {kind.case_type: kind._meta.verbose_name_plural for kind in Case.kinds()} | {
        trends.KIND: _("trendmaanden"),
        published.KIND: _("gepubliceerde rapporten"),
    }
    checked = (
        [(names.get(kind, kind), number) for kind, number in sorted(last.checked.items())] if last else []
    )
    context = {"nav": "verify", "last": last, "rows": rows, "checked": checked}
    return page(request, "reports/verifications.html", context, timezone.now())
