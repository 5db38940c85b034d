"""A signal in words: what went how far, by which rule, beside what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from domain.trends import Signal
from problems.models import TrendSignal
from problems.trends import naming
from problems.trends.lines import Line


def numbers(line: Line, signal: Signal, names: naming.Names) -> dict[str, Any]:
    """What is kept of a signal, in the unit of its line."""
    exposure = sum(one.exposure for one in line.counts if one.month in signal.months)
    return {
        "label": titled(line, names), "unit": line.unit, "of": naming.unit(line), "base": signal.base,
        "average": line.unit == "share" or not line.counts, "months": [month.isoformat() for month in signal.months], "chance": signal.chance,
        "observed": line.in_unit(signal.observed, exposure), "expected": line.in_unit(signal.expected, exposure),
    }  # fmt: skip


def titled(line: Line, names: naming.Names) -> str:
    label = naming.label(line.key, names)
    if line.dimension in ("kind", "channel"):
        return f"{naming.DIMENSION_NAMES[line.dimension]}: {label.lower()}"
    return label


def summary(signal: TrendSignal) -> str:
    """One sentence with the numbers."""
    kept = signal.numbers
    given = {"when": period(kept), "seen": amount(kept, "observed"), "expected": amount(kept, "expected")}
    if len(kept["months"]) == 1:
        return _("%(when)s: %(seen)s, verwacht %(expected)s.") % given
    if kept["average"]:
        return _("%(when)s: gemiddeld %(seen)s, verwacht %(expected)s.") % given
    return _("%(when)s samen: %(seen)s, verwacht %(expected)s.") % given


def title(signal: TrendSignal) -> str:
    more = {
        ("up", False): _("%(what)s: meer dan verwacht"), ("down", False): _("%(what)s: minder dan verwacht"),
        ("up", True): _("%(what)s: langer dan verwacht"), ("down", True): _("%(what)s: korter dan verwacht"),
    }  # fmt: skip
    return more[signal.direction, signal.numbers["unit"] == "hours"] % {"what": signal.numbers["label"]}


def rule(signal: TrendSignal) -> str:
    """By which rule it is a signal, and how far beyond it."""
    base = _("vergeleken met de %(base)d maanden ervoor") % {"base": signal.numbers["base"]}
    named = signal.get_rule_display()
    chance = signal.numbers["chance"]
    if chance is None:
        return _("Regel “%(rule)s”: buiten de grenzen van de XmR-kaart, %(base)s.") % {
            "rule": named,
            "base": base,
        }
    return _("Regel “%(rule)s”: door toeval komt dit %(odds)s voor, %(base)s.") % {
        "rule": named, "odds": odds(chance), "base": base,
    }  # fmt: skip


def odds(chance: float) -> str:
    """How rare, in round figures."""
    if chance < 1e-6:
        return _("minder dan eens op een miljoen keer")
    times = round(1 / chance)
    step = 10 ** max(0, len(str(times)) - 2)
    return _("eens op de %(times)s keer") % {
        "times": number_format(times // step * step, force_grouping=True)
    }


def period(kept: Mapping[str, Any]) -> str:
    months = [date.fromisoformat(month) for month in kept["months"]]
    last = date_format(months[-1], "F Y")
    if len(months) == 1:
        return last.capitalize()
    first = date_format(months[0], "F" if months[0].year == months[-1].year else "F Y")
    return _("%(first)s t/m %(last)s") % {"first": first.capitalize(), "last": last}


def amount(kept: Mapping[str, Any], name: str) -> str:
    value = kept[name] or 0
    if kept["unit"] == "share":
        return f"{number_format(value, 1)} %"
    if kept["unit"] == "hours":
        return _("%(hours)s uur") % {"hours": number_format(value, 1)}
    return number_format(value, 0 if abs(value - round(value)) < 0.05 else 1, force_grouping=True)
