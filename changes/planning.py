"""Fitting Onderhoud in: what it conflicts with, in words, and what it does to the month (SLA 7.1, 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.models import Freeze, Maintenance, MaintenanceKind, MaintenanceState, ServiceDependency
from changes.models.maintenance import TOOK_PLACE
from contractants.models import Service
from domain import availability
from domain import maintenance as rules
from domain.availability import Availability, Downtime
from domain.maintenance import Conflict, Rule, Surroundings, Weight, Window
from domain.months import Month, Span
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


LONGEST, SINCE, UNTIL = timedelta(days=31), timedelta(days=366), timedelta(days=5 * 366)


def wrong_times(start: datetime, end: datetime, at: datetime) -> dict[str, str]:
    """What is wrong with these times at instant `at`, by field: nothing is planned from more than a year back or
    more than five years ahead, or lasts more than 31 days. The calendar need not reach any further."""
    if not -SINCE <= start - at <= UNTIL:
        return {"starts_at": _("Kies een begin tussen een jaar geleden en vijf jaar vooruit.")}
    if end <= start:
        return {"ends_at": _("Het einde ligt niet na het begin.")}
    if end - start > LONGEST:
        return {"ends_at": _("Onderhoud duurt ten hoogste 31 dagen.")}
    return {}


def window_of(case: Maintenance, at: datetime) -> Window:
    """As the rules see it at instant `at`: what goes on holds its place until it is done."""
    goes_on = case.state == MaintenanceState.IN_PROGRESS
    return Window(
        case.number, frozenset(service.pk for service in case.services.all()), case.starts_at,
        max(case.ends_at, at) if goes_on else case.ends_at, rules.Kind(case.kind), case.has_impact,
        replaced=case.made_way_for_id is not None, begun=case.began_at is not None,
        done=case.state == MaintenanceState.DONE,
    )  # fmt: skip


def surroundings(plan: Window, at: datetime, known: Iterable[Maintenance]) -> Surroundings:
    """What lies around `plan` that it may conflict with, on the calendar of instant `at`; `known` as of `near`."""
    freezes = Freeze.objects.filter(starts_at__lt=plan.end, ends_at__gt=plan.start)
    return Surroundings(
        others=tuple(window_of(one, at) for one in known),
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
    lasting = Q(ends_at__gt=first) | Q(finished_at__gt=first) | Q(state=MaintenanceState.IN_PROGRESS)
    around = rows.filter(lasting, starts_at__lt=last)
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
    announced: Availability
    unannounced: Availability


def costs(
    plan: Window, services: Iterable[Service], known: Iterable[Maintenance], at: datetime
) -> list[Cost]:
    """For each Dienst and month that `plan` touches; nothing where it is not noticeable (SLA 7.2)."""
    if not plan.impact:
        return []
    others = [one for one in known if one.has_impact and not _makes_way(window_of(one, at), plan)]
    told = Downtime(plan.start, plan.end, (plan.start, plan.end))
    untold = Downtime(plan.start, plan.end)
    return [
        Cost(service, month[0], _effect(told, service, month, others, at), _effect(untold, service, month, others, at))
        for service in services
        for month in _months(plan)
    ]  # fmt: skip


@dataclass(frozen=True)
class Spent:
    """The availability of one Dienst in one month with what this Onderhoud really took."""

    service: Service
    month: datetime
    real: Availability


def spent(case: Maintenance, at: datetime) -> list[Spent]:
    """For each Dienst and month that it took until instant `at`; nothing where it was not noticeable or has not
    begun (SLA 7.2)."""
    if not case.has_impact or case.began_at is None:
        return []
    real = downtime(case, at)
    took = replace(window_of(case, at), start=real.start, end=max(real.end, real.start + datetime.resolution))
    others = [one for one in near(took) if one.has_impact]
    return [
        Spent(service, month[0], _effect(real, service, month, others, at))
        for service in case.services.all()
        for month in _months(took)
    ]


def _makes_way(other: Window, plan: Window) -> bool:
    same = bool(other.services & plan.services) and plan.overlaps(other.start, other.end)
    return same and rules.goes_first(plan, other)


def _effect(
    own: Downtime, service: Service, month: Span, others: list[Maintenance], at: datetime
) -> Availability:
    downs = [downtime(one, at) for one in others if service in one.services.all()]
    return availability.effect([*downs, own], month)


def downtime(case: Maintenance, at: datetime) -> Downtime:
    """What it takes, or took until instant `at`: outside the announced window it counts (SLA 7.2 a). What still lies
    ahead is taken to be announced before it begins."""
    told = case.announced_at is not None or case.began_at is None
    began = case.began_at or case.starts_at
    return Downtime(
        began,
        case.finished_at or max(window_of(case, at).end, began),
        (case.starts_at, case.ends_at) if told else None,
    )


def _months(plan: Window) -> list[Span]:
    months = {Month.of(day, AMSTERDAM) for day in rules.days_of(plan, AMSTERDAM)}
    return [month.span(AMSTERDAM) for month in sorted(months)]


def kinds() -> list[str]:
    """In the order of the table."""
    return [str(MaintenanceKind(kind).label) for kind in rules.Kind]


def reason_asked(found: list[Finding]) -> str:
    """What to say where a reason is missing."""
    soft = " ".join(one.text for one in found if one.weight == Weight.SOFT)
    return _("Zeg waarom het toch zo moet. %(conflicts)s") % {"conflicts": soft}
