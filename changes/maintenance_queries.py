"""Reading Onderhoud: a month as a calendar, what asks for attention, what contractants see, who was told."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from changes.maintenance_doors import rows
from changes.models import Freeze, Maintenance, MaintenanceState, SubcontractorUpdate
from desk.models import Notice, User
from domain.months import Month, Span
from incidents.duty import hours_now
from sla.queries import AMSTERDAM

ATTENTION = [MaintenanceState.PUSHED_ASIDE, MaintenanceState.DRAFT]
SOME = 20
RECENT = timedelta(days=30)
FEED_PAST, FEED_AHEAD = timedelta(days=92), timedelta(days=400)


def of_month(user: User, first: date) -> list[Maintenance]:
    """Everything that a local month holds, in order; drafts too."""
    start, end = Month.of(first, AMSTERDAM).span(AMSTERDAM)
    return list(rows(user).filter(starts_at__lt=end, ends_at__gt=start).order_by("starts_at", "id"))


def weeks(found: list[Maintenance], first: date, now: datetime) -> list[list[dict[str, Any]]]:
    """The month as weeks from Monday, each day with its Onderhoud, its holiday and its freezes."""
    start, end = Month.of(first, AMSTERDAM).span(AMSTERDAM)
    last = (end - timedelta(seconds=1)).astimezone(AMSTERDAM).date()
    monday = first - timedelta(days=first.weekday())
    days = [monday + timedelta(days=n) for n in range(((last - monday).days // 7 + 1) * 7)]
    holidays = hours_now(now).office.closed
    by_day = _by_day([(one, (one.starts_at, one.ends_at)) for one in found])
    frozen = _by_day(
        [(one, (one.starts_at, one.ends_at)) for one in Freeze.objects.filter(starts_at__lt=end, ends_at__gt=start)]
    )  # fmt: skip
    today = now.astimezone(AMSTERDAM).date()
    cells = [
        {
            "day": day, "inside": day.month == first.month, "today": day == today, "cases": by_day[day],
            "holiday": holidays.get(day, ""), "freezes": frozen[day],
        }
        for day in days
    ]  # fmt: skip
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def _by_day(spans: list[tuple[Any, Span]]) -> dict[date, list[Any]]:
    found: dict[date, list[Any]] = defaultdict(list)
    for one, (start, end) in spans:
        day, last = start.astimezone(AMSTERDAM).date(), (end - timedelta(microseconds=1)).astimezone(AMSTERDAM).date()  # fmt: skip
        for n in range(min((last - day).days, 62) + 1):
            found[day + timedelta(days=n)].append(one)
    return found


def attention(user: User) -> QuerySet[Maintenance]:
    """What asks for a new date, and drafts, the nearest first."""
    found = rows(user).filter(state__in=ATTENTION).prefetch_related(None)
    return found.order_by("-state", "starts_at")[:SOME]


def coming(user: User, now: datetime) -> list[Maintenance]:
    """For contractants: what lies ahead, goes on or waits for a new date, in order, and what fell through meanwhile."""
    unsettled = Q(state__in=[MaintenanceState.IN_PROGRESS, MaintenanceState.PUSHED_ASIDE])
    found = rows(user).filter(Q(ends_at__gt=now) | unsettled)
    return list(found.exclude(state=MaintenanceState.DONE).order_by("starts_at"))


def past(user: User, now: datetime) -> list[Maintenance]:
    """For contractants: what was done in the last 30 days, the newest first."""
    done = rows(user).filter(state=MaintenanceState.DONE, finished_at__gt=now - RECENT)
    return list(done.order_by("-finished_at")[:SOME])


def for_feed(user: User, now: datetime) -> list[Maintenance]:
    """What a calendar program is given: no drafts; three months back and a year ahead."""
    near = rows(user).filter(ends_at__gt=now - FEED_PAST, starts_at__lt=now + FEED_AHEAD)
    return list(near.exclude(state=MaintenanceState.DRAFT).order_by("starts_at", "id"))


def notices_of(case: Maintenance) -> list[Notice]:
    """Who was told what, in order."""
    owed = Notice.objects.filter(case_type=case.case_type, case_id=case.pk)
    return list(owed.select_related("event").order_by("id"))


def updates(today: date) -> list[dict[str, Any]]:
    """Updates of subcontractors: what still has to be installed by its last day, then what was, newest first."""
    waiting = SubcontractorUpdate.objects.filter(installed_on=None).order_by("due_on", "id")
    done = SubcontractorUpdate.objects.exclude(installed_on=None).order_by("-installed_on", "-id")[:SOME]
    return [
        {"row": row, "late": row.is_late(today), "left": (row.due_on - today).days}
        for row in [*waiting, *done]
    ]
