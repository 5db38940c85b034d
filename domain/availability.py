"""Availability of a Dienst: (B - D) / B, and which minutes of Niet-Beschikbaarheid count (SLA 2.3, 2.18, 7.2).

Moments are aware; a stretch holds its start and not its end. What is smaller than a second is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

Span = tuple[datetime, datetime]
PROMISED = Decimal("99.7")  # per cent
SECOND = timedelta(seconds=1)


class Reason(StrEnum):
    """Why Niet-Beschikbaarheid is not the supplier's: 7.2, second point, a to h."""

    MAINTENANCE = "maintenance"
    CONTRACTANT_SYSTEMS = "contractant_systems"
    OTHER_PARTY = "other_party"
    ATTACK = "attack"
    MISUSE = "misuse"
    AGAINST_AGREEMENT = "against_agreement"
    CONTRACTANT = "contractant"
    FORCE_MAJEURE = "force_majeure"


# Those that say something about one contractant.
OF_A_CONTRACTANT = frozenset(
    {Reason.CONTRACTANT_SYSTEMS, Reason.MISUSE, Reason.AGAINST_AGREEMENT, Reason.CONTRACTANT}
)


class Extent(StrEnum):
    FULL = "full"
    PARTIAL = "partial"


@dataclass(frozen=True)
class Outage:
    """The Dienst was away, wholly or in part; without a reason it counts. `number` is the case that tells of it,
    `key` what was recorded of it, if anything; both mean nothing here."""

    start: datetime
    end: datetime
    extent: Extent = Extent.FULL
    reason: Reason | None = None
    evidence: str = ""
    number: str | None = None
    key: str = ""

    @property
    def counted(self) -> bool:
        return self.reason is None

    @property
    def seconds(self) -> int:
        return (self.end - self.start) // SECOND

    @property
    def minutes(self) -> Decimal:
        return Decimal(self.seconds) / 60

    @property
    def order(self) -> tuple[object, ...]:
        """Which one a minute goes to that more of them claim: announced Onderhoud, in which nobody may expect the
        Dienst; then what counts, for without the excluded cause the minute was lost as well; then the rest."""
        rank = 0 if self.reason == Reason.MAINTENANCE else 1 if self.counted else 2
        rest = (self.start, self.end, self.number or "", self.key, self.reason or "", self.evidence)
        return rank, self.extent != Extent.FULL, *rest


@dataclass(frozen=True)
class Availability:
    """Of one Dienst from `start` to `end`. `stretches` follow each other and do not overlap: each minute is up,
    counted or excluded. Amounts are minutes: `whole` is B and `counted` is D of SLA 7.2."""

    start: datetime
    end: datetime
    stretches: tuple[Outage, ...] = ()
    promised: Decimal = PROMISED

    @property
    def whole(self) -> Decimal:
        return Decimal(self._whole) / 60

    @property
    def counted(self) -> Decimal:
        return Decimal(self._lost) / 60

    @property
    def excluded(self) -> Decimal:
        return Decimal(sum(one.seconds for one in self.stretches if not one.counted)) / 60

    @property
    def percent(self) -> Decimal:
        """(B - D) / B, as a percentage; 100 where no time has passed."""
        return Decimal(self._whole - self._lost) * 100 / self._whole if self._whole else Decimal(100)

    @property
    def room(self) -> Decimal:
        """How many minutes may still count before the promise is broken; negative when it is."""
        return (self._whole * (100 - self.promised) / 100 - self._lost) / 60

    @property
    def kept(self) -> bool:
        return self._lost * 100 <= self._whole * (100 - self.promised)

    @property
    def _whole(self) -> int:
        return max((self.end - self.start) // SECOND, 0)

    @property
    def _lost(self) -> int:
        return sum(one.seconds for one in self.stretches if one.counted)


def measure(outages: Iterable[Outage], span: Span, promised: Decimal = PROMISED) -> Availability:
    """What `outages` do to the availability of `span` (SLA 7.2), in whatever order they come."""
    start, end = _whole_second(span[0]), _whole_second(span[1])
    claims = sorted(_within(outages, start, end), key=lambda one: one.order)
    found: list[Outage] = []
    last: Outage | None = None
    for since, until in pairwise(sorted({moment for one in claims for moment in (one.start, one.end)})):
        winner = next((one for one in claims if one.start <= since < one.end), None)
        if winner is not None and winner is last:
            found[-1] = replace(winner, start=found[-1].start, end=until)
        elif winner is not None:
            found.append(replace(winner, start=since, end=until))
        last = winner
    return Availability(start, end, tuple(found), promised)


def _within(outages: Iterable[Outage], start: datetime, end: datetime) -> list[Outage]:
    clipped = (
        replace(one, start=max(_whole_second(one.start), start), end=min(_whole_second(one.end), end))
        for one in outages
    )
    return [one for one in clipped if one.start < one.end]


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def without(spans: Iterable[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of `spans` when `taken` are cut out."""
    left = [one for one in spans if one[0] < one[1]]
    for start, end in taken:
        left = [
            (since, until)
            for one in left
            for since, until in ((one[0], min(one[1], start)), (max(one[0], end), one[1]))
            if since < until
        ]
    return left


@dataclass(frozen=True)
class Downtime:
    """Onderhoud takes, or took, the Dienst away from `start` to `end`. `announced` is the window that contractants
    knew of beforehand; what falls in it does not count (SLA 7.2 a)."""

    start: datetime
    end: datetime
    announced: Span | None = None

    def outages(self, number: str | None = None, evidence: str = "") -> list[Outage]:
        """What does not count, where there is any, and the whole, which counts where nothing takes it away."""
        whole = Outage(self.start, self.end, number=number)
        if self.announced is None:
            return [whole]
        start, end = max(self.start, self.announced[0]), min(self.end, self.announced[1])
        told = replace(whole, start=start, end=end, reason=Reason.MAINTENANCE, evidence=evidence)
        return [told, whole] if start < end else [whole]


def effect(downs: Iterable[Downtime], month: Span, promised: Decimal = PROMISED) -> Availability:
    """What Onderhoud alone does to `month`."""
    return measure((one for down in downs for one in down.outages()), month, promised)
