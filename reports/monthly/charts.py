"""The plots of a report as Vega-Lite: one specification for the page and for the PDF."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from desk.drawing import ALARM, CONFIG, EDGE, GRID, INK, LINE, QUIET, ROOM, SCHEMA, Spec, numbers
from reports.monthly import words
from reports.monthly.shape import ActionDay, NormLine, Stretch, Trend
from sla.queries import AMSTERDAM

WIDTH = 290
NORM_WIDTH = 150  # with names before it and counts behind it
LIMIT_SECONDS = 10  # SLA 7.7
TIMES_BASELINE = 10
ONCE: Spec = {"data": {"values": [{}]}}  # a mark of its own, rather than one for each figure
SMALL = {"type": "text", "fontSize": 11, "color": QUIET}


def unavailable(month: str, stretches: Sequence[Stretch]) -> Spec:
    """Minutes of each day that the Dienst was away: what counts, and hollow beside it what does not."""
    known, first, last = per_day(month, stretches), words.days(month)[0], words.days(month)[-1]
    values = [{"day": day.day, "of": of, "minutes": amount} for (day, of), amount in known.items() if amount]
    kinds = [_("telt mee"), _("telt niet mee")]
    paint = {
        "field": "of",
        "legend": {"orient": "top", "title": None, "labelColor": QUIET, "labelFontSize": 11},
    }
    x = {"field": "day", "type": "ordinal", "scale": {"domain": list(range(first.day, last.day + 1))},
         "axis": {"values": [1, 5, 10, 15, 20, 25, last.day], "labelAngle": 0, "ticks": False}}  # fmt: skip
    return _spec(
        100, values,
        {"mark": {"type": "bar", "strokeWidth": 1},
         "encoding": {"x": x, "y": {"aggregate": "sum", **_y("minutes", _("minuten"))},
                      "fill": {**paint, "scale": {"domain": kinds, "range": [ALARM, ROOM]}},
                      "stroke": {**paint, "scale": {"domain": kinds, "range": [ALARM, QUIET]}}}},
    )  # fmt: skip


def per_day(month: str, stretches: Sequence[Stretch]) -> dict[tuple[Any, str], float]:
    """Minutes by local day and by whether they count."""
    found = {}
    for day in words.days(month):
        start, end = (datetime.combine(one, time(), AMSTERDAM) for one in (day, day + timedelta(1)))
        for counted, of in ((True, _("telt mee")), (False, _("telt niet mee"))):
            shared = (_minutes(one, start, end) for one in stretches if one["counted"] is counted)
            found[day, of] = round(sum(shared), 2)
    return found


def _minutes(stretch: Stretch, start: datetime, end: datetime) -> float:
    since = max(words.local(stretch["from"]).timestamp(), start.timestamp())
    until = min(words.local(stretch["until"]).timestamp(), end.timestamp())
    return max(0.0, until - since) / 60


def norm(lines: Sequence[tuple[str, NormLine]]) -> Spec:
    """By name, the share in time as a dot from 0 to 100 per cent, beside the norm as a line, with the counts behind it."""
    values = [
        {"line": name, "percent": float(line["percent"] or 0),
         "promised": float(line["promised"]), "kept": line["kept"] is not False,
         "said": _("%(percent)s (%(met)d van %(due)d)") % {**line, "percent": words.percent(line["percent"])}}
        for name, line in lines if line["due"]
    ]  # fmt: skip
    y = {"field": "line", "type": "nominal", "sort": None,
         "axis": {"ticks": False, "domain": False, "labelColor": INK, "labelPadding": 8}}  # fmt: skip
    x = {"field": "percent", "type": "quantitative", "scale": {"domain": [0, 100]},
         "axis": {"values": [0, 50, 100], "grid": False, "domain": False, "labelOverlap": False}}  # fmt: skip
    place = {"x": x, "y": y}
    dot = {"type": "point", "filled": True, "opacity": 1}
    return _spec(
        {"step": 20}, values,
        {"mark": {"type": "bar", "height": 3, "color": EDGE}, "encoding": place},
        {"mark": {"type": "tick", "color": INK, "opacity": 1, "thickness": 2, "size": 18}, "encoding": {**place, "x": {**x, "field": "promised"}}},
        {"mark": {**dot, "size": 90, "color": LINE}, "transform": [{"filter": "datum.kept"}], "encoding": place},
        {"mark": {**dot, "size": 120, "color": ALARM, "shape": "diamond"}, "transform": [{"filter": "!datum.kept"}], "encoding": place},
        {"mark": {**SMALL, "align": "left", "dx": 10},
         "encoding": {"x": {"value": NORM_WIDTH}, "y": y, "text": {"field": "said"}, "color": _either("datum.kept", QUIET, ALARM)}},
        width=NORM_WIDTH,
    )  # fmt: skip


def incidents(trend: Trend) -> Spec:
    """How many came in each month, the month of the report last."""
    return _months(trend, trend["incidents"], [str(one) for one in trend["incidents"]], None, [])


def lost(trend: Trend, promised: str) -> Spec:
    """What each month lacked of 100 per cent: bars that start at nothing, beside what may be missing."""
    shares = [None if one is None else float(100 - Decimal(one)) for one in trend["availability"]]
    room = float(100 - Decimal(promised))
    said = ["" if one is None else words.number(one, 2) for one in shares]
    return _months(trend, shares, said, room, [_line(room, [])])


def _months(
    trend: Trend, amounts: Sequence[float | None], said: Sequence[str], room: float | None, more: list[Spec]
) -> Spec:
    values: list[dict[str, Any]] = [
        {"month": month, "amount": amount, "said": text, "over": room is not None and (amount or 0) > room,
         "last": month == trend["months"][-1]}
        for month, amount, text in zip(trend["months"], amounts, said, strict=True) if amount is not None
    ]  # fmt: skip
    labels = {month: words.short_month(month) for month in trend["months"]}
    x = {"field": "month", "type": "ordinal", "scale": {"domain": trend["months"]}, "sort": None,
         "axis": {"labelAngle": 0, "labelExpr": f"split(({json.dumps(labels)})[datum.value], ' ')", "ticks": False}}  # fmt: skip
    most = max([*(one["amount"] for one in values), room or 0, 1 if room is None else 0])
    y = {**_y("amount", None), "scale": {"domain": [0, most * 1.15], "nice": False}}
    colour = {
        "condition": [{"test": "datum.over", "value": ALARM}, {"test": "datum.last", "value": LINE}],
        "value": EDGE,
    }
    return _spec(
        110, values,
        {"mark": {"type": "bar"}, "encoding": {"x": x, "y": y, "color": colour}},
        {"mark": {**SMALL, "dy": -6}, "encoding": {"x": x, "y": y, "text": {"field": "said"}, "color": _either("datum.over", ALARM, QUIET)}},
        *more,
    )  # fmt: skip


def performance(month: str, days: Sequence[ActionDay], baseline: float | None, top: float) -> Spec:
    """The p95 of one action for each day, with the limit, and ten times the baseline where that is lower."""
    values = [{"day": int(one["day"][-2:]), "p95": one["p95"], "over": one["p95"] > LIMIT_SECONDS} for one in days if one["p95"] is not None]  # fmt: skip
    last = len(words.days(month))
    x = {"field": "day", "type": "quantitative", "scale": {"domain": [0.5, last + 0.5], "nice": False},
         "axis": {"values": [1, 5, 10, 15, 20, 25, last], "grid": False}}  # fmt: skip
    y = {**_y("p95", _("seconden")), "scale": {"domain": [0, max(top, LIMIT_SECONDS) * 1.08], "nice": False}}
    rules: list[tuple[float, str, list[int]]] = [(LIMIT_SECONDS, _("grens 10 s"), [])]
    if baseline is not None and baseline * TIMES_BASELINE < LIMIT_SECONDS:
        rules.append((baseline * TIMES_BASELINE, _("10 × baseline"), [4, 3]))
    return _spec(
        110, values,
        *(layer for at, text, dash in rules for layer in _rule(at, text, dash)),
        {"mark": {"type": "line", "color": LINE, "strokeWidth": 2}, "encoding": {"x": x, "y": y}},
        {"mark": {"type": "point", "filled": True, "size": 24, "opacity": 1, "color": LINE},
         "transform": [{"filter": "!datum.over"}], "encoding": {"x": x, "y": y}},
        {"mark": {"type": "point", "filled": True, "shape": "diamond", "size": 110, "opacity": 1, "color": ALARM},
         "transform": [{"filter": "datum.over"}], "encoding": {"x": x, "y": y}},
    )  # fmt: skip


def _rule(at: float, text: str, dash: list[int]) -> list[Spec]:
    label = {**SMALL, "align": "right", "dy": -6}
    place = {"x": {"value": WIDTH}, "y": {"datum": at}}
    return [_line(at, dash), {**ONCE, "mark": label, "encoding": {**place, "text": {"value": text}}}]


def _line(at: float, dash: list[int]) -> Spec:
    return {
        **ONCE,
        "mark": {"type": "rule", "color": INK, "strokeDash": dash},
        "encoding": {"y": {"datum": at}},
    }


def _y(field: str, title: str | None) -> Spec:
    axis = {"tickCount": 4, "labelExpr": numbers(), "domain": False, "ticks": False, "gridColor": GRID,
            "title": title, "titleColor": QUIET, "titleFontSize": 11, "titleFontWeight": "normal"}  # fmt: skip
    return {"field": field, "type": "quantitative", "axis": axis}


def _either(test: str, colour: str, other: str) -> Spec:
    return {"condition": {"test": test, "value": colour}, "value": other}


def _spec(height: Any, values: Sequence[Mapping[str, Any]], *layers: Spec, width: int = WIDTH) -> Spec:
    return {
        "$schema": SCHEMA, "width": width, "height": height, "padding": 4, "config": CONFIG, "data": {"values": values},
        "layer": layers,
    }  # fmt: skip
