"""Heartbeats of the monitoring itself: silence is a disturbance too, and the only one that nobody reports (SLA 4.2)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.utils.translation import gettext as _

from desk import door
from desk.door import NotAllowed
from desk.models import User
from incidents.actions.register import Report, register
from incidents.models import Channel, Kind, Melding, Relation, Via, Watchdog
from incidents.models.choices import OPEN

log = logging.getLogger(__name__)
STAND_STILL = timedelta(minutes=2)


def beat(watchdog: Watchdog, *, by: User, at: datetime) -> bool:
    """A sign of life. Raises `NotAllowed` from another source than the one that may give it."""
    if watchdog.source_id not in (None, by.pk):
        raise NotAllowed(_("Deze hartslag hoort bij een andere bron."))
    alive = Watchdog.objects.filter(pk=watchdog.pk, silent_since=None)
    return bool(alive.update(last_beat_at=at, counts_from=at)) or _speaks_again(watchdog, at)


@transaction.atomic
def _speaks_again(watchdog: Watchdog, at: datetime) -> bool:
    row = Watchdog.objects.select_for_update(of=("self",)).select_related("melding").get(pk=watchdog.pk)
    was_silent, row.silent_since = row.silent_since is not None, None
    row.last_beat_at = row.counts_from = at
    row.save()
    if was_silent and row.melding is not None:
        _record(row.melding, "available_again", at)
    return True


def watch(now: datetime, last_run: datetime | None) -> int:
    """Make an Incident of each watchdog that is silent for longer than its interval, once; returns how many.

    After a stand-still of the desk itself, which could have heard nothing, each gets its interval anew.
    """
    heard = Watchdog.objects.filter(is_active=True, silent_since=None)
    if last_run is None or now - last_run > STAND_STILL:
        heard.filter(counts_from__lt=now).update(counts_from=now)
        return 0
    interval = ExpressionWrapper(
        F("every_minutes") * Value(timedelta(minutes=1)), output_field=DurationField()
    )
    silent = heard.annotate(late=F("counts_from") + interval).filter(late__lt=now)
    return sum(_attempt(pk, name, now) for pk, name in silent.values_list("pk", "name"))


def _attempt(pk: int, name: str, now: datetime) -> bool:
    """A watchdog that fails is tried again by the next run, and hides the silence of no other."""
    try:
        return _falls_silent(pk, now)
    except Exception:
        log.exception("the silence of %s could not be reported", name)
        return False


@transaction.atomic
def _falls_silent(pk: int, now: datetime) -> bool:
    rows = Watchdog.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
        "melding", "service"
    )
    row = rows.filter(pk=pk, silent_since=None).first()
    if row is None or row.counts_from + timedelta(minutes=row.every_minutes) >= now:
        return False
    earlier, row.silent_since = row.melding, now
    if earlier is not None and earlier.state in OPEN:
        _record(earlier, "unavailable_again", now)
    else:
        row.melding = _report(row, now)
        if earlier is not None:
            Relation.objects.create(melding=row.melding, other=earlier, kind=Relation.Kind.FOLLOW_UP)
    row.save()
    return True


def _report(watchdog: Watchdog, now: datetime) -> Melding:
    last = watchdog.last_beat_at
    text = _(
        "De hartslag “%(name)s” hoort minstens elke %(minutes)d minuten te komen en blijft uit. Storingen kunnen nu onopgemerkt blijven: kijk of de monitoring zelf nog werkt en de desk kan bereiken."
    ) % {"name": watchdog.name, "minutes": watchdog.every_minutes}  # fmt: skip
    report = Report(
        kind=Kind.INCIDENT, channel=Channel.MONITORING, description=text, priority=watchdog.priority,
        subject=_("Monitoring zwijgt: %(name)s") % {"name": watchdog.name}, service=watchdog.service,
        service_unknown=watchdog.service is None, reporter_name=_("Hartslagbewaking"),
        first_seen_at=last if last is not None and now - last < timedelta(days=366) else None,
    )  # fmt: skip
    return register(report, by=None, at=now, accept_missing=True)


def _record(melding: Melding, verb: str, at: datetime) -> None:
    """Where the state still admits it: an agent may have solved it meanwhile."""
    try:
        with door.change(melding, verb, by=None, at=at) as change:
            change.data["via"] = str(Via.HEARTBEAT)
    except door.NotNow:
        return
