"""Storing the analysis of a month, and deciding about its signals (SLA 12.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from contractants.models import Service
from desk import texts
from desk.door import NotAllowed, NotNow
from desk.locks import only_one
from desk.models import Event, User
from domain.trends import Signal
from incidents.models import Melding
from problems.actions import open_problem
from problems.models import Impact, Likelihood, Origin, Problem, TrendMonth, TrendSignal
from problems.trends import figures, naming, queries, telling
from problems.trends.evidence import meldingen
from problems.trends.lines import Line
from problems.trends.months import month_of, shifted
from problems.trends.queries import Look

MOST_MELDINGEN = 200  # the newest, with a signal and with the Problem that is opened from it


def store(at: datetime) -> list[TrendSignal]:
    """Store every closed month that is not stored yet, with the signals of the last of them.

    Does nothing where that was done, or where another process is doing it. A desk with years of Meldingen gets its
    past months without their signals: nobody waits to decide about those any more.
    """
    with only_one("trends") as mine:
        return _store(at) if mine else []


@transaction.atomic
def _store(at: datetime) -> list[TrendSignal]:
    newest = TrendMonth.objects.order_by("-month").values_list("month", flat=True).first()
    first = shifted(newest, 1) if newest else queries.first_month(at)
    if first >= month_of(at):
        return []
    names = naming.current()
    for one in figures.count(first, at)[:-1]:
        TrendMonth.objects.create(
            month=one.month, created_at=at, figures=one.stored(), names=_occurring(one, names)
        )
    look = queries.closed(shifted(month_of(at), -1))
    known = queries.recent(look.month)
    there = {(one.month, one.dimension, one.value, one.direction) for one in known}
    return [
        _keep(look, line, signal, at)
        for line, signal in look.signals(known)
        if (look.month, line.dimension, line.value, signal.direction) not in there
    ]


def _occurring(one: figures.Figures, names: naming.Names) -> dict[str, str]:
    keys = {f"{dimension}:{value}" for dimension, values in one.received.items() for value in values}
    return {key: name for key, name in names.items() if key in keys}


def _keep(look: Look, line: Line, signal: Signal, at: datetime) -> TrendSignal:
    """Once, also where two decide about it together."""
    behind = meldingen(line.dimension, line.value, signal.months[0], signal.months[-1], at)
    newest = list(behind.order_by("-received_at", "-id").values_list("pk", flat=True)[:MOST_MELDINGEN])
    found = {
        "rule": signal.rule,
        "numbers": telling.numbers(line, signal, look.names),
        "melding_ids": newest,
        "found_at": at,
    }
    kept, is_new = TrendSignal.objects.get_or_create(
        month=look.month, dimension=line.dimension, value=line.value, direction=signal.direction, defaults=found,
    )  # fmt: skip
    if is_new:
        _record(kept, "detect", None, at, rule=signal.rule)
    return kept


@transaction.atomic
def of_running_month(dimension: str, value: str, direction: str, *, by: User, at: datetime) -> TrendSignal:
    """The signal of the running month on this line, kept from now on, for `by` to decide about. Raises `NotAllowed`,
    or `NotNow` where there is none any more."""
    _check_may(by)
    kept = TrendSignal.objects.filter(
        month=month_of(at), dimension=dimension, value=value, direction=direction
    ).first()
    if kept is not None:
        return kept
    look = queries.running(at)
    for line, signal in look.signals(queries.recent(look.month)):
        if (line.dimension, line.value, signal.direction) == (dimension, value, direction):
            return _keep(look, line, signal, at)
    raise NotNow(_("Dit signaal is er niet meer: de cijfers van deze maand zijn intussen anders."))


@transaction.atomic
def accept(signal: TrendSignal, *, by: User, at: datetime) -> Problem:
    """Open a Problem from it, with its evidence and its Meldingen (SLA 12.1)."""
    row = _undecided(signal, by)
    problem = open_problem(
        by=by, at=at, title=telling.title(row), description=_described(row), likelihood=Likelihood.LIKELY,
        impact=Impact.MEDIUM, service=_service(row), origin=Origin.TREND, evidence=_evidence(row),
        meldingen=Melding.objects.visible_to(by).filter(pk__in=row.melding_ids),
    )  # fmt: skip
    _decide(row, TrendSignal.Decision.ACCEPTED, by, at, problem=problem)
    _record(row, "accept", by, at, problem=problem.number)
    return problem


@transaction.atomic
def dismiss(signal: TrendSignal, *, by: User, at: datetime, reason: str) -> TrendSignal:
    """No Problem is needed, and why."""
    texts.required(reason=reason)
    row = _undecided(signal, by)
    _decide(row, TrendSignal.Decision.DISMISSED, by, at, reason=reason)
    _record(row, "dismiss", by, at)
    return row


def _check_may(by: User) -> None:
    if not by.may("problem.open"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))


def _undecided(signal: TrendSignal, by: User) -> TrendSignal:
    _check_may(by)
    row = TrendSignal.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=signal.pk)
    if row.decision:
        raise NotNow(
            _("Over dit signaal is al besloten: %(what)s, door %(who)s.")
            % {"what": row.get_decision_display(), "who": row.decided_by}
        )
    return row


def _decide(row: TrendSignal, decision: str, by: User, at: datetime, **more: Any) -> None:
    row.decision, row.decided_by, row.decided_at = decision, by, at
    for name, value in more.items():
        setattr(row, name, value)
    row.save()


def _described(signal: TrendSignal) -> str:
    return f"{telling.summary(signal)}\n\n{telling.rule(signal)}"


def _evidence(signal: TrendSignal) -> dict[str, Any]:
    query = f"?month={signal.month:%Y-%m}&dimension={signal.dimension}"
    kept = signal.numbers
    return {
        "summary": telling.summary(signal), "url": reverse("problems:trends") + query,
        "facts": {
            _("Kijk"): kept["label"], _("Maanden"): telling.period(kept), _("Geteld"): telling.amount(kept, "observed"),
            _("Verwacht"): telling.amount(kept, "expected"), _("Regel"): telling.rule(signal),
        },
    }  # fmt: skip


def _service(signal: TrendSignal) -> Service | None:
    if signal.dimension != "service" or not signal.value.isdecimal():
        return None
    return Service.objects.filter(pk=int(signal.value)).first()


def _record(signal: TrendSignal, verb: str, by: User | None, at: datetime, **facts: object) -> None:
    facts |= {"month": signal.month.isoformat(), "dimension": signal.dimension, "value": signal.value}
    Event.objects.create(
        case_type=TrendSignal.case_type, case_id=signal.pk, verb=verb, at=at, actor=by, data=facts
    )
