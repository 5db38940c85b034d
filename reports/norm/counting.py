"""How many Incidents kept the time of their priority, against the norm of their policy version (SLA 9.3).

Every number and the list that it opens come from one condition: `norm` counts what `rows_of` lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from domain.months import Month, Span
from incidents.clocks import CLOCKS
from incidents.models import Kind, State
from incidents.models.access import MeldingQuerySet
from sla.adapter import terms
from sla.models import Target
from sla.queries import AMSTERDAM, NoPolicy, held_on, published_versions

EXCLUDED = ("cancelled", "duplicate", "without_term")
PARTS = ("met", "missed", "running", *EXCLUDED)
SUMS = {"due": ("met", "missed"), "excluded": EXCLUDED, "all": PARTS}
LISTS = (*PARTS, *SUMS)  # what `rows_of` can be asked for


@dataclass(frozen=True, order=True)
class Key:
    """What a line is about. Policies with another norm for the same clock and priority have a line of their own."""

    clock: str
    priority: int
    promised: Decimal


@dataclass(frozen=True)
class NormLine:
    """One clock and priority in a period.

    `due` are those whose time is up: `met` or `missed`. `running` ones have until later in the period. `excluded`
    ones count for nothing, by reason. `percent` is rounded down, so that it never shows as kept what is not.
    """

    key: Key
    met: int = 0
    missed: int = 0
    running: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)

    @property
    def clock(self) -> str:
        return self.key.clock

    @property
    def priority(self) -> int:
        return self.key.priority

    @property
    def promised(self) -> Decimal:
        return self.key.promised

    @property
    def due(self) -> int:
        return self.met + self.missed

    @property
    def percent(self) -> Decimal | None:
        """None where nothing was due."""
        share = Decimal(100) * self.met / self.due if self.due else None
        return share and share.quantize(Decimal("0.01"), ROUND_DOWN)

    @property
    def kept(self) -> bool | None:
        """Whether the norm was reached; None where nothing was due."""
        return 100 * self.met >= self.promised * self.due if self.due else None

    def count(self, part: str) -> int:
        """The number that `rows_of` lists for one of `LISTS`."""
        known = {"met": self.met, "missed": self.missed, "running": self.running, **self.excluded}
        return sum(known.get(one, 0) for one in SUMS.get(part, (part,)))


def norm(rows: MeldingQuerySet, when: Month | Span, now: datetime) -> list[NormLine]:
    """A line for each clock and priority, in that order, of those of `rows` that count in `when` as of `now`.

    `rows` come through the gate and may be narrowed. They are counted in one query that reads an index of its own.
    A policy with another norm than the default one of that time adds a line.
    """
    last = min(now, _span(when)[1] - timedelta(microseconds=1))
    counts: dict[Key, Counter[str]] = {key: Counter() for key in _usual(last)}
    first, *others = (_grouped(rows, clock, when, now) for clock in CLOCKS)
    for found in first.union(*others, all=True):
        clock, priority = found["clock"], found["priority"]
        promised = terms(found["policy_version"]).norms[clock, priority]
        mine = counts.setdefault(Key(clock, priority, promised), Counter())
        mine.update({part: found[part] for part in PARTS})
    return [_line(key, counts[key]) for key in sorted(counts, key=_place)]


def rows_of(rows: MeldingQuerySet, key: Key, part: str, when: Month | Span, now: datetime) -> MeldingQuerySet:
    """Those of `rows` that `norm` counted for this line; `part` is one of `LISTS`."""
    held = Target.objects.filter(clock=key.clock, priority=key.priority, norm=key.promised)
    asked = counted(key.clock, when) & condition(key.clock, part, now)
    return rows.filter(asked, priority=key.priority, policy_version__in=held.values("version"))


def counted(clock: str, when: Month | Span) -> Q:
    """Which Incidents count in a period for this clock: each of them once, see docs/readings.md."""
    start, end = _span(when)
    column = f"{clock}_counts_at"
    return Q(**{"kind": Kind.INCIDENT, f"{column}__gte": start, f"{column}__lt": end})


def condition(clock: str, part: str, now: datetime) -> Q:
    """What a Melding that counts has to be for one of `LISTS`; the parts exclude each other and leave nothing out."""
    known = _parts(clock, now)
    return reduce(or_, (known[one] for one in SUMS.get(part, (part,))))


def _span(when: Month | Span) -> Span:
    return when.span(AMSTERDAM) if isinstance(when, Month) else when


def _parts(clock: str, now: datetime) -> dict[str, Q]:
    judged = Q(state__in=[state for state in State if state not in {State.CANCELLED, State.DUPLICATE}])
    stopped, under_way = (Q(**{f"{clock}_state{which}": value}) for which, value in (("", "stopped"), ("__in", ["running", "paused"])))  # fmt: skip
    late = Q(**{f"{clock}_counts_at__lt": now})
    return {
        "met": judged & stopped & Q(**{f"{clock}_met": True}),
        "missed": judged & ((stopped & Q(**{f"{clock}_met": False})) | (under_way & late)),
        "running": judged & under_way & Q(**{f"{clock}_counts_at__gte": now}),
        "cancelled": Q(state=State.CANCELLED),
        "duplicate": Q(state=State.DUPLICATE),
        "without_term": judged & stopped & Q(**{f"{clock}_met": None}),
    }


def _grouped(rows: MeldingQuerySet, clock: str, when: Month | Span, now: datetime) -> QuerySet[Any, Any]:
    numbers = {part: Count("pk", filter=asked) for part, asked in _parts(clock, now).items()}
    found = rows.order_by().filter(counted(clock, when)).values("policy_version", "priority")
    grouped: QuerySet[Any, Any] = found.annotate(clock=Value(clock), **numbers)
    return grouped


def _line(key: Key, numbers: Counter[str]) -> NormLine:
    excluded = {part: numbers[part] for part in EXCLUDED if numbers[part]}
    return NormLine(key, numbers["met"], numbers["missed"], numbers["running"], excluded)


def _place(key: Key) -> tuple[int, int, Decimal]:
    return CLOCKS.index(key.clock), key.priority, key.promised


def _usual(at: datetime) -> set[Key]:
    """A line for each clock and priority, also where nothing counted: against the norm of the default policy."""
    try:
        held = terms(held_on(published_versions(), at).pk)
    except NoPolicy:  # a desk that has just begun
        return set()
    return {Key(clock, priority, promised) for (clock, priority), promised in held.norms.items()}
