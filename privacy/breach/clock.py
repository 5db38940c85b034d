"""The 24 hours from knowledge to telling every controller: they never stop, at night nor on a holiday (SLA 9.1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from desk.models import Limit
from domain.hours import Calendar
from domain.targets import Target
from incidents.times import amount, full, to_go
from privacy.models import BreachRung, SecurityIncident
from sla.adapter import calendar
from sla.models import CalendarVersion

TERM = timedelta(hours=24)
WARN_AT = 75  # percent from which on the bar warns


def always() -> Calendar:
    """The calendar that never closes, as it was last settled."""
    versions = CalendarVersion.objects.filter(calendar__slug="always", frozen_at__isnull=False)
    return calendar(versions.order_by("number").values_list("pk", flat=True).latest("number"))


def due(known_at: datetime) -> datetime:
    return Target(int(TERM.total_seconds()), "seconds", always()).due(known_at)


def limit(case: SecurityIncident) -> Limit | None:
    if not case.has_to_tell:
        return None
    return Limit(
        "inform", {}, case.known_at, case.due_at, always(), tuple(sorted({*BreachRung.ladder(), 100}))
    )


def bar(case: SecurityIncident, now: datetime) -> dict[str, Any]:
    """For `components/clock_bar.html`."""
    told, late = case.told_at(), int(case.late_by(now).total_seconds())
    percent = round(100 * min((told or now) - case.known_at, TERM) / TERM)
    shown: dict[str, Any] = {
        "label": _("Informeren binnen 24 uur"),
        "percent": percent,
        "sub": full(case.due_at),
    }
    if told is not None:
        by = {"by": exact(late)}
        return shown | {"state": "missed" if late else "met",
                        "headline": _("%(by)s te laat") % by if late else _("op tijd geïnformeerd"), "sub": full(told)}  # fmt: skip
    if not case.has_to_tell:
        return shown | {"state": "untimed", "headline": _("niemand te informeren"), "percent": 0, "sub": ""}
    if late:
        return shown | {"state": "late", "headline": _("%(by)s te laat") % {"by": amount(late)}}
    left = int((case.due_at - now).total_seconds())
    state = "warn" if percent >= WARN_AT else "running"
    return shown | {"state": state, "headline": _("nog %(left)s") % {"left": to_go(left)}}


def exact(seconds: int) -> str:
    """To the second, as the register has it: `1:02:03`."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
