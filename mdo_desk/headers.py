"""Headers: whose are believed, and which every answer carries, in one place, so that no view can forget them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = logging.getLogger("desk.security")


class ProxyMiddleware:
    """What proxies say of a request (`X-Forwarded-*`) counts when it comes from one of `TRUSTED_PROXIES`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = [name for name in request.META if name.startswith("HTTP_X_FORWARDED_")]
        if said and not is_proxy(request.META.get("REMOTE_ADDR", "")):
            log.warning("what a sender that is no proxy of ours said in X-Forwarded headers was ignored")
            for name in said:
                del request.META[name]
        return self.get_response(request)


def is_proxy(address: str) -> bool:
    try:
        asked = ip_address(address)
    except ValueError:
        return False
    asked = getattr(asked, "ipv4_mapped", None) or asked
    return any(asked in network for network in settings.TRUSTED_PROXIES)


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
