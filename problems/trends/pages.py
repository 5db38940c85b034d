"""What the pages of the analysis show, from a look at the months."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format, number_format

from problems.models import TrendSignal
from problems.trends import drawing, lines, naming, telling
from problems.trends.lines import Line
from problems.trends.queries import Look

MOST_LINES = 12  # charts on a page; those with most Meldingen come first
SHADES = 5


def charts(look: Look, dimension: str, shown: int) -> list[dict[str, Any]]:
    """Small multiples: a chart for each line, with its figures as a table."""
    found = lines.of(dimension, look.months)[:MOST_LINES]
    return [
        {"title": naming.label(line.key, look.names), "unit": naming.unit(line), "svg": svg, "rows": rows(line, shown),
         "signals": sum(one["signal"] != "" for one in drawing.points(line)[-shown:]), "id": f"lijn-{n}"}
        for n, (line, svg) in enumerate(zip(found, drawing.draw(found, shown), strict=True), 1)
    ]  # fmt: skip


def rows(line: Line, shown: int) -> list[dict[str, Any]]:
    """The figures of a chart, newest first; each number opens the list that it counts."""
    return [
        {"month": date.fromisoformat(one["month"]), "value": written(line, one["value"]), "signal": one["signal"],
         "expected": written(line, one["expected"]), "low": written(line, one["low"]), "high": written(line, one["high"]),
         "url": address(line.dimension, line.value, date.fromisoformat(one["month"]))}
        for one in reversed(drawing.points(line)[-shown:])
    ]  # fmt: skip


def written(line: Line, value: float | None) -> str:
    if value is None:
        return "–"
    return number_format(value, 0 if value == int(value) and line.unit == "count" else 1, force_grouping=True)


def address(dimension: str, value: str, first: date, last: date | None = None) -> str:
    """Of the list of Meldingen that a number counts."""
    given = {
        "dimension": dimension,
        "value": value,
        "first": f"{first:%Y-%m}",
        "last": f"{last or first:%Y-%m}",
    }
    return f"{reverse('problems:trend_meldingen')}?{urlencode(given)}"


def heat(look: Look, shown: int) -> dict[str, Any]:
    """Dienst by month: how many Meldingen, the darker the more beside the busiest cell."""
    found = lines.of("service", look.months)[:MOST_LINES]
    months = [one.month for one in look.months][-shown:]
    most = max((one.count for line in found for one in line.counts[-shown:]), default=0)
    return {"months": months, "rows": [_heat_row(line, look, shown, most) for line in found]}


def _heat_row(line: Line, look: Look, shown: int, most: int) -> dict[str, Any]:
    cells = [
        {"count": one.count, "shade": -(-SHADES * one.count // most) if most else 0,
         "url": address(line.dimension, line.value, one.month)}
        for one in line.counts[-shown:]
    ]  # fmt: skip
    return {"label": naming.label(line.key, look.names), "cells": cells}


def cards(kept: list[TrendSignal], refused: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Signals for `_signal.html`; one that is not kept yet goes by its line. `refused` keeps what was typed."""
    found = []
    for signal in kept:
        mine = refused is not None and refused["key"] == key(signal)
        months = [date.fromisoformat(month) for month in signal.numbers["months"]]
        found.append(
            {"signal": signal, "title": telling.title(signal), "summary": telling.summary(signal), "rule": telling.rule(signal),
             "url": address(signal.dimension, signal.value, months[0], months[-1]), "key": key(signal),
             "error": refused["error"] if refused and mine else "", "reason": refused["reason"] if refused and mine else ""}
        )  # fmt: skip
    return found


def key(signal: TrendSignal) -> str:
    return f"{signal.month:%Y-%m}-{signal.dimension}-{signal.value}-{signal.direction}"


def unkept(look: Look, kept: list[TrendSignal]) -> list[TrendSignal]:
    """The signals of the running month as they would be kept, without those that are."""
    known = {(one.month, one.dimension, one.value, one.direction) for one in kept}
    return [
        TrendSignal(
            month=look.month, dimension=line.dimension, value=line.value, direction=signal.direction,
            rule=signal.rule, numbers=telling.numbers(line, signal, look.names),
        )
        for line, signal in look.signals(kept)
        if (look.month, line.dimension, line.value, signal.direction) not in known
    ]  # fmt: skip


def month_name(month: date) -> str:
    return date_format(month, "F Y")
