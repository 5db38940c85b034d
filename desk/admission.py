"""What holds for everybody who is signed in, at every door: a session ends in time, and staff take a second step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from desk import audit, second_step, sessions
from desk.audit.reading import by_itself
from desk.models import User

# What staff may do without a second step, besides setting one up (the addresses of allauth.mfa).
WITHOUT = {"account_logout", "account_reauthenticate", "set_language"}


class Admission:
    """Acts once the address is known and before its view runs. An API token is a door of its own and has no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, *_view: Any) -> HttpResponse | None:
        if not isinstance(request.user, User):
            return None
        now = timezone.now()
        if sessions.is_over(request.session, now):
            logout(request)
            return HttpResponseClientRefresh() if request.htmx else None
        if not by_itself(request, request.resolver_match):
            sessions.note_use(request.session, now)
        return _second_step(request)


def _second_step(request: Any) -> HttpResponse | None:
    name = request.resolver_match.url_name or ""
    if name in WITHOUT or name.startswith("mfa_") or not second_step.is_missing(request.user):
        return None
    audit.refused("second_step_missing", by=request.user, at=timezone.now())
    if request.path.startswith("/api/"):
        detail = _("Stel eerst een tweede stap in voor het aanmelden: %(url)s") % {"url": settings.SITE_URL}
        problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": detail,
                   "code": "second_step_missing"}  # fmt: skip
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    return (
        HttpResponseClientRedirect(reverse("mfa_index")) if request.htmx else redirect(reverse("mfa_index"))
    )
