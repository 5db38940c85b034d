"""Control charts as SVG, drawn on the server in the colours of the page."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

import vl_convert
from django.core.cache import cache
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from problems.trends.lines import Line

WIDTH, HEIGHT = 380, 132
KEPT_SECONDS = 30 * 24 * 3600
# The page's own colours: they follow light and dark, and whoever chooses otherwise.
INK, QUIET, GRID, LINE, ROOM, ALARM = (
    "var(--ink)", "var(--ink-3)", "var(--line)", "var(--accent)", "var(--accent-soft)", "var(--late)",
)  # fmt: skip
CONFIG = {
    "background": None, "font": "Source Sans 3", "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET, "labelFontSize": 11, "gridColor": GRID, "domainColor": GRID, "tickColor": GRID,
        "title": None,
    },
}  # fmt: skip
OUTER = re.compile(r'<svg [^>]*?width="(\d+)" height="(\d+)"[^>]*>')
NAMES = re.compile(r' (?:aria-\w+|role)="[^"]*"')


def draw(lines: Sequence[Line], shown: int) -> list[SafeString]:
    """One chart for each line, of its last `shown` months. Made once for the same figures."""
    specs = [_spec(line, shown) for line in lines]
    key = "trends-" + hashlib.sha256(json.dumps(specs, sort_keys=True).encode()).hexdigest()
    drawn = cache.get(key)
    if drawn is None:
        drawn = [_svg(spec) for spec in specs]
        cache.set(key, drawn, KEPT_SECONDS)
    return [mark_safe(one) for one in drawn]  # noqa: S308 - vl-convert escapes the texts in it


def _svg(spec: dict[str, Any]) -> str:
    """Without its names for a screen reader: the same figures stand in the table beside it."""
    svg = NAMES.sub("", vl_convert.vegalite_to_svg(json.dumps(spec)))
    return OUTER.sub(
        r'<svg class="chart" viewBox="0 0 \1 \2" aria-hidden="true" focusable="false">', svg, count=1
    )


def _spec(line: Line, shown: int) -> dict[str, Any]:
    months = [month.isoformat() for month in line.months[-shown:]]
    x = {"field": "month", "type": "ordinal", "sort": None, "axis": _months(line, shown),
         "scale": {"domain": months, "type": "band", "padding": 0, "round": False}}  # fmt: skip
    whole = 1 if line.unit == "count" else 0
    numbers = {
        "tickCount": 4,
        "tickMinStep": whole,
        "labelExpr": "replace(format(datum.value, '~r'), '.', ',')",
    }
    y = {"field": "value", "type": "quantitative", "axis": numbers}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": WIDTH, "height": HEIGHT,
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
