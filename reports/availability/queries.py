"""Reading availability: of a Dienst in a month, from what was recorded and from what other apps know (SLA 2.3, 7.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from contractants.models import Service
from desk.models import User
from domain import availability
from domain.availability import Availability, Outage, Span, measure, without
from domain.months import Month
from reports.availability.derived import Away, from_maintenance, from_monitoring
from reports.models import Extent, Unavailability
from sla.queries import AMSTERDAM

Found = dict[int, list[Outage]]  # Dienst -> what it had


def of_month(service: Service, month: Month, now: datetime) -> Availability:
    """The availability of `service` in `month`; of a running month in the part that has passed. Its `stretches` are
    disjoint and in order. Five queries, however much there was."""
    return of_services([service], month, now)[service.pk]


def of_services(services: Iterable[Service], month: Month, now: datetime) -> dict[int, Availability]:
    """Of each, by its id, in as many queries as of one."""
    span = passed(month, now)
    return {
        pk: measure(found, span) for pk, found in outages([one.pk for one in services], span, now).items()
    }


def passed(month: Month, now: datetime) -> Span:
    """The part of `month` that lies behind `now`; empty where it has not begun."""
    start, end = month.span(AMSTERDAM)
    return start, max(start, min(end, now))


def outages(services: list[int], span: Span, now: datetime) -> Found:
    """All that took these Diensten away in `span`, overlapping as it was, counted or not."""
    recorded = list(_rows(services, span))
    found: Found = {pk: [] for pk in services}
    for row in recorded:
        if row.extent != Extent.NONE:
            found[row.service_id].append(_outage(row, now))
    judged = _judged(recorded, now)
    for one in (*from_monitoring(services, span, now), *from_maintenance(services, span, now)):
        found[one.service] += _left(one, judged)
    return found


def denied(service: Service, month: Month, now: datetime) -> QuerySet[Unavailability]:
    """What was judged to have been there all the same, and so stands in no stretch."""
    span = passed(month, now)
    return _rows([service.pk], span).filter(extent=Extent.NONE)


def versions(user: User, series: UUID) -> list[Unavailability]:
    """All that was said of one stretch, the last word first."""
    rows = Unavailability.objects.all().visible_to(user).filter(series=series)
    return list(rows.select_related("service", "melding", "maintenance", "recorded_by").order_by("-pk"))


def _rows(services: list[int], span: Span) -> QuerySet[Unavailability]:
    lasting = Q(ended_at=None) | Q(ended_at__gt=span[0])
    rows = (
        Unavailability.objects.all().current().filter(lasting, service__in=services, started_at__lt=span[1])
    )
    return rows.select_related("melding", "maintenance").order_by("started_at", "pk")


def _outage(row: Unavailability, now: datetime) -> Outage:
    return Outage(
        row.started_at, row.ended_at or now, availability.Extent(row.extent), availability.Reason(row.reason) if row.reason else None,
        row.evidence, row.number, str(row.series),
    )  # fmt: skip


def _judged(
    rows: list[Unavailability], now: datetime
) -> dict[tuple[int, int | None, int | None], list[Span]]:
    """The minutes of which somebody recorded what a Melding or Onderhoud meant for a Dienst."""
    judged = defaultdict(list)
    for row in rows:
        if row.melding_id or row.maintenance_id:
            span = (row.started_at, row.ended_at or max(now, row.started_at))
            judged[row.service_id, row.melding_id, row.maintenance_id].append(span)
    return judged


def _left(one: Away, judged: dict[tuple[int, int | None, int | None], list[Span]]) -> list[Outage]:
    taken = judged.get((one.service, one.melding, one.maintenance), [])
    spans = without([(one.outage.start, one.outage.end)], taken)
    return [replace(one.outage, start=start, end=end) for start, end in spans]
