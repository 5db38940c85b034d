"""How much somebody may send. What is too much is answered clearly, before any of it is kept."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from mdo_desk.answers import answer

log = logging.getLogger("desk.security")
PATIENCE = 200_000_000  # bytes of a refused body that we still read away, so that the sender hears the answer
CHUNK = 65_536


def measured(application: Callable[..., Any]) -> Callable[..., Any]:
    """A WSGI application that also takes bodies sent in chunks; Django alone reads those as empty."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return application(environ, start_response)
        limit = max(settings.UPLOAD_MAX_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        with tempfile.SpooledTemporaryFile(max_size=settings.DATA_UPLOAD_MAX_MEMORY_SIZE) as body:
            environ["CONTENT_LENGTH"] = str(_copy(environ["wsgi.input"], body, limit))
            body.seek(0)
            environ["wsgi.input"] = body
            return application(environ, start_response)

    return call


def _copy(source: Any, target: IO[bytes], limit: int) -> int:
    """Copy at most `limit` bytes; returns how many there were, which may be more."""
    size = 0
    while size < PATIENCE and (chunk := source.read(CHUNK)):
        size += len(chunk)
        if size <= limit:
            target.write(chunk)
    return size


class BodyLimitMiddleware:
    """413 for a body that is larger than its kind may be: text, or a form with files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size, limit = content_length(request), allowed(request)
        if size <= limit:
            return self.get_response(request)
        log.warning("a body of %d bytes was refused", size)
        _discard(request, size)
        detail = _("Wat u stuurt is te groot: hoogstens %(limit)s MB.") % {"limit": f"{limit / 1e6:g}"}
        return answer(request, 413, detail)


def content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def allowed(request: HttpRequest) -> int:
    """The most bytes that the body of `request` may have."""
    if request.content_type == "multipart/form-data":
        return int(settings.UPLOAD_MAX_BYTES)
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)


def _discard(request: HttpRequest, size: int) -> None:
    left = min(size, PATIENCE)
    while left > 0 and (chunk := request.read(min(CHUNK, left))):
        left -= len(chunk)
