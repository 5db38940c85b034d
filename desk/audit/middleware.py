"""Every request leaves its record: who looked at what, did what, and what was refused."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from desk.audit import here, reading
from desk.audit.here import Visit
from desk.audit.recording import Of, log
from desk.models import User
from desk.models.audit import Mode, Result
from desk.permissions import Role

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SLUG = re.compile(r"[a-z_]{1,40}")
logger = logging.getLogger(__name__)


class AuditMiddleware:
    """Stands inside the session and outside everything that may refuse. An answer that cannot be recorded is not
    given, unless it is an error already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with here.during(request) as visit:
            response = self.get_response(request)
            if response.status_code < 500:
                _record(visit, response)
            else:
                _record_if_it_can(visit, response)
        return response


def _record_if_it_can(visit: Visit, response: HttpResponseBase) -> None:
    """The asker hears of the first error, not of a second one."""
    try:
        with transaction.atomic():
            _record(visit, response)
    except DatabaseError as error:
        logger.warning("an error could not be recorded: %s", type(error).__name__)


def _record(visit: Visit, response: HttpResponseBase) -> None:
    for refusal in visit.refused:
        log(**refusal)
    if visit.refused:
        return
    result = reading.result_of(visit.request, response)
    if _counts(visit, response, result):
        _log(visit, response, result)
        if result == Result.DONE and (match := visit.request.resolver_match) and person(visit.request):
            reading.note(visit.request, match)


def _counts(visit: Visit, response: HttpResponseBase, result: Result) -> bool:
    """Whether this answer is an act of somebody that nothing has recorded yet."""
    request, match = visit.request, visit.request.resolver_match
    if match is None:
        return result != Result.DONE and person(request) is not None
    if result == Result.DONE and reading.by_itself(request, match) and _shows_nothing_new(request, response):
        return False
    if reading.mode_of(request, response) == Mode.ACCESS and visit.is_recorded():
        return False
    if result == Result.DONE:
        if request.method not in SAFE:
            return not reading.by_monitoring(match) and not visit.is_recorded()
        if 300 <= response.status_code < 400 and response.status_code != 304:
            return False  # it shows nothing
    if person(request) is not None:
        return True
    return _of_a_visitor(request, response, result)


def _shows_nothing_new(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Of what asks for itself again: nothing at all, or what this session has a record of."""
    return response.status_code == 204 or person(request) is None or reading.is_known(request)


def _of_a_visitor(request: HttpRequest, response: HttpResponseBase, result: Result) -> bool:
    """What is open to everybody shows nothing of anybody; what is not, and what leaves as a file, counts."""
    if request.method not in SAFE:
        return True
    return result != Result.DONE or reading.mode_of(request, response) == Mode.EXPORT


def _log(visit: Visit, response: HttpResponseBase, result: Result) -> None:
    request, match, by = visit.request, visit.request.resolver_match, person(visit.request)
    about = reading.about(match) if match else Of()
    if about.contractant is None:
        about = Of(about.kind, about.number, _whose_list(request, by))
    log(
        _act(match), by=by, at=timezone.now(), obj=about, result=result,
        mode=reading.mode_of(request, response), count=visit.shown,
        why="" if result == Result.DONE else f"status_{response.status_code}",
    )  # fmt: skip


def _act(match: Any) -> str:
    if match is None:
        return "unknown_address"
    verb = str(match.kwargs.get("verb", ""))
    return verb if SLUG.fullmatch(verb) else str(match.view_name or match.route)[:80]


def _whose_list(request: HttpRequest, by: User | None) -> int | None:
    """A contact's list holds their own; one that staff narrowed to a contractant holds that one's."""
    if by is not None and by.role == Role.CONTACT:
        contact = getattr(by, "contact", None)
        return contact.contractant_id if contact else None
    asked = request.GET.get("contractant", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def person(request: HttpRequest) -> User | None:
    """Who asks: of the session, or of the token."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) and user.is_authenticated else None
