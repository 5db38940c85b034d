"""What somebody reads who asks for a file that the virus scanner has not seen yet, or found something in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from desk.scanning import HeldBack
from mdo_desk.answers import answer


class HeldBackMiddleware:
    """A page of its own for a file that waits for the virus scanner, from whichever view; the API answers itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, 409, str(error)) if isinstance(error, HeldBack) else None
