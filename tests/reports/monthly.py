"""June 2026 of Dienst MDO, made by hand: what the report of that month has to say was worked out on paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from contractants.models import Contractant, Service
from desk.models import User
from desk.permissions import Role
from domain.months import Month
from incidents import actions
from incidents.models import Melding
from reports.models import ServiceLevelReport, Unavailability
from reports.monthly import actions as reports
from tests import factories

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
JUNE = Month(2026, 6)


def at(day: int, clock: str, month: int = 6) -> datetime:
    """A local moment in 2026. 1 June is a Monday."""
    return datetime.fromisoformat(f"2026-{month:02d}-{day:02d}T{clock}:00").replace(tzinfo=AMSTERDAM)


FIRST_WORKING_DAY = at(1, "09:00", 7)
NOW = at(2, "10:00", 7)


@dataclass
class June:
    """Two contractants on one Dienst, those who report on it, and steps that make a month."""

    service: Service = field(
        default_factory=lambda: factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")
    )

    def __post_init__(self) -> None:
        factories.load_policies()
        self.agent = factories.staff(name="Sam de Vries")
        self.fatma = factories.staff(Role.PRODUCT_MANAGER, name="Fatma Yıldız")
        self.marieke = factories.staff(Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen")
        self.noor = factories.contact(user__name="Noor Verhagen", role="main_contact")
        self.other = factories.contact(user__name="Kofi Mensah", role="main_contact")
        for who in (self.noor, self.other):
            factories.ContractFactory.create(contractant=who.contractant, service=self.service)

    @property
    def contractant(self) -> Contractant:
        contractant: Contractant = self.noor.contractant
        return contractant

    def incident(self, received: datetime, **fields: Any) -> Melding:
        given = {"contact": self.noor, "service": self.service, "impact": "medium", **fields}
        return factories.registered(by=self.agent, at=received, **given)

    def handled(
        self, received: datetime, reacted: datetime, resolved: datetime | None, **fields: Any
    ) -> Melding:
        melding = self.incident(received, **fields)
        actions.pick_up(melding, by=self.agent, at=reacted, contacted=True)
        if resolved:
            actions.resolve(melding, by=self.agent, at=resolved, solution="Herstart.")
        return melding

    def away(self, start: datetime, minutes: int, **fields: Any) -> Unavailability:
        return Unavailability.objects.create(
            service=self.service, started_at=start, ended_at=start + timedelta(minutes=minutes), source="hand",
            recorded_by=self.agent, recorded_at=start, **fields,
        )  # fmt: skip

    def month(self) -> None:
        """See `test_monthly_figures` for what comes of it."""
        self.first = self.handled(
            at(2, "10:00"), at(2, "10:30"), at(2, "15:00"), priority=1, subject="Alles ligt stil"
        )
        self.late = self.handled(
            at(3, "10:00"), at(3, "14:30"), at(5, "11:00"), priority=2, subject="Lijst is leeg"
        )
        self.handled(at(9, "09:00"), at(9, "10:00"), at(9, "12:00"), priority=2, contact=self.other)
        self.running = self.handled(at(10, "11:00"), at(10, "15:00"), None, priority=3)
        self.handled(at(30, "12:00"), at(30, "13:00"), None, priority=2)
        dropped = self.incident(at(11, "10:00"), priority=3)
        actions.cancel(dropped, by=self.agent, at=at(11, "10:30"), reason="Toch niet.")
        self.incident(at(12, "10:00"), kind="question")
        self.away(at(15, "12:00"), 90)
        self.away(at(15, "13:00"), 60, extent="partial")
        self.away(at(20, "02:00"), 45, reason="attack", evidence="Rapport van de provider")

    def report(self, contractant: Contractant | None = None, now: datetime = NOW) -> ServiceLevelReport:
        return reports.make(JUNE, self.service, contractant, by=self.marieke, at=now)

    def reviewed(self, contractant: Contractant | None = None, by: User | None = None) -> ServiceLevelReport:
        return reports.review(self.report(contractant), by=by or self.fatma, at=NOW)

    def published(self, contractant: Contractant | None = None) -> ServiceLevelReport:
        return reports.publish(self.reviewed(contractant), by=self.marieke, at=NOW + timedelta(hours=1))
