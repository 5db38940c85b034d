"""Writing one record (art. 7.4): one INSERT, that finds out itself whose data it was about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Subquery

from desk.audit import here
from desk.models import Traced, User
from desk.models.audit import ANYBODY, DESK, AuditRecord, Door, Mode, Result
from desk.permissions import Role

PEOPLE = frozenset({Door.PAGE, Door.API, Door.ADMIN})


@dataclass(frozen=True)
class Of:
    """What an act was about, where there is no object at hand: its kind and number, and what finds its
    contractant. Of each: what it is, or a query for it."""

    kind: str = ""
    number: Any = ""
    contractant: Any = None


def log(
    act: str, *, by: User | None, at: datetime, obj: Model | Of | None = None,
    result: Result = Result.DONE, why: str = "", mode: Mode = Mode.WRITE, count: int | None = None,
) -> None:  # fmt: skip
    """Record that `by` (None: the desk itself, or a visitor) did `act` to `obj` at instant `at`, for the purpose
    `why`; in the caller's transaction. Slugs only: never what somebody wrote, no name, no address."""
    about = obj if isinstance(obj, Of) else of(obj) if obj is not None else Of()
    origin = here.origin()
    row = AuditRecord.objects.create(
        act=act, at=at, mode=mode, result=result, why=why, count=count, **who(by, origin["door"]), **origin,
        kind=about.kind, number=about.number, contractant=about.contractant,
    )  # fmt: skip
    if (visit := here.visit()) is not None:
        visit.written.append(row.pk)


def refused(act: str, *, by: User | None, at: datetime, obj: Model | Of | None = None, why: str = "") -> None:
    """The same for what was refused, and so that it outlives the transaction that the refusal rolls back: during
    a request it is written when the request ends, and for a mail when that was dealt with. Else it is written now."""
    given: dict[str, Any] = {"act": act, "by": by, "at": at, "obj": obj, "result": Result.REFUSED, "why": why}
    if (later := here.refusals()) is not None:
        later.append(given)
    else:
        log(**given)


@contextmanager
def by_mail() -> Iterator[None]:
    """What happens meanwhile, somebody asked for by mail. Stands around the transaction that deals with it."""
    with here.through(Door.MAIL) as refused:
        try:
            yield
        finally:
            for refusal in refused:
                log(**refusal)


def of(obj: Model) -> Of:
    """Its number, or else its public id or its row."""
    number = getattr(obj, "number", None) or getattr(obj, "public_id", None) or obj.pk
    model = obj.__class__  # also of a `request.user`, of which `type` is a lazy object
    return Of(kind_of(model), str(number), whose(model, pk=obj.pk))


def kind_of(model: type[Model]) -> str:
    """What the trail calls rows of this model."""
    return model.case_type if issubclass(model, Traced) else model._meta.model_name or ""


def whose(model: type[Model], **which: Any) -> Subquery | None:
    """What finds the contractant of a row, as part of the INSERT; None for what is nobody's in particular."""
    path: str = getattr(model, "whose", "")
    return Subquery(model._base_manager.filter(**which).values(path)[:1]) if path else None


def who(by: User | None, door: Door) -> dict[str, Any]:
    """The identity that still reads after a person has left: id, role and organisation of that moment."""
    if by is None:
        return {"user": None, "role": ANYBODY if door in PEOPLE else DESK}
    contact = getattr(by, "contact", None) if by.role == Role.CONTACT else None
    return {"user_id": by.pk, "role": by.role, "organisation": contact.contractant_id if contact else None}
