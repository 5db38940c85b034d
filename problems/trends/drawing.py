"""Control charts, drawn on the server in the colours of the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString

from desk import drawing
from desk.drawing import ALARM, CONFIG, LINE, QUIET, ROOM
from problems.trends.lines import Line

WIDTH, HEIGHT = 380, 132


def draw(lines: Sequence[Line], shown: int) -> list[SafeString]:
    """One chart for each line, of its last `shown` months. Made once for the same figures."""
    return drawing.draw([_spec(line, shown) for line in lines])


def _spec(line: Line, shown: int) -> dict[str, Any]:
    months = [month.isoformat() for month in line.months[-shown:]]
    x = {"field": "month", "type": "ordinal", "sort": None, "axis": _months(line, shown),
         "scale": {"domain": months, "type": "band", "padding": 0, "round": False}}  # fmt: skip
    whole = 1 if line.unit == "count" else 0
    numbers = {
        "tickCount": 4,
        "tickMinStep": whole,
        "labelExpr": drawing.numbers(),
    }
    y = {"field": "value", "type": "quantitative", "axis": numbers}
    return {
        "$schema": drawing.SCHEMA, "width": WIDTH, "height": HEIGHT,
        "padding": 4, "config": CONFIG, "data": {"values": points(line)[-shown:]},
        "layer": [
            {"mark": {"type": "bar", "color": ROOM, "width": {"band": 1}}, "transform": [{"filter": "datum.high !== null"}],
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "tick", "color": QUIET, "thickness": 1, "width": {"band": 1}},
             "transform": [{"filter": "datum.expected !== null"}], "encoding": {"x": x, "y": {**y, "field": "expected"}}},
            {"mark": {"type": "line", "color": LINE, "strokeWidth": 2}, "encoding": {"x": x, "y": y}},
            {"mark": {"type": "point", "filled": True, "color": LINE, "size": 22, "opacity": 1},
             "transform": [{"filter": "!datum.signal"}], "encoding": {"x": x, "y": y}},
            {"mark": {"type": "point", "filled": True, "shape": "diamond", "color": ALARM, "size": 110, "opacity": 1},
             "transform": [{"filter": "datum.signal"}], "encoding": {"x": x, "y": y}},
        ],
    }  # fmt: skip


def points(line: Line) -> list[dict[str, Any]]:
    """Each month: what was counted, what was expected, the limits, and whether it ends a signal."""
    marked = {signal.months[-1]: signal.direction for signal in line.signals}
    found = []
    for month, value, room in zip(line.months, line.drawn(), line.room(), strict=True):
        expected, low, high = room or (None, None, None)
        found.append(
            {"month": month.isoformat(), "value": value, "expected": expected, "low": low, "high": high,
             "signal": marked.get(month, "")}
        )  # fmt: skip
    return found


def _months(line: Line, shown: int) -> dict[str, Any]:
    """The axis names as many months as fit."""
    months = line.months[-shown:]
    step = max(1, len(months) // 6)
    named = [month for place, month in enumerate(reversed(months)) if place % step == 0]
    labels = {month.isoformat(): date_format(month, "M y") for month in named}
    return {
        "values": [month.isoformat() for month in reversed(named)], "labelAngle": 0, "labelOverlap": True,
        "labelExpr": f"({json.dumps(labels)})[datum.value]",
    }  # fmt: skip
