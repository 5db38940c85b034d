"""What needs the attention of whoever watches over privacy, on one page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.views.shell import DeskRequest, page, staff_only
from privacy.models import DataRequest, LegalHold, Objection, RetentionRun, Subprocessor
from privacy.retention import queries as retention


@require_safe
@staff_only
def index(request: DeskRequest) -> HttpResponse:
    if not request.user.may("privacy.retain"):
        raise PermissionDenied
    now = timezone.now()
    last = RetentionRun.objects.filter(finished_at__isnull=False).first()
    context = {
        "nav": "privacy", "now": now, "next_run": retention.next_run(now), "left": sum(last.left.values()) if last else 0,
        "late": DataRequest.objects.visible_to(request.user).filter(due_at__lt=now).count(),
        "requests": DataRequest.objects.visible_to(request.user).filter(ended_at=None).count(),
        "announced": Subprocessor.objects.visible_to(request.user).filter(state="announced"),
        "unanswered": Objection.objects.visible_to(request.user).unanswered().count(),
        "holds": LegalHold.objects.visible_to(request.user).in_force(now).count(),
    }  # fmt: skip
    return page(request, "privacy/index.html", context, now)
