"""How often one caller may ask: per token or signed-in person; monitoring is never held up."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from desk.models import ApiToken

if TYPE_CHECKING:
    from rest_framework.views import APIView

log = logging.getLogger(__name__)


class TokenThrottle(SimpleRateThrottle):
    """429 with Retry-After beyond the rate of setting API_RATE. A cache that fails holds nobody up."""

    scope = "token"
    cache = cache

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if isinstance(request.auth, ApiToken):
            if request.auth.scope == ApiToken.Scope.MONITORING:
                return None
            return f"throttle-token-{request.auth.digest[:32]}"
        return f"throttle-user-{request.user.pk}" if request.user.is_authenticated else None

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return super().allow_request(request, view)
        except Exception as error:  # whatever a cache raises
            log.warning("throttle is off, the cache does not answer: %s", type(error).__name__)
            return True
