"""Attachments: always a download, for whoever may see the Melding, and nothing for anybody else."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from desk import attachments
from desk.models import User
from incidents.models import Attachment


@login_required(login_url="account_request_login_code")
@require_safe
def attachment(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The file as it was sent. What does not exist and what one may not see give the same answer."""
    assert isinstance(request.user, User)
    found = Attachment.objects.visible_to(request.user).filter(public_id=public_id, erased_at=None).first()
    if found is None:
        raise Http404
    return attachments.download(found)
