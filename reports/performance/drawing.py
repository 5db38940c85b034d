"""Charts of a month: each day's 95th percentile beside what was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import ceil, floor, log10
from typing import Any

from django.utils.safestring import SafeString

from desk import drawing
from desk.drawing import ALARM, CONFIG, LINE, QUIET
from domain.months import Month
from reports.performance.figures import DayFigures

WIDTH, HEIGHT = 380, 150
ROOM = 1.6  # times the highest, so that what is drawn there is not cut off


def draw(
    lines: Sequence[tuple[Sequence[DayFigures], float | None]], month: Month, limit: float
) -> list[SafeString]:
    """One for each action, given its days and its baseline. Durations are drawn in proportion: on a logarithmic scale."""
    return drawing.draw([spec(days, baseline, month, limit) for days, baseline in lines])


def spec(days: Sequence[DayFigures], baseline: float | None, month: Month, limit: float) -> drawing.Spec:
    of_month = [month.first + timedelta(days=n) for n in range((month.last - month.first).days + 1)]
    measured = {one.day: one.p95 for one in days}
    drawn = [max(one.p95, 0.001) for one in days]
    known = [*drawn, limit, *([baseline] if baseline else [])]
    low, high = min(known) / ROOM, max(known) * ROOM
    values = [
        {"day": day.day, "p95": max(measured[day], 0.001) if day in measured else None,
         "slow": measured.get(day, 0) > limit}
        for day in of_month
    ]  # fmt: skip
    x = {
        "field": "day", "type": "ordinal", "scale": {"domain": [day.day for day in of_month]},
        "axis": {"values": [1, 8, 15, 22, 29], "labelAngle": 0, "grid": False},
    }  # fmt: skip
    y = {
        "field": "p95", "type": "quantitative", "axis": {"values": _ticks(low, high), "labelExpr": drawing.numbers()},
        "scale": {"type": "log", "domain": [low, high], "nice": False},
    }  # fmt: skip
    return {
        "$schema": drawing.SCHEMA, "width": WIDTH, "height": HEIGHT, "padding": 4, "config": CONFIG,
        "data": {"values": values},
        "layer": [
            _agreed(limit, ALARM, [6, 3], y),
            *([_agreed(baseline, QUIET, [2, 3], y)] if baseline else []),
            {"mark": {"type": "line", "color": LINE, "strokeWidth": 2, "invalid": "break-paths-show-domains"}, "encoding": {"x": x, "y": y}},
            _points("!datum.slow", {"color": LINE, "size": 22}, x, y),
            _points("datum.slow", {"color": ALARM, "size": 110, "shape": "diamond"}, x, y),
        ],
    }  # fmt: skip


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of each power of ten; of a long axis the powers alone."""
    steps = (1, 2, 5) if high / low < 500 else (1,)
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    return [one for power in powers for step in steps if low <= (one := step * 10.0**power) <= high]


def _agreed(seconds: float, colour: str, dash: list[int], y: dict[str, Any]) -> dict[str, Any]:
    return {
        "data": {"values": [{"p95": seconds}]}, "encoding": {"y": y},
        "mark": {"type": "rule", "color": colour, "strokeWidth": 1.5, "strokeDash": dash},
    }  # fmt: skip


def _points(which: str, look: dict[str, Any], x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    return {
        "transform": [{"filter": f"datum.p95 !== null && {which}"}], "encoding": {"x": x, "y": y},
        "mark": {"type": "point", "filled": True, "opacity": 1, **look},
    }  # fmt: skip
