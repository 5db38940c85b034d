"""What a report is about: a month of a Dienst, over all contractants or over one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from contractants.models import Contractant, Service
from domain.errors import WrongInput
from domain.months import Month, Span
from incidents.models import Melding
from incidents.models.access import MeldingQuerySet
from sla.queries import AMSTERDAM


@dataclass(frozen=True)
class Frame:
    """Reads as of `now`; of a running month the part that has passed. Raises `WrongInput` for one that has not begun."""

    month: Month
    service: Service
    contractant: Contractant | None
    now: datetime

    def __post_init__(self) -> None:
        if self.now <= self.start:
            raise WrongInput("month_ahead", "{month} has not begun", month=str(self.month))

    @cached_property
    def span(self) -> Span:
        start, end = self.month.span(AMSTERDAM)
        return start, min(end, self.now)

    @property
    def start(self) -> datetime:
        return self.month.span(AMSTERDAM)[0]

    @property
    def until(self) -> datetime:
        return self.span[1]

    def meldingen(self) -> MeldingQuerySet:
        """All of its Dienst, of its contractant where it has one."""
        rows: MeldingQuerySet = self.own(Melding.objects.get_queryset().filter(service=self.service))
        return rows.order_by()

    def own(self, rows: Any) -> Any:
        """Those of `rows` that are its contractant's; all of them where it has none."""
        return rows.filter(contractant=self.contractant) if self.contractant else rows


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def number(amount: Decimal | float, places: int = 2) -> float:
    """As plain JSON: whole where it is."""
    rounded = round(float(amount), places)
    return int(rounded) if rounded.is_integer() else rounded
