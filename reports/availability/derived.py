"""When a Dienst was away by what other apps already know: alarms of the monitoring, and Onderhoud (SLA 2.18, 7.2).

Nothing of it is stored: from the same trail it comes out the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from changes.models import Maintenance, MaintenanceState
from changes.planning import downtime
from contractants.models import Service
from desk.models import Event
from domain.availability import Outage, Span
from incidents.actions.monitoring.events import BELIEVED
from incidents.models import Channel, Kind, Melding, State

JOINS = frozenset({"merge", "mark_duplicate"})
ENDS = JOINS | {"resolve", "available_again"}
BEGINS = frozenset({"reopen", "unavailable_again"})
PRIORITY = frozenset({"register", "set_priority", "convert", "apply_policy"})
READ = ("number", "service", "received_at", "first_seen_at", "duplicate_of", "state", "channel")
# An Incident that is over is looked for as long after its receipt as this; one that is open always. It is also how far
# back the monitoring is believed.
REACH = BELIEVED


@dataclass(frozen=True)
class Away:
    """One Outage by its case, of which people may have recorded otherwise."""

    service: int
    outage: Outage
    melding: int | None = None
    maintenance: int | None = None


def from_monitoring(services: Iterable[int], span: Span, now: datetime) -> Iterator[Away]:
    """Incidents that the monitoring saw, while they had priority 1 (SLA 9.1). One that went into another Melding lasts
    as long as that one does from then on, on the Dienst that the monitoring named."""
    alarms = _monitored(list(services), span)
    known = _with_roots(alarms)
    trails: dict[int, list[Event]] = defaultdict(list)
    verbs = [*ENDS, *BEGINS, *PRIORITY]
    for event in Event.objects.filter(case_type=Melding.case_type, case_id__in=known, verb__in=verbs):
        trails[event.case_id].append(event)
    for alarm in alarms.values():
        for told_by, (start, end) in _lasting(alarm, known, trails, now):
            yield Away(alarm.service_id or 0, Outage(start, end, number=told_by.number), melding=told_by.pk)


def _lasting(
    melding: Melding, known: dict[int, Melding], trails: dict[int, list[Event]], now: datetime
) -> Iterator[tuple[Melding, Span]]:
    """Its own spans, and then those of the one that it went into, if it was away at that moment."""
    spans = away(melding, trails[melding.pk], now)
    yield from ((melding, one) for one in spans)
    joined = next((event.at for event in trails[melding.pk] if event.verb in JOINS), None)
    root = known.get(melding.duplicate_of_id or 0)
    if joined is None or root is None or root.state == State.CANCELLED:
        return
    if spans and spans[-1][1] == joined:
        for told_by, (start, end) in _lasting(root, known, trails, now):
            if end > joined:
                yield told_by, (max(start, joined), end)


def away(melding: Melding, trail: Iterable[Event], now: datetime) -> list[Span]:
    """From what was first seen until the Dienst was available again, solved, or the Melding went into another; so long
    as it had priority 1. `trail` in order."""
    first = _first_seen(melding)
    spans: list[Span] = []
    since: datetime | None = None
    gone, gravest = True, False
    for event in trail:
        if event.verb in PRIORITY and "priority" in event.data:
            gravest = event.data["priority"] == 1
        gone = (gone or event.verb in BEGINS) and event.verb not in ENDS
        if gone and gravest and since is None:
            since = first if event.verb == "register" else event.at
        elif since is not None and not (gone and gravest):
            spans.append((since, event.at))
            since = None
    return [*spans, (since, now)] if since is not None else spans


def _first_seen(melding: Melding) -> datetime:
    """The monitoring's own word, where it is believed; what a person remembers is no measurement."""
    seen = melding.first_seen_at if melding.channel == Channel.MONITORING else None
    return min(seen or melding.received_at, melding.received_at)


def _monitored(services: list[int], span: Span) -> dict[int, Melding]:
    """Those that may have begun before the end of `span`: what is seen before it arrives can arrive after it."""
    recent = Q(is_open=True) | Q(received_at__gte=span[0] - REACH)
    begun = Q(received_at__lt=span[1]) | Q(first_seen_at__lt=span[1])
    graves = Event.objects.filter(
        case_type=Melding.case_type, case_id=OuterRef("pk"), verb__in=PRIORITY, data__priority=1
    )
    rows = Melding.objects.filter(
        recent, begun, Exists(graves), received_at__lt=span[1] + REACH, service__in=services,
        channel=Channel.MONITORING, kind=Kind.INCIDENT,
    )  # fmt: skip
    return rows.exclude(state=State.CANCELLED).only(*READ).in_bulk()


def _with_roots(alarms: dict[int, Melding]) -> dict[int, Melding]:
    """With those that they turned out to be a duplicate of, whatever Dienst and kind those have."""
    known = dict(alarms)
    while roots := {one.duplicate_of_id for one in known.values() if one.duplicate_of_id} - known.keys():
        known |= Melding.objects.only(*READ).in_bulk(roots)
    return known


def from_maintenance(services: Iterable[int], span: Span, now: datetime) -> Iterator[Away]:
    """Onderhoud that is felt and was begun; in its announced window it does not count (SLA 7.2 a)."""
    lasting = Q(finished_at=None) | Q(finished_at__gt=span[0])
    asked = Service.objects.filter(pk__in=list(services), maintenances=OuterRef("pk"))
    rows = Maintenance.objects.filter(
        lasting, Exists(asked), has_impact=True, began_at__lt=span[1],
        state__in=[MaintenanceState.IN_PROGRESS, MaintenanceState.DONE],
    )  # fmt: skip
    wanted = set(services)
    for case in rows.prefetch_related("services"):
        outages = downtime(case, now).outages(case.number, _announced(case))
        for service in case.services.all():
            if service.pk in wanted:
                yield from (Away(service.pk, one, maintenance=case.pk) for one in outages)


def _announced(case: Maintenance) -> str:
    if case.announced_at is None:
        return ""
    told = date_format(localtime(case.announced_at), "j F Y, H:i")
    return _("Aangekondigd op %(moment)s uur.") % {"moment": told}


def known(case: Melding | Maintenance, now: datetime) -> dict[str, Any]:
    """What the form of a stretch starts from: when it was first seen, or began, and when it was over, if it is."""
    if isinstance(case, Maintenance):
        down, service = downtime(case, now), case.services.first()
        return {
            "started_at": down.start,
            "ended_at": case.finished_at,
            "service": service.slug if service else "",
        }
    over = None if case.is_open else case.events().filter(verb__in=ENDS).values_list("at", flat=True).last()
    first = min(case.first_seen_at or case.received_at, case.received_at)
    return {"started_at": first, "ended_at": over, "service": case.service.slug if case.service else ""}
