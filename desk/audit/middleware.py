"""Every request leaves its record: who looked at what, and what was refused."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from desk.audit import here
from desk.audit.recording import log


class AuditMiddleware:
    """Stands inside the session and outside everything that may refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with here.during(request) as visit:
            response = self.get_response(request)
            for refusal in visit.refused:
                log(**refusal)
        return response
