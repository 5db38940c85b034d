"""Planning, announcing and doing Onderhoud (SLA 7.1)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from changes import planning
from changes.models import (
    CalendarFeed,
    Change,
    Maintenance,
    MaintenanceMessage,
    MaintenancePattern,
    Release,
)
from contractants.models import Service
from desk import door, texts
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import AbstractMessage, User
from desk.numbers import next_number
from desk.sessions import shutting_out
from domain import maintenance as rules
from domain.maintenance import Rule, Weight
from sla.queries import AMSTERDAM

AHEAD = timedelta(weeks=13)  # how far proposals of regular Onderhoud reach
PUBLIC, INTERNAL = AbstractMessage.Visibility.PUBLIC, AbstractMessage.Visibility.INTERNAL


@transaction.atomic
def draft(
    *, by: User, at: datetime, title: str, services: Iterable[Service], kind: str, starts_at: datetime,
    ends_at: datetime, has_impact: bool, description: str = "", reason: str = "", change: Change | None = None,
    release: Release | None = None, pattern: MaintenancePattern | None = None,
) -> Maintenance:  # fmt: skip
    """A first plan that holds no place yet. Raises `Invalid` naming each field that is wrong."""
    if not by.may("maintenance.plan"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    chosen = list(services)
    _sensible(title, description, reason, chosen)
    _lasts(starts_at, ends_at, at)
    case = Maintenance.objects.create(
        number=next_number("O", "maintenance_number", at), title=title.strip(), description=description, kind=kind,
        starts_at=starts_at, ends_at=ends_at, has_impact=has_impact, reason=reason, change=change, release=release,
        pattern=pattern, pattern_day=starts_at.astimezone(AMSTERDAM).date() if pattern else None, planned_by=by, changed_at=at,
    )  # fmt: skip
    case.services.set(chosen)
    door.record(case, "draft", by=by, at=at, source="", data={**_times(case), "version": 1})
    return case


def revise(
    case: Maintenance, *, by: User, at: datetime, services: Iterable[Service], version: int | None = None,
    **given: Any,
) -> Maintenance:  # fmt: skip
    """Change anything of a draft."""
    chosen = list(services)
    _sensible(given["title"], given["description"], given["reason"], chosen)
    _lasts(given["starts_at"], given["ends_at"], at)
    with door.change(case, "revise", by=by, at=at, version=version) as going:
        for name, value in given.items():
            setattr(going.case, name, value)
        going.case.services.set(chosen)
        going.data |= _times(going.case)
    return case


def plan(
    case: Maintenance, *, by: User, at: datetime, reason: str = "", version: int | None = None
) -> Maintenance:
    """Give it a place. What may not be is refused with its clause; what may with a reason asks for one; regular
    Onderhoud makes way for an urgent change (SLA 7.1)."""
    texts.check(reason=reason)
    with _in_turn(case), door.change(case, "plan", by=by, at=at, version=version) as going:
        going.case.planned_by = by
        _settle(going, reason)
    return case


def publish(
    case: Maintenance, *, by: User, at: datetime, reason: str = "", version: int | None = None
) -> Maintenance:
    """Announce it to the contacts of everybody with a contract for its Diensten, in time (SLA 7.1, 7.2)."""
    texts.check(reason=reason)
    with door.change(case, "publish", by=by, at=at, version=version) as going:
        _weigh(going, reason, only=frozenset({Rule.PAST, Rule.FREEZE, Rule.TOO_LATE}))
        _told(going.case, at)
        going.data |= _times(going.case)
    return case


def move(
    case: Maintenance, *, by: User, at: datetime, starts_at: datetime, ends_at: datetime, reason: str = "",
    words: str = "", version: int | None = None,
) -> Maintenance:  # fmt: skip
    """Another time; who knew of the first one is told of this one."""
    texts.check(reason=reason, words=words)
    with _in_turn(case), door.change(case, "move", by=by, at=at, version=version) as going:
        row = going.case
        going.data |= {"from": row.starts_at.isoformat(), "told": row.announced_at is not None}
        row.starts_at, row.ends_at = starts_at, ends_at
        _settle(going, reason)
        if row.announced_at is not None:
            _told(row, at)
        _said(going, words)
    return case


def replan(
    case: Maintenance, *, by: User, at: datetime, starts_at: datetime, ends_at: datetime, reason: str = "",
    version: int | None = None,
) -> Maintenance:  # fmt: skip
    """The new date of what was pushed aside; it is announced again afterwards (SLA 7.1)."""
    texts.check(reason=reason)
    with _in_turn(case), door.change(case, "replan", by=by, at=at, version=version) as going:
        going.case.starts_at, going.case.ends_at = starts_at, ends_at
        _settle(going, reason)
    return case


def start(case: Maintenance, *, by: User, at: datetime, version: int | None = None) -> Maintenance:
    """It has begun, not before its time. Contractants hear it now where it is felt and could not be announced (SLA 7.1)."""
    with door.change(case, "start", by=by, at=at, version=version) as going:
        row = going.case
        if at < row.starts_at:
            begins = date_format(localtime(row.starts_at), "D j F Y, H:i")
            raise NotNow(_("Dit onderhoud begint pas %(at)s uur: verplaats het eerst.") % {"at": begins})
        row.began_at = at
        going.data |= {**_times(row), "told": row.has_impact and row.announced_at is None}
        if going.data["told"]:
            row.told_at = row.told_at or at
    return case


def finish(case: Maintenance, *, by: User, at: datetime, version: int | None = None) -> Maintenance:
    with door.change(case, "finish", by=by, at=at, version=version) as going:
        going.case.finished_at = at
    return case


def cancel(
    case: Maintenance, *, by: User, at: datetime, words: str, version: int | None = None
) -> Maintenance:
    """It will not take place; `words` say why, and who knew of it reads them."""
    texts.required(words=words)
    with door.change(case, "cancel", by=by, at=at, version=version) as going:
        going.data |= {**_times(going.case), "told": going.case.told_at is not None}
        _said(going, words)
    return case


def note(
    case: Maintenance, *, by: User, at: datetime, body: str, client_key: Any = None
) -> MaintenanceMessage:
    """For colleagues alone; with the same key it is kept once."""
    texts.required(body=body)
    with transaction.atomic():
        Maintenance.objects.select_for_update().get(pk=case.pk)
        known = client_key and MaintenanceMessage.objects.filter(client_key=client_key).first()
        if known:
            return known
        with door.change(case, "note", by=by, at=at) as going:
            return _kept(going, body, INTERNAL, client_key)


@dataclass
class Proposals:
    """How many drafts are new, and which patterns gave none: their title, and why."""

    made: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def propose(*, by: User, at: datetime) -> Proposals:
    """Drafts of the regular Onderhoud of the coming 13 weeks; what was proposed before is not proposed again. A
    pattern that is wrong does not stop the others."""
    if not by.may("maintenance.plan"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    told = Proposals()
    with transaction.atomic():
        for pattern in MaintenancePattern.objects.select_for_update().filter(is_active=True):
            try:
                with transaction.atomic():
                    told.made += _propose(pattern, by, at)
            except Invalid as wrong:
                told.refused[pattern.title] = str(wrong)
    return told


def _propose(pattern: MaintenancePattern, by: User, at: datetime) -> int:
    first = max(at.astimezone(AMSTERDAM).date() + timedelta(days=1), pattern.first_on)
    last = (at + AHEAD).astimezone(AMSTERDAM).date()
    known = set(pattern.proposals.values_list("pattern_day", flat=True))
    days = rules.occurrences(pattern.first_on, pattern.weeks, first, last)
    spans = [
        rules.window_on(day, pattern.starts, pattern.ends, AMSTERDAM) for day in days if day not in known
    ]
    lasting = [(start, end) for start, end in spans if start < end]
    for start, end in lasting:
        draft(
            by=by, at=at, title=pattern.title, services=[pattern.service], kind=rules.Kind.REGULAR, starts_at=start,
            ends_at=end, has_impact=pattern.has_impact, description=pattern.description, pattern=pattern,
        )  # fmt: skip
    return len(lasting)


def open_feed(user: User, *, at: datetime) -> CalendarFeed:
    """The address of `user` for a calendar program; an earlier one stops working."""
    renewed = {"salt": secrets.token_hex(), "created_at": at}
    return CalendarFeed.objects.update_or_create(user=user, defaults=renewed)[0]


@receiver(shutting_out)
def close_feed(user: User, **_signal: object) -> None:
    CalendarFeed.objects.filter(user=user).delete()


# --- Parts


@contextmanager
def _in_turn(case: Maintenance) -> Iterator[None]:
    """A transaction in which nobody else plans at the same Diensten."""
    with transaction.atomic():
        services = Service.objects.filter(maintenances=case.pk).order_by("pk")
        list(services.select_for_update(of=("self",), no_key=True))
        yield


def _sensible(title: str, description: str, reason: str, services: list[Service]) -> None:
    texts.required(title=title)
    texts.check(description=description, reason=reason)
    if len(title) > texts.SUBJECT_MAX:
        raise Invalid({"title": _("De titel is te lang.")})
    if not services:
        raise Invalid({"services": _("Kies ten minste één dienst.")})


def _lasts(start: datetime, end: datetime, at: datetime) -> None:
    if wrong := planning.wrong_times(start, end, at):
        raise Invalid(wrong)


def _settle(going: door.Change[Maintenance], reason: str) -> None:
    """Weigh the plan, and push aside what makes way for it."""
    found = _weigh(going, reason)
    going.data |= _times(going.case)
    for one in found:
        if one.weight == Weight.YIELDS:
            _push_aside(one.conflict.other, going)


def _weigh(
    going: door.Change[Maintenance], reason: str, only: Set[Rule] = frozenset(Rule)
) -> list[planning.Finding]:
    case = going.case
    _lasts(case.starts_at, case.ends_at, going.at)
    case.reason = reason.strip() or case.reason
    findings = planning.findings(planning.window_of(case, going.at), going.at)
    found = [one for one in findings if one.conflict.rule in only]
    if hard := [f"{one.text} ({one.clause})" for one in found if one.weight == Weight.HARD]:
        raise Invalid({"starts_at": " ".join(hard)})
    if not case.reason and any(one.weight == Weight.SOFT for one in found):
        raise Invalid({"reason": planning.reason_asked(found)})
    going.data["conflicts"] = sorted({str(one.conflict.rule) for one in found})
    return found


def _push_aside(number: str, urgent: door.Change[Maintenance]) -> None:
    with door.change(Maintenance.objects.get(number=number), "push_aside", by=None, at=urgent.at) as going:
        row = going.case
        going.data |= {**_times(row), "for": urgent.case.number, "told": row.told_at is not None}
        row.made_way_for, row.announced_at = urgent.case, None


def _told(case: Maintenance, at: datetime) -> None:
    case.announced_at, case.told_at = at, case.told_at or at


def _times(case: Maintenance) -> dict[str, Any]:
    return {"starts_at": case.starts_at.isoformat(), "ends_at": case.ends_at.isoformat()}


def _said(going: door.Change[Maintenance], words: str) -> None:
    if words.strip():
        _kept(going, words, PUBLIC)


def _kept(
    going: door.Change[Maintenance], words: str, visibility: str, client_key: Any = None
) -> MaintenanceMessage:
    message = MaintenanceMessage.objects.create(
        maintenance=going.case, visibility=visibility, author=going.by, author_name=str(going.by or ""),
        verb=going.verb, body=words, at=going.at, client_key=client_key,
    )  # fmt: skip
    going.data["message"] = message.pk
    return message
