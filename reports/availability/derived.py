"""When a Dienst was away by what other apps already know: alarms of the monitoring, and Onderhoud (SLA 2.18, 7.2).

Nothing of it is stored: from the same trail it comes out the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from changes.models import Maintenance, MaintenanceState
from changes.planning import downtime
from contractants.models import Service
from desk.models import Event
from domain.availability import Outage, Span
from incidents.models import Channel, Kind, Melding, State

ENDS = frozenset({"resolve", "available_again", "merge", "mark_duplicate"})
BEGINS = frozenset({"reopen", "unavailable_again"})
PRIORITY = frozenset({"register", "set_priority", "convert", "apply_policy"})
# An Incident that is over is looked for as long after its receipt as this; one that is open always.
REACH = timedelta(days=366)


@dataclass(frozen=True)
class Away:
    """One Outage by its case, of which people may have recorded otherwise."""

    service: int
    outage: Outage
    melding: int | None = None
    maintenance: int | None = None


def from_monitoring(services: Iterable[int], span: Span, now: datetime) -> Iterator[Away]:
    """Incidents that the monitoring saw, while they had priority 1 (SLA 9.1)."""
    found = _monitored(list(services), span)
    trails: dict[int, list[Event]] = defaultdict(list)
    verbs = [*ENDS, *BEGINS, *PRIORITY]
    for event in Event.objects.filter(case_type=Melding.case_type, case_id__in=found, verb__in=verbs):
        trails[event.case_id].append(event)
    for pk, melding in found.items():
        for start, end in away(melding, trails[pk], now):
            yield Away(melding.service_id or 0, Outage(start, end, number=melding.number), melding=pk)


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
    """With those that they turned out to be a duplicate of, which go on in their place."""
    recent = Q(is_open=True) | Q(received_at__gte=span[0] - REACH)
    graves = Event.objects.filter(
        case_type=Melding.case_type, case_id=OuterRef("pk"), verb__in=PRIORITY, data__priority=1
    )
    rows = Melding.objects.filter(kind=Kind.INCIDENT, service__in=services, received_at__lt=span[1])
    rows = rows.exclude(state=State.CANCELLED).only(
        "number", "service", "received_at", "first_seen_at", "duplicate_of", "state", "channel"
    )
    found = {one.pk: one for one in rows.filter(recent, Exists(graves), channel=Channel.MONITORING)}
    while roots := {one.duplicate_of_id for one in found.values() if one.duplicate_of_id} - found.keys():
        more = {one.pk: one for one in rows.filter(pk__in=roots)}
        if not more:
            break
        found |= more
    return found


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
