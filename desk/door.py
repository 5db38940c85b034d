"""The one door for writing: every change of every kind of case passes here.

It locks the row, tells a stale page what happened meanwhile, asks the declared transition whether it may,
and writes the change, its event, its projections and its notices in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from django_fsm import Transition, can_proceed

from desk import audit
from desk.arriving import belongs_to
from desk.audit import here
from desk.locks import waited_too_long
from desk.models import Case, Event, User
from desk.webhooks.owing import owe

C = TypeVar("C", bound=Case)


class Refused(Exception):
    """An act that may not happen; `str()` says why to a person, `code` to a machine."""

    code = "refused"


class NotAllowed(Refused):
    """Somebody without the right tried it."""

    code = "not_allowed"


class NotNow(Refused):
    """The state of the case does not admit it."""

    code = "not_now"


class Invalid(Refused):
    """What was given is missing or wrong; `errors` maps the field to what is wrong with it. `claim` is the value of the
    tick that what seems to be a BSN is none (`desk.false_alarms`)."""

    code = "invalid"

    def __init__(self, errors: dict[str, str], claim: str = "") -> None:
        super().__init__(" ".join(errors.values()))
        self.errors, self.claim = errors, claim


class Stale(Refused):
    """Somebody else was first, as `said`. `meanwhile` are the events since the version that the caller saw."""

    code = "stale"

    def __init__(self, said: str, meanwhile: list[Event]) -> None:
        super().__init__(said)
        self.meanwhile = meanwhile


class Busy(Refused):
    """The row stayed locked by others for too long; trying again is safe."""

    code = "busy"


TALK = frozenset({"reply", "note"})  # adds words and changes nothing that another page could have seen


@dataclass
class Change(Generic[C]):
    """A change under way: alter `case`, add to `data`; the door saves and records it."""

    case: C
    verb: str
    by: User | None
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    event: Event | None = None


@contextmanager
def change(
    case: C, verb: str, *, by: User | None, at: datetime, version: int | None = None
) -> Iterator[Change[C]]:
    """Carry out transition `verb` on `case` as `by` at instant `at` (aware), inside one transaction.

    `version` is the one that the caller last saw; None skips that check. Raises `NotAllowed`, `NotNow`,
    `Stale` or `Busy`. After the block `case` itself carries the new values.
    """
    with _refusals(case, verb, by, at), transaction.atomic():
        row = _locked(case)
        _check_version(row, version)
        source = row.state
        _transition(row, verb, by, at)
        going = Change(row, verb, by, at)
        yield going
        row.version += verb not in TALK
        going.event = record(
            row, verb, by=by, at=at, source=source, data={**going.data, "version": row.version}
        )
        row.project(at, new=going.event)
        row.save()
        row.announce(going.event)
    case.__dict__.update(row.__dict__)


def record(
    case: Case, verb: str, *, by: User | None, at: datetime, source: str | None = None,
    data: dict[str, Any] | None = None, once: str | None = None, why: str = "",
) -> Event:  # fmt: skip
    """Write one event of `case` into the trail, and owe it to webhooks, within the caller's transaction. `why` is the slug
    of the purpose, for the trail of NEN 7513."""
    event = Event.objects.create(
        case_type=case.case_type, case_id=case.pk, verb=verb, at=at, actor=by,
        source=case.state if source is None else source, target=case.state, data=data or {}, once=once,
    )  # fmt: skip
    owe(case, event)
    belongs_to(case)
    # What the desk does by the clock stands in the trail of the case alone.
    if by is not None or here.visit():
        audit.log(verb, by=by, at=at, obj=case, why=why)
    return event


def permitted(case: Case, user: User | None) -> list[Transition]:
    """The transitions that `user` may make now, in the order in which they were declared."""
    if user is None:
        return []
    found = case.get_available_user_state_transitions(user)  # type: ignore[attr-defined]
    return sorted(found, key=lambda step: step.custom.get("order", 99))


@contextmanager
def _refusals(case: Case, verb: str, by: User | None, at: datetime) -> Iterator[None]:
    """Outside the transaction, which a refusal rolls back."""
    try:
        yield
    except (NotAllowed, NotNow) as refusal:
        audit.refused(verb, by=by, at=at, obj=case, why=refusal.code)
        raise


def _locked(case: C) -> C:
    rows = type(case)._base_manager.select_for_update()
    try:
        row: C = rows.get(pk=case.pk)
    except OperationalError as error:
        if waited_too_long(error):
            raise Busy(_("%(number)s is bezet. Probeer het zo opnieuw.") % {"number": case.number}) from error
        raise
    return row


def _check_version(row: Case, version: int | None) -> None:
    if version is None or version == row.version:
        return
    seen = row.events().filter(data__version__gt=version).select_related("actor")
    raise Stale(_("%(number)s is intussen gewijzigd.") % {"number": row.number}, list(seen))


def _transition(row: Case, verb: str, by: User | None, at: datetime) -> None:
    method = getattr(row, verb)
    # Its own question "has this user the right" is False in any state that does not admit the transition.
    declared = method._django_fsm.transitions.values()
    if by is not None and not any(step.has_perm(row, by) for step in declared):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    if not can_proceed(method):
        raise NotNow(_why_not(row, method))
    method()


def _why_not(row: Case, method: Any) -> str:
    """What a declared transition itself says about its conditions, where only those stand in the way."""
    step = method._django_fsm.get_transition(row.state)
    return str((step and step.custom.get("unmet")) or _("Dit kan niet meer in de huidige status."))
