"""Klachtrapporten and files as a download, for whoever may see the complaint: staff and contacts alike (SLA 5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from complaints import queries, reports
from complaints.models import ComplaintAttachment
from desk import attachments
from desk.models import User


@login_required(login_url="account_request_login_code")
@require_safe
def report(request: HttpRequest, complaint: str, edition: int) -> HttpResponseBase:
    """What does not exist and what one may not see give the same answer."""
    assert isinstance(request.user, User)
    found = queries.report_of(request.user, complaint, edition)
    if found is None:
        raise Http404
    return attachments.download(reports.store(found))


@login_required(login_url="account_request_login_code")
@require_safe
def sent(request: HttpRequest, complaint_file: UUID) -> HttpResponseBase:
    """A file that was sent in with a complaint. What does not exist and what one may not see give the same answer."""
    assert isinstance(request.user, User)
    rows: Any = ComplaintAttachment.objects.all()
    found = rows.visible_to(request.user).sent_in().filter(public_id=complaint_file, erased_at=None).first()
    if found is None:
        raise Http404
    return attachments.download(found)
