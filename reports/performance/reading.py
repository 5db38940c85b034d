"""Reading a batch of measurements, row by row: a wrong one is named by its place and field, and costs none of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from contractants.models import Service
from desk import texts
from domain.percentiles import LONGEST
from incidents.actions.monitoring.alertmanager import moment
from incidents.actions.monitoring.events import services_named
from reports.models.performance import ACTION_MAX
from sla.queries import AMSTERDAM

MOST_ROWS = 10_000
MOST_COUNTED = 1_000_000  # together in one row
OLDEST = timedelta(days=7)
AHEAD = timedelta(minutes=5)  # clocks differ
FIELDS = ("service", "action", "seconds", "at")


@dataclass(frozen=True)
class Measurement:
    """How long `count` times `action` of a Dienst took, each at `at` (aware); `seconds` from 0 to `LONGEST`."""

    service: Service
    action: str
    seconds: float
    at: datetime
    count: int = 1

    @property
    def cell(self) -> tuple[int, str, date]:
        """Where it is counted: Dienst, action, and day of Amsterdam."""
        return self.service.pk, self.action, self.at.astimezone(AMSTERDAM).date()


@dataclass(frozen=True)
class Wrong:
    """Why a row was refused; `index` counts from 0."""

    index: int
    field: str
    detail: str


def read(rows: Sequence[Any], now: datetime) -> tuple[dict[int, Measurement], list[Wrong]]:
    """What can be counted, by its place, and what was refused. Two queries."""
    services = services_named(
        {texts.storable(str(row.get("service"))) for row in rows if isinstance(row, dict)}
    )
    measured: dict[int, Measurement] = {}
    wrong: list[Wrong] = []
    for index, row in enumerate(rows):
        try:
            measured[index] = _row(row, services, now)
        except _Refused as refused:
            wrong.append(Wrong(index, refused.field, refused.detail))
    return measured, wrong


class _Refused(Exception):
    def __init__(self, field: str, detail: str) -> None:
        self.field, self.detail = field, detail


def _row(row: Any, services: dict[str, Service], now: datetime) -> Measurement:
    if not isinstance(row, dict):
        raise _Refused("", _("Dit is geen meting."))
    for name in FIELDS:
        if row.get(name) in (None, ""):
            raise _Refused(name, _("Dit veld is verplicht."))
    return Measurement(
        _service(row["service"], services), _action(row["action"]), _seconds(row["seconds"]), _at(row["at"], now),
        _count(row.get("count", 1)),
    )  # fmt: skip


def _service(given: Any, services: dict[str, Service]) -> Service:
    if not isinstance(given, str) or given not in services:
        raise _Refused("service", _("Deze Dienst is niet bekend."))
    return services[given]


def one_line(text: str) -> str:
    """The name of an action as it is counted and agreed on: spaces that nobody tells apart are one."""
    return " ".join(texts.storable(text).split())


def _action(given: Any) -> str:
    text = one_line(given) if isinstance(given, str) else ""
    if not 0 < len(text) <= ACTION_MAX:
        raise _Refused("action", _("Gebruik 1 tot en met %(most)d tekens.") % {"most": ACTION_MAX})
    return text


def _seconds(given: Any) -> float:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not (number and 0 <= given <= LONGEST):  # NaN is in no order
        raise _Refused("seconds", _("Geef een getal van 0 tot en met %(most)d.") % {"most": LONGEST})
    return float(given)


def _at(given: Any, now: datetime) -> datetime:
    found = moment(given)
    if found is None:
        raise _Refused("at", _("Geef een moment met tijdzone, zoals 2026-05-01T09:30:00Z."))
    if not now - OLDEST <= found <= now + AHEAD:
        raise _Refused(
            "at",
            _("Dit moment ligt in de toekomst of meer dan %(days)d dagen terug.") % {"days": OLDEST.days},
        )
    return found


def _count(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 0 < given <= MOST_COUNTED:
        raise _Refused("count", _("Geef een getal van 1 tot en met %(most)d.") % {"most": MOST_COUNTED})
    return given
