"""What the page of performance shows of a Dienst and month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contractants.models import Service
from domain.months import Month
from domain.percentiles import ERROR
from reports.performance import drawing, figures
from reports.performance.figures import ActionFigures, AlertFigures, DayFigures

MOST_CHARTS = 12  # those of the actions that were done most


def content(service: Service, month: Month, now: datetime) -> dict[str, Any]:
    actions = figures.of_month(service, month, now)
    if not actions:
        return {"actions": []}
    terms = figures.limit_of(month, now)
    days = figures.days_of_month(service, month, now)
    return {
        "actions": [_action(one) for one in actions], "verdict": _verdict(actions, terms.seconds),
        "charts": _charts(actions, days, month, terms.seconds), "limit": seconds(terms.seconds),
        "times": number_format(terms.times_baseline, 0), "error": number_format(ERROR * 100, 0),
        "alerts": [_alert(one) for one in figures.alerts_of_month(service, month, now)],
        "is_kept": not any(one.over_limit for one in actions),
    }  # fmt: skip


def seconds(value: float | None) -> str:
    """In three digits, which is as much as can be said."""
    if value is None:
        return "–"
    places = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return number_format(value, places)


def _verdict(actions: Sequence[ActionFigures], limit: float) -> str:
    total, over = sum(one.count for one in actions), sum(one.over_limit for one in actions)
    if not over:
        return _("Geen enkele meting kwam boven de %(limit)s seconden.") % {"limit": seconds(limit)}
    told = {"n": _number(over), "total": _number(total), "limit": seconds(limit)}
    return ngettext(
        "%(n)s van %(total)s metingen duurde langer dan %(limit)s seconden.",
        "%(n)s van %(total)s metingen duurden langer dan %(limit)s seconden.",
        over,
    ) % told  # fmt: skip


def _action(one: ActionFigures) -> dict[str, Any]:
    return {
        "name": one.action, "count": _number(one.count), "over_limit": one.over_limit, "over_baseline": one.over_baseline,
        **{name: seconds(getattr(one, name)) for name in ("p50", "p95", "p99", "max", "baseline")},
    }  # fmt: skip


def _charts(
    actions: Sequence[ActionFigures], days: Sequence[DayFigures], month: Month, limit: float
) -> list[dict[str, Any]]:
    busiest = sorted(sorted(actions, key=lambda one: -one.count)[:MOST_CHARTS], key=lambda one: one.action)
    of = {one.action: [day for day in days if day.action == one.action] for one in busiest}
    drawn = drawing.draw([(of[one.action], one.baseline) for one in busiest], month, limit)
    return [
        {"title": one.action, "svg": svg, "rows": [_day(day) for day in of[one.action]],
         "slow": sum(day.p95 > limit for day in of[one.action])}
        for one, svg in zip(busiest, drawn, strict=True)
    ]  # fmt: skip


def _day(one: DayFigures) -> dict[str, Any]:
    return {
        "day": one.day, "count": _number(one.count), "p95": seconds(one.p95), "max": seconds(one.max),
        "over_limit": one.over_limit,
    }  # fmt: skip


def _alert(one: AlertFigures) -> dict[str, Any]:
    kinds = {"limit": _("boven de grens"), "baseline": _("ver boven de baseline")}
    return {
        "at": one.at, "until": one.until, "action": one.action, "rule": kinds[one.rule], "seconds": seconds(one.seconds),
        "count": _number(one.count), "number": one.number,
    }  # fmt: skip


def _number(value: int) -> str:
    return number_format(value, force_grouping=True)
