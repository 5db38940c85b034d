"""Every error of the API as a problem (RFC 9457), with the fields that are wrong named one by one."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from desk.door import Busy, Invalid, NotAllowed, NotNow, Refused, Stale
from desk.models import Event
from desk.problem_codes import code_of

MEDIA_TYPE = "application/problem+json"
UNREACHABLE = (OperationalError, InterfaceError)
REFUSALS: dict[type[Refused], int] = {NotAllowed: 403, NotNow: 409, Invalid: 400, Stale: 412, Busy: 503}


class KeyReused(exceptions.APIException):
    """The same Idempotency-Key with another request."""

    status_code = 422


class InProgress(exceptions.APIException):
    """The request with this Idempotency-Key is being carried out right now."""

    status_code = 409
    wait = 2


def problem(status: int, detail: str, code: str = "", **more: Any) -> Response:
    """`code` is for machines and stays the same; `detail` is for people, in their language."""
    data = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status,
        "code": code or code_of(status), "detail": detail, **more,
    }  # fmt: skip
    response = Response(data, status=status, content_type=MEDIA_TYPE)
    if status == 503:
        response["Retry-After"] = "5"
    return response


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What REST framework asks of its EXCEPTION_HANDLER."""
    match error:
        case Refused():
            return _refused(error)
        case OperationalError() | InterfaceError():
            return problem(503, _("De database is even niet bereikbaar. Probeer het zo opnieuw."))
        case RequestDataTooBig():
            return problem(413, _("Wat u stuurt is te groot."))
        case SuspiciousOperation():
            return problem(400, _("Deze aanvraag is niet te lezen."))
        case exceptions.ValidationError():
            errors = list(flat(error.detail))
            return problem(400, _("Niet alles is goed ingevuld."), errors=errors)
    plain = exception_handler(error, context)
    if plain is None:
        return None
    answer = problem(plain.status_code, _detail(plain))
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if name in plain.headers:
            answer[name] = plain.headers[name]
    return answer


def _refused(error: Refused) -> Response:
    status = REFUSALS.get(type(error), 409)
    more: dict[str, Any] = {}
    if isinstance(error, Invalid):
        more["errors"] = [{"field": name, "detail": text} for name, text in error.errors.items()]
    if isinstance(error, Stale):
        more["meanwhile"] = [_event(event) for event in error.meanwhile]
    return problem(status, str(error), error.code, **more)


def _event(event: Event) -> dict[str, Any]:
    return {
        "verb": event.verb, "at": event.at.isoformat(), "by": str(event.actor) if event.actor else "",
        "from": event.source, "to": event.target, "version": event.data.get("version"),
    }  # fmt: skip


def _detail(plain: Response) -> str:
    return str(plain.data.get("detail", "")) if isinstance(plain.data, dict) else ""


def flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Nested errors of a serializer as a list; a field within a field is written with a dot."""
    if isinstance(detail, dict):
        for name, part in detail.items():
            yield from flat(part, path if name == "non_field_errors" else f"{path}.{name}".strip("."))
    elif isinstance(detail, list | tuple):
        for index, part in enumerate(detail):
            nested = isinstance(part, dict | list)
            yield from flat(part, f"{path}.{index}".strip(".") if nested else path)
    else:
        yield {"field": path, "detail": str(detail)}
