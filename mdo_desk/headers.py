"""Headers that every answer carries, in one place, so that no view can forget them."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = logging.getLogger("desk.security")


class HeadersMiddleware:
    """What a browser may do with an answer beside showing it: keep nothing, use no device, lend it to no other site.

    An answer that says itself how long it may be kept, as static files do, is left to it. Everything else may be
    about a case, a person or a refusal, and would be shown by a shared screen or a proxy after signing out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 400 and request.resolver_match is None:
            log.warning("refused before any page was reached")  # such as another host
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
