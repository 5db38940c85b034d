"""Where an act comes from: the request that is under way, or the task or command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from allauth.account.adapter import get_adapter
from celery import current_task
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from desk.models.audit import Door


@dataclass
class Visit:
    """One request: how many records it has written, how many rows it showed, and what it was refused."""

    request: HttpRequest
    written: int = 0
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
            "door": self.door, "address": get_adapter().get_client_ip(self.request),
            "session": keyed(key) if key else "", "token": keyed(token) if token else "",
        }  # fmt: skip


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)
_door: ContextVar[Door | None] = ContextVar("door", default=None)


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


@contextmanager
def by_mail() -> Iterator[None]:
    """What happens meanwhile, somebody asked for by mail."""
    token = _door.set(Door.MAIL)
    try:
        yield
    finally:
        _door.reset(token)


def keyed(text: str) -> str:
    """The same for the same text, and not to be found back without the key of the desk."""
    return salted_hmac("desk.audit", text.lower(), algorithm="sha256").hexdigest()[:16]
