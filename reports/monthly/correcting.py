"""What came out otherwise after a report was published: found by comparing, once each (SLA 13)."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from desk.locks import only_one
from desk.models import Case, Event
from desk.numbers import is_number
from reports.models import Correction, ReportLook, ReportState, ServiceLevelReport
from reports.monthly.actions.life import built
from reports.monthly.differences import Difference, differences, read
from reports.monthly.queries import tells

log = logging.getLogger(__name__)
A_NIGHT = timedelta(hours=20)
AT_ONCE = 150  # seconds that one run goes on; the next one does the rest
MOST_REASONS = 5
Reasons = dict[str, list[dict[str, str]]]


def look(at: datetime) -> int:
    """Compare every published report that was not looked at since yesterday; returns how many corrections were found.
    One that cannot be compared holds up no other."""
    with only_one("corrections") as mine:
        return _look(at) if mine else 0


def _look(at: datetime) -> int:
    ends, found = time.monotonic() + AT_ONCE, 0
    for pk in _to_look_at(at):
        if time.monotonic() > ends:
            break
        try:
            found += len(
                find(ServiceLevelReport.objects.select_related("service", "contractant").get(pk=pk), at)
            )
        except Exception:
            log.exception("published report %s could not be compared", pk)
    return found


def _to_look_at(at: datetime) -> list[int]:
    """By id, those that waited longest first."""
    rows = ServiceLevelReport.objects.filter(
        Q(look=None) | Q(look__at__lt=at - A_NIGHT, look__is_last=False), state=ReportState.PUBLISHED
    )  # fmt: skip
    return list(rows.order_by(F("look__at").asc(nulls_first=True), "id").values_list("pk", flat=True))


@transaction.atomic
def find(report: ServiceLevelReport, at: datetime) -> list[Correction]:
    """Record what differs now from what was published, unless the last correction of the same figure said so already."""
    ServiceLevelReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    moved = list(_news(report, differences(report.data, built(report, at))))
    because = _reasons(report, moved)
    ReportLook.objects.update_or_create(report=report, defaults={"at": at})
    return Correction.objects.bulk_create(
        Correction(
            report=report, found_at=at, path=one.place, published=one.was, value=one.now,
            because=_of(one, because),
        )
        for one in moved
    )  # fmt: skip


def _news(report: ServiceLevelReport, found: list[Difference]) -> Iterator[Difference]:
    known = {one.path: one for one in report.corrections.all()}  # in the order in which they were found
    for one in found:
        if one.place not in known or known[one.place].value != one.now:
            yield one
    moved = {one.place for one in found}
    for place, last in known.items():
        if place not in moved and last.value != last.published:  # it is what was published again
            yield Difference(read(place), last.published, last.published)


def _numbers(one: Difference) -> set[str]:
    return {text for text in _texts([*one.path, one.was, one.now]) if is_number(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _reasons(report: ServiceLevelReport, moved: list[Difference]) -> Reasons:
    """What was recorded about the cases that these figures name, since the report was made: by their numbers."""
    numbers = {number for one in moved for number in _numbers(one)}
    found: Reasons = defaultdict(list)
    for kind in Case.kinds() if numbers else []:
        ids = dict(kind._base_manager.filter(number__in=numbers).values_list("pk", "number"))
        for event in _since(report, kind, ids):
            if tells(report, kind, event.verb):
                found[ids[event.case_id]].append(
                    {"number": ids[event.case_id], "verb": event.verb, "at": event.recorded_at.isoformat()}
                )
    return found


def _since(report: ServiceLevelReport, kind: type[Case], ids: Iterable[int]) -> Any:
    rows = Event.objects.filter(
        case_type=kind.case_type, case_id__in=list(ids), recorded_at__gt=report.made_at
    )
    return rows.order_by("-recorded_at", "-id") if ids else rows.none()


def _of(one: Difference, because: Reasons) -> list[dict[str, str]]:
    """Those of its own cases; of a bare figure those of all that moved with it."""
    own = _numbers(one) or because.keys()
    return [reason for number in sorted(own) for reason in because.get(number, [])][:MOST_REASONS]
