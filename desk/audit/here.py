"""Where an act comes from: the request that is under way, or the task or command."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from allauth.account.adapter import get_adapter
from celery import current_task
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from desk.models.audit import AuditRecord, Door

logger = logging.getLogger(__name__)


@dataclass
class Visit:
    """One request: the records that it has written (their ids), how many rows it showed, and what it was refused."""

    request: HttpRequest
    written: list[int] = field(default_factory=list)
    shown: int | None = None
    refused: list[dict[str, Any]] = field(default_factory=list)

    @property
    def door(self) -> Door:
        path = self.request.path
        return (
            Door.API if path.startswith("/api/") else Door.ADMIN if path.startswith("/beheer/") else Door.PAGE
        )

    def origin(self) -> dict[str, Any]:
        """Sessions and tokens so that one is told from another, and none can be used."""
        session = getattr(self.request, "session", None)
        token = getattr(getattr(self.request, "auth", None), "digest", "")
        key = session.session_key if session is not None else None
        return {
            "door": self.door, "address": address_of(self.request),
            "session": keyed(key) if key else "", "token": keyed(token) if token else "",
        }  # fmt: skip

    def is_recorded(self) -> bool:
        """Whether a record of it stands: one that was rolled back with what it recorded does not."""
        return bool(self.written) and AuditRecord.objects.filter(pk__in=self.written).exists()


def address_of(request: HttpRequest) -> str | None:
    """Where it comes from, after our own proxies; None where it did not pass all of them, so that nobody can say."""
    try:
        address: str = get_adapter().get_client_ip(request)
    except (ImproperlyConfigured, PermissionDenied) as error:
        logger.warning("no address of a request: %s", error)
        return None
    return address


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)
_door: ContextVar[Door | None] = ContextVar("door", default=None)
_later: ContextVar[list[dict[str, Any]] | None] = ContextVar("later", default=None)


def visit() -> Visit | None:
    """The request under way, if it is a request that this code runs for."""
    return _visit.get()


def origin() -> dict[str, Any]:
    """The fields of a record that say where from."""
    here = visit()
    if here is not None:
        return here.origin()
    return {"door": _door.get() or (Door.TASK if current_task else Door.COMMAND)}


def show(rows: int) -> None:
    """Note that a list of the request under way holds so many rows (more)."""
    if (here := visit()) is not None:
        here.shown = (here.shown or 0) + rows


@contextmanager
def during(request: HttpRequest) -> Iterator[Visit]:
    here = Visit(request)
    token = _visit.set(here)
    try:
        yield here
    finally:
        _visit.reset(token)


def refusals() -> list[dict[str, Any]] | None:
    """Where what is refused waits until the transaction is over; None where nobody writes it then."""
    here = visit()
    return here.refused if here is not None else _later.get()


@contextmanager
def through(door: Door) -> Iterator[list[dict[str, Any]]]:
    """What happens meanwhile, somebody asked for this way; gives what was refused, for the caller to write."""
    refused: list[dict[str, Any]] = []
    tokens = _door.set(door), _later.set(refused)
    try:
        yield refused
    finally:
        _door.reset(tokens[0])
        _later.reset(tokens[1])


def keyed(text: str) -> str:
    """The same for the same text, and not to be found back without the key of the desk."""
    return salted_hmac("desk.audit", text.lower(), algorithm="sha256").hexdigest()[:16]
