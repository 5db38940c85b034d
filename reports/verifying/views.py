"""The page with the outcome of the nightly control."""

from __future__ import annotations

from typing import Any

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
    context: dict[str, Any] = {"nav": "verify", "last": last, "rows": rows}
    if last:
        context |= {"checked": _named(last.checked), "busy": _named(last.busy)}
    return page(request, "reports/verifications.html", context, timezone.now())


def _named(counted: dict[str, int]) -> list[tuple[str, int]]:
    names: dict[str, Any] = {kind.case_type: kind._meta.verbose_name_plural for kind in Case.kinds()}
    names |= {trends.KIND: _("trendmaanden"), published.KIND: _("gepubliceerde rapporten")}
    return [(names.get(kind, kind), number) for kind, number in sorted(counted.items())]
