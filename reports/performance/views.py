"""The page of performance: what users waited, per action and day (SLA 7.7)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from contractants.models import Service
from domain.months import Month
from incidents.views.shell import DeskRequest, page, staff_only
from reports.models import Histogram
from reports.performance import pages
from reports.performance.forms import Sight
from sla.queries import AMSTERDAM


@require_safe
@staff_only
def performance(request: DeskRequest) -> HttpResponse:
    now = timezone.now()
    sight = Sight(request.GET, services(), Month.of(now, AMSTERDAM))
    service, month = sight.chosen_service, sight.chosen_month
    found = pages.content(service, month, now) if service else {"actions": []}
    example = now.astimezone(AMSTERDAM).isoformat(timespec="seconds")
    context = {
        "nav": "performance", "sight": sight, "service": service, "month": month, "example_at": example, **found,
    }  # fmt: skip
    return page(request, "reports/performance.html", context, now)


def services() -> list[Service]:
    """Those in use, and those that were measured, which come first."""
    measured = Exists(Histogram.objects.filter(service=OuterRef("pk")))
    rows = Service.objects.annotate(measured=measured).filter(Q(is_active=True) | Q(measured=True))
    return list(rows.order_by("-measured", "name"))
