"""Durations in the text format of Prometheus (version 0.0.4): a gauge as it is, a histogram by what was added to it.

A histogram says of a duration only between which bounds it lay; it is taken for the upper one, so what is read is never shorter
than what was measured. Beyond the last bound nothing is known but that it was longer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import inf, isfinite, nextafter

from domain.percentiles import LONGEST

LINE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?", re.ASCII)
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"', re.ASCII)
ESCAPED = re.compile(r"\\(.)")
UNFOLDED = {"n": "\n"}

# Of each histogram, by its labels: how many were at most so long, by bound.
Counters = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Taken:
    """`count` durations, with the labels of their series."""

    labels: Mapping[str, str]
    seconds: float
    count: int = 1


def lines(text: str) -> Iterator[tuple[str, dict[str, str], float]]:
    """Name, labels and value of every series; what is no such line is passed over."""
    for line in text.splitlines():
        found = LINE.fullmatch(line.strip())
        with suppress(ValueError):
            if found:
                yield found[1], dict(_labels(found[2] or "")), float(found[3])


def relabelled(text: str, metric: str, kept: Callable[[str], str]) -> str:
    """`text` with what is `kept` of each label of `metric`; a bound is a number."""

    def label(found: re.Match[str]) -> str:
        value = _unescaped(found[2])
        if found[1] == "le" or (after := kept(value)) == value:
            return found[0]
        return f"{found[1]}={json.dumps(after, ensure_ascii=False)}"

    return "\n".join(
        LABEL.sub(label, line) if line.lstrip().startswith(metric) else line for line in text.splitlines()
    )


def knows(text: str, metric: str) -> bool:
    return any(name in {metric, f"{metric}_bucket"} for name, _labels, _value in lines(text))


def gauges(text: str, metric: str) -> list[Taken]:
    """Each value of a gauge. None where the blackbox exporter says that its probe failed: there was no response."""
    found = list(lines(text))
    if any(name == "probe_success" and not value for name, _labels, value in found):
        return []
    return [Taken(labels, value) for name, labels, value in found if name == metric and 0 <= value <= LONGEST]


def counters(text: str, metric: str) -> Counters:
    """The buckets of a histogram as they are now; empty where there is none of that name."""
    found: Counters = {}
    for name, labels, value in lines(text):
        bound = labels.pop("le", None)
        if name == f"{metric}_bucket" and bound is not None and isfinite(value):
            found.setdefault(json.dumps(labels, sort_keys=True), {})[bound] = value
    return found


def reach(now: Counters) -> float:
    """The longest duration that each of these histograms tells from a longer one; endless where there are none."""
    return min(
        (max((float(bound) for bound in one if isfinite(float(bound))), default=0.0) for one in now.values()),
        default=inf,
    )


def added(now: Counters, before: Counters) -> list[Taken]:
    """What was measured between two readings. One that began again since is taken whole."""
    return [
        taken
        for series, buckets in sorted(now.items())
        for taken in _added(json.loads(series), buckets, before.get(series, {}))
    ]


def _added(labels: dict[str, str], now: dict[str, float], before: dict[str, float]) -> Iterator[Taken]:
    bounds = sorted(now, key=float)
    began_again = any(now[bound] < before.get(bound, 0) for bound in bounds)
    earlier = {} if began_again else before
    if earlier and earlier.keys() != now.keys():  # other bounds: no telling what was added
        return
    reached, finite = 0.0, 0.0
    for bound in bounds:
        total = now[bound] - earlier.get(bound, 0)
        count, reached = round(total - reached), max(total, reached)
        upper = float(bound)
        if count > 0 and (finite or isfinite(upper)):
            yield Taken(labels, min(LONGEST, upper if isfinite(upper) else nextafter(finite, inf)), count)
        finite = upper if isfinite(upper) else finite


def _labels(text: str) -> Iterator[tuple[str, str]]:
    for found in LABEL.finditer(text):
        yield found[1], _unescaped(found[2])


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda escaped: UNFOLDED.get(escaped[1], escaped[1]), text)
