"""Keeping each delivery, and acting on it in the same transaction (SLA 2.17, 4.2, 9.1)."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from desk import door, notices, texts
from desk.door import NotAllowed, NotNow
from desk.models import IdempotentRequest, User
from desk.permissions import Role
from incidents.actions.monitoring.delivery import Delivery
from incidents.actions.monitoring.events import MonitoringEvent
from incidents.models import Melding, RawEvent, Via

log = logging.getLogger(__name__)
UNREACHABLE = (OperationalError, InterfaceError, door.Busy)  # passes: the sender tries again


def take_event(
    event: MonitoringEvent, *, raw: str, by: User, at: datetime
) -> tuple[RawEvent, Melding | None]:
    """Store one alarm and act on it; returns it with the Melding that it belongs to, if any. See `take`."""
    known = event if event.dedup_key else replace(event, dedup_key=uuid.uuid4().hex)
    row, meldingen = take([known], raw=raw, by=by, at=at, key=known.dedup_key)
    return row, next(iter(meldingen), None)


@transaction.atomic
def take(
    events: Sequence[MonitoringEvent], *, raw: str, by: User, at: datetime, via: str = Via.EVENTS, key: str = "",
    truncated: int = 0, unread: Sequence[str] = (),
) -> tuple[RawEvent, list[Melding]]:  # fmt: skip
    """Store a delivery and act on the alarms in it; returns it with the Meldingen that they belong to.

    An alarm that cannot be processed is kept with its error and stops none of the others; so are those that
    the caller could not read (`unread`: why). `truncated`: how many the sender left out. Raises only when
    nothing could be stored.
    """
    action = events[0].action if len(events) == 1 else ""
    row = _kept(raw, by, via=via, action=action, dedup_key=key[:255])
    return row, _process(row, events, at, truncated, unread)


def keep_unreadable(raw: str, *, by: User, at: datetime, error: str, via: str = Via.EVENTS) -> RawEvent:
    """Keep a delivery that has not the shape of an alarm, for a person to look at."""
    with transaction.atomic():
        row = _kept(raw, by, via=via, error=error[:300])
        row.save()
        _tell_administrators(row, "unreadable", at)
    return row


@transaction.atomic
def take_again(
    row: RawEvent, events: Sequence[MonitoringEvent], *, by: User | None, at: datetime, unread: Sequence[str] = ()
) -> list[Melding]:  # fmt: skip
    """Process a delivery that was set aside once more, as its source. Raises `NotNow` when nothing is owed."""
    if by is not None and by.role != Role.ADMINISTRATOR:
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    row = RawEvent.objects.select_for_update().get(pk=row.pk)
    if not row.error:
        raise NotNow(_("Dit alarm is al verwerkt."))
    return _process(row, events, at, int(row.outcome.get("truncated", 0)), unread)


def _kept(raw: str, by: User, **fields: str) -> RawEvent:
    digest = hashlib.sha256(raw.encode(errors="surrogatepass")).hexdigest()
    return RawEvent(source=by, body=texts.storable(raw), sha256=digest, **fields)


def _process(
    row: RawEvent, events: Sequence[MonitoringEvent], at: datetime, truncated: int, unread: Sequence[str]
) -> list[Melding]:
    delivery, errors = _all_or_each(row, events, at, truncated)
    row.alert = delivery.alerts[0] if len(delivery.alerts) == 1 else None
    row.outcome = +delivery.outcome
    row.processed_at, row.error = at, "; ".join([*unread, *errors])[:300]
    row.save()
    if truncated > 0:
        _tell_administrators(row, "truncated", at)
    if row.error:
        _tell_administrators(row, errors[0].partition(":")[0] if errors else "unreadable", at)
    return delivery.meldingen


def _all_or_each(
    row: RawEvent, events: Sequence[MonitoringEvent], at: datetime, truncated: int
) -> tuple[Delivery, list[str]]:
    """All at once; where that fails each by itself, so that one bad alarm holds up no other."""
    delivery, error = _attempt(row, events, at, truncated)
    if error is None or len(events) == 1:
        return delivery, [error] if error else []
    apart = [_attempt(row, [event], at) for event in events]
    for part, _error in apart:
        delivery.add(part)
    return delivery, [wrong for _part, wrong in apart if wrong]


def _attempt(
    row: RawEvent, events: Sequence[MonitoringEvent], at: datetime, truncated: int = 0
) -> tuple[Delivery, str | None]:
    received_at = row.received_at if row.pk else at
    delivery = Delivery(row.source, at, row.via, received_at)
    try:
        with transaction.atomic():
            delivery.take(events, truncated)
    except UNREACHABLE:
        raise
    except Exception as error:
        log.exception("a delivery of monitoring is kept, with what could not be processed")
        return Delivery(row.source, at, row.via, received_at), f"{type(error).__name__}: {error}"
    return delivery, None


def _tell_administrators(row: RawEvent, cause: str, at: datetime) -> None:
    """One message for each source, cause and hour, however many deliveries suffer from it."""
    key = f"monitoring:{cause[:80]}:{at:%Y%m%d%H}"
    _row, first = IdempotentRequest.objects.get_or_create(user=row.source, key=key)
    if not first:
        return
    for administrator in User.objects.filter(role=Role.ADMINISTRATOR, is_active=True):
        told = {"source": str(row.source), "raw_event": row.pk, "cause": cause}
        notices.owe_user("monitoring_set_aside", administrator, data=told)
