"""Fitting Onderhoud in: what it conflicts with, in words, and what it does to the month (SLA 7.1, 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.models import Freeze, Maintenance, MaintenanceKind, ServiceDependency
from changes.models.maintenance import HOLDS_A_PLACE, TOOK_PLACE
from contractants.models import Service
from domain import availability
from domain import maintenance as rules
from domain.availability import Downtime, Effect
from domain.maintenance import Conflict, Rule, Surroundings, Weight, Window
from incidents.duty import hours_now
from sla.queries import AMSTERDAM

NAMES: dict[Rule, Any] = {
    Rule.PAST: gettext_lazy("ligt in het verleden"),
    Rule.OVERLAP: gettext_lazy("overlapt met ander onderhoud aan dezelfde dienst"),
    Rule.COLLISION: gettext_lazy("overlapt met regulier onderhoud aan dezelfde dienst"),
    Rule.DEPENDENCY: gettext_lazy("overlapt met onderhoud aan een dienst die hiervan afhangt, of andersom"),
    Rule.FREEZE: gettext_lazy("valt in een wijzigingsstop"),
    Rule.TOO_LATE: gettext_lazy("minder dan 10 werkdagen vooraf aangekondigd"),
    Rule.OFFICE_HOURS: gettext_lazy("merkbaar, binnen kantoortijden"),
    Rule.AIMED_HOURS: gettext_lazy("merkbaar, tussen 08:00 en 18:00 uur"),
    Rule.TOO_OFTEN: gettext_lazy("tweede keer merkbaar regulier onderhoud binnen 2 weken"),
    Rule.HOLIDAY: gettext_lazy("valt op een feestdag"),
}
WEIGHTS: dict[Weight | None, Any] = {
    Weight.HARD: gettext_lazy("mag niet"),
    Weight.SOFT: gettext_lazy("mag met een reden"),
    Weight.YIELDS: gettext_lazy("gaat voor; het reguliere onderhoud wordt opzijgezet"),
    None: gettext_lazy("geldt niet"),
}


@dataclass(frozen=True)
class Finding:
    """A conflict in words, with the clause that it is about."""

    conflict: Conflict
    text: str

    @property
    def clause(self) -> str:
        return rules.CLAUSES[self.conflict.rule]

    @property
    def weight(self) -> Weight:
        return self.conflict.weight

    @property
    def consequence(self) -> str:
        return str(WEIGHTS[self.weight])


def table() -> list[dict[str, Any]]:
    """Every rule with what it means for each kind of Onderhoud."""
    return [
        {"name": NAMES[rule], "clause": rules.CLAUSES[rule], "weights": [_cell(kind, weight) for kind, weight in row.items()]}
        for rule, row in rules.WEIGHTS.items()
    ]  # fmt: skip


def _cell(kind: rules.Kind, weight: Weight | None) -> dict[str, Any]:
    return {"slug": weight or "none", "label": WEIGHTS[weight], "kind": MaintenanceKind(kind).label}


def window_of(case: Maintenance, services: Iterable[Service] | None = None) -> Window:
    """As the rules see it; the Diensten of a new one are given."""
    known = services if services is not None else case.services.all()
    return Window(
        case.number, frozenset(service.pk for service in known), case.starts_at, case.ends_at,
        rules.Kind(case.kind), case.has_impact, case.made_way_for_id is not None, case.began_at is not None,
    )  # fmt: skip


def surroundings(plan: Window, at: datetime, known: Iterable[Maintenance]) -> Surroundings:
    """What lies around `plan` that it may conflict with, on the calendar of instant `at`; `known` as of `near`."""
    freezes = Freeze.objects.filter(starts_at__lt=plan.end, ends_at__gt=plan.start)
    return Surroundings(
        others=tuple(window_of(one) for one in known if one.state in HOLDS_A_PLACE),
        freezes=tuple(
            rules.Freeze(
                frozenset([one.service_id] if one.service_id else []), one.starts_at, one.ends_at, one.why
            )
            for one in freezes
        ),
        related=rules.related_to(
            plan.services, ServiceDependency.objects.values_list("service", "depends_on")
        ),
        office=hours_now(at).office,
    )


def near(plan: Window) -> list[Maintenance]:
    """The other Onderhoud that holds a place, or took one, in a fortnight around `plan` and in its months."""
    reach, months = timedelta(days=rules.SHIPPED.every + 1), _months(plan)
    first, last = min(plan.start - reach, months[0][0]), max(plan.end + reach, months[-1][1])
    rows = Maintenance.objects.filter(state__in=TOOK_PLACE).exclude(number=plan.key)
    around = rows.filter(Q(ends_at__gt=first) | Q(finished_at__gt=first), starts_at__lt=last)
    return list(around.prefetch_related("services"))


def findings(plan: Window, at: datetime, known: Iterable[Maintenance] | None = None) -> list[Finding]:
    """What stands in the way of `plan`, were it announced at instant `at`."""
    around = surroundings(plan, at, near(plan) if known is None else known)
    return [Finding(one, sentence(one)) for one in rules.conflicts(plan, around, at)]


def sentence(conflict: Conflict) -> str:
    given = {
        "other": conflict.other,
        "at": date_format(localtime(conflict.at), "D j F Y, H:i") if conflict.at else "",
    }
    return str(SENTENCES[conflict.rule] % given)


SENTENCES: dict[Rule, Any] = {
    Rule.PAST: gettext_lazy("Dit onderhoud ligt in het verleden."),
    Rule.OVERLAP: gettext_lazy("Het overlapt met %(other)s aan dezelfde dienst (%(at)s uur)."),
    Rule.COLLISION: gettext_lazy(
        "Het overlapt met regulier onderhoud %(other)s (%(at)s uur). Dat wordt opzijgezet en krijgt een nieuwe datum."
    ),
    Rule.DEPENDENCY: gettext_lazy(
        "Het overlapt met %(other)s (%(at)s uur), aan een dienst die hiervan afhangt of andersom."
    ),
    Rule.FREEZE: gettext_lazy("Er geldt een wijzigingsstop tot %(at)s uur: %(other)s."),
    Rule.TOO_LATE: gettext_lazy(
        "Het is te laat om dit 10 werkdagen vooraf aan te kondigen: dat kon tot %(at)s uur."
    ),
    Rule.OFFICE_HOURS: gettext_lazy("Het is merkbaar en valt binnen kantoortijden."),
    Rule.AIMED_HOURS: gettext_lazy(
        "Het is merkbaar en valt tussen 08:00 en 18:00 uur. Het streven is vóór 08:00 of na 18:00 uur."
    ),
    Rule.TOO_OFTEN: gettext_lazy(
        "Binnen twee weken is er al merkbaar regulier onderhoud aan dezelfde dienst: %(other)s (%(at)s uur)."
    ),
    Rule.HOLIDAY: gettext_lazy("Het valt op een feestdag: %(other)s."),
}


# --- What it costs


@dataclass(frozen=True)
class Cost:
    """The availability of one Dienst in one month with this Onderhoud, if it is announced and if it is not."""

    service: Service
    month: datetime
    announced: Effect
    unannounced: Effect


def costs(
    plan: Window, services: Iterable[Service], known: Iterable[Maintenance] | None = None
) -> list[Cost]:
    """For each Dienst and month that `plan` touches; nothing where it is not noticeable (SLA 7.2)."""
    if not plan.impact:
        return []
    felt = [one for one in (near(plan) if known is None else known) if one.has_impact]
    others = [one for one in felt if not _makes_way(window_of(one), plan)]
    return [_cost(plan, service, month, others) for service in services for month in _months(plan)]


def _makes_way(other: Window, plan: Window) -> bool:
    same = bool(other.services & plan.services) and plan.overlaps(other.start, other.end)
    return same and rules.goes_first(plan, other)


def _cost(plan: Window, service: Service, month: availability.Span, others: list[Maintenance]) -> Cost:
    downs = [downtime(one) for one in others if service in one.services.all()]
    told = Downtime(plan.start, plan.end, (plan.start, plan.end))
    untold = Downtime(plan.start, plan.end)
    return Cost(
        service,
        month[0],
        availability.effect([*downs, told], month),
        availability.effect([*downs, untold], month),
    )


def downtime(case: Maintenance) -> Downtime:
    """What it takes, or took: outside the announced window it counts (SLA 7.2 a). What still lies ahead is taken to
    be announced before it begins."""
    told = case.announced_at is not None or case.began_at is None
    began = case.began_at or case.starts_at
    return Downtime(
        began,
        max(case.finished_at or case.ends_at, began),
        (case.starts_at, case.ends_at) if told else None,
    )


def _months(plan: Window) -> list[availability.Span]:
    days = rules.days_of(plan, AMSTERDAM)
    return [
        availability.month_of(day, AMSTERDAM)
        for day in sorted({date(day.year, day.month, 1) for day in days})
    ]


def kinds() -> list[str]:
    """In the order of the table."""
    return [str(MaintenanceKind(kind).label) for kind in rules.Kind]


def reason_asked(found: list[Finding]) -> str:
    """What to say where a reason is missing."""
    soft = " ".join(one.text for one in found if one.weight == Weight.SOFT)
    return _("Zeg waarom het toch zo moet. %(conflicts)s") % {"conflicts": soft}
