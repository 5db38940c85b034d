"""Back-ups and recovery as they were recorded, beside what was promised (SLA 7.5, 7.6; art. 2.13, 2.14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from domain.months import Month
from reports.models import Backup, BackupKind, Outcome, RecoveryTest
from reports.monthly.frame import Frame, number
from sla.queries import AMSTERDAM

RPO_HOURS = RTO_HOURS = 24  # SLA 7.5
A_YEAR = 12  # months: a yearly back-up and a recovery test are each made once in it (SLA 7.6)
WEEK, SUNDAY = timedelta(weeks=1), 6


def continuity(frame: Frame) -> dict[str, Any]:
    return {
        "backups": _backups(frame), "recovery_tests": _tests(frame),
        "rpo_target": RPO_HOURS, "rto_target": RTO_HOURS,
    }  # fmt: skip


def _backups(frame: Frame) -> list[dict[str, Any]]:
    """By kind: how many periods asked for one, in how many of these one was made, and how many attempts failed."""
    rows, days = list(_recorded(frame)), past_days(frame.month, frame.until.astimezone(AMSTERDAM).date())
    made = _made_by_kind(rows)
    sundays = [day for day in days if day.weekday() == SUNDAY]  # a week belongs to the month in which it ends
    figures = {
        BackupKind.FULL_WEEK: (len(sundays), _in_weeks(sundays, made[BackupKind.FULL_WEEK])),
        BackupKind.DIFFERENTIAL_DAY: (len(days), len(set(days) & made[BackupKind.DIFFERENTIAL_DAY])),
        BackupKind.FULL_YEAR: (int(_owes_yearly(frame)), int(any(day in made[BackupKind.FULL_YEAR] for day in days))),
    }  # fmt: skip
    return [
        {"kind": str(kind), "expected": expected, "made": there, "failed": _failed(frame, rows, kind)}
        for kind, (expected, there) in figures.items()
    ]


def _owes_yearly(frame: Frame) -> bool:
    """Whether the last one from before this month is a year old in it."""
    made = frame.service.backups.filter(kind=BackupKind.FULL_YEAR, outcome=Outcome.SUCCEEDED)
    last = made.filter(at__lt=frame.start).order_by("-at").first()
    return last is None or Month.of(last.at, AMSTERDAM).shifted(A_YEAR) <= frame.month


def past_days(month: Month, today: date) -> list[date]:
    """The local days of `month` that are over on `today`."""
    last = min(month.last, today - timedelta(days=1))
    return [month.first + timedelta(days=n) for n in range((last - month.first).days + 1)]


def _recorded(frame: Frame) -> Any:
    """With those of the week before the month, of which the last may end in it."""
    return Backup.objects.filter(
        service=frame.service, at__gte=frame.start - WEEK, at__lt=frame.until
    ).order_by("at")  # fmt: skip


def _made_by_kind(rows: Iterable[Backup]) -> dict[str, set[date]]:
    made: dict[str, set[date]] = {str(kind): set() for kind in BackupKind}
    for row in rows:
        if row.outcome == Outcome.SUCCEEDED:
            made[row.kind].add(row.at.astimezone(AMSTERDAM).date())
    return made


def _in_weeks(sundays: list[date], days: set[date]) -> int:
    return sum(any(sunday - WEEK < day <= sunday for day in days) for sunday in sundays)


def _failed(frame: Frame, rows: Iterable[Backup], kind: str) -> int:
    return sum(row.kind == kind and row.outcome == Outcome.FAILED and row.at >= frame.start for row in rows)


def _tests(frame: Frame) -> list[dict[str, Any]]:
    """Those of the year that ends with this month: one is made each year, with contractants (SLA 7.6)."""
    first, last = frame.month.shifted(1 - A_YEAR).first, frame.until.astimezone(AMSTERDAM).date()
    rows = RecoveryTest.objects.filter(
        service=frame.service, on__gte=first, on__lte=min(last, frame.month.last)
    )
    return [_test(frame, one) for one in rows.order_by("on", "id").prefetch_related("contractants")]


def _test(frame: Frame, one: RecoveryTest) -> dict[str, Any]:
    """A contractant reads of itself alone that it took part."""
    those = [who for who in one.contractants.all() if frame.contractant in (None, who)]
    return {
        "on": one.on.isoformat(), "outcome": one.outcome, "with": ", ".join(str(who) for who in those),
        "rpo_hours": None if one.rpo_hours is None else number(one.rpo_hours),
        "rto_hours": None if one.rto_hours is None else number(one.rto_hours),
    }  # fmt: skip
