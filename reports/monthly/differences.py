"""What differs between two versions of the data of a report, figure by figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from desk.texts import ERASED
from reports.monthly.shape import Report

# By what the entries of a list are told apart; a list that is not here is a set of texts.
KEYS: Mapping[str, tuple[str, ...]] = {
    "availability/stretches": ("from",), "performance/actions": ("action",), "performance/days": ("day", "action"),
    "performance/alerts": ("at", "action", "rule"), "norm": ("clock", "priority", "promised"), "incidents": ("number",),
    "causes": ("number",), "releases": ("number",), "maintenance": ("number",), "structural": ("number",),
    "continuity/backups": ("kind",), "continuity/recovery_tests": ("on", "with"),
}  # fmt: skip
SERIES = frozenset({"incidents", "availability"})  # of the trend: by month
NO_FIGURE = frozenset({"version", "made_at", "scope"})
PARTS = [name for name in Report.__annotations__ if name not in NO_FIGURE]
Path = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """`was` and `now` are plain JSON; None where there was, or is, nothing."""

    path: Path
    was: Any
    now: Any

    @property
    def place(self) -> str:
        return written(self.path)


def differences(was: Any, now: Any) -> list[Difference]:
    """Every figure that is not the same, in the order of the report's parts. When it was made and what somebody is called are no figures."""
    left, right = _by_month(was), _by_month(now)
    return [found for name in PARTS for found in _of(left[name], right[name], (name,))]


def written(path: Path) -> str:
    """As one text, like a JSON pointer: `norm/response,1,90.00/met`."""
    return "/".join(part.replace("~", "~0").replace("/", "~1") for part in path)


def read(place: str) -> Path:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in place.split("/"))


def _by_month(data: Any) -> dict[str, Any]:
    """The series of the trend by the month that each figure is of."""
    trend = data["trend"]
    series = {name: dict(zip(trend["months"], trend[name], strict=True)) for name in SERIES}
    return {**data, "trend": {**trend, **series}}


def _of(was: Any, now: Any, path: Path) -> Iterator[Difference]:
    if isinstance(was, dict) and isinstance(now, dict):
        yield from _of_fields(was, now, path)
    elif isinstance(was, list) and isinstance(now, list):
        yield from _of_fields(_keyed(was, path), _keyed(now, path), path)
    elif was not in (now, ERASED) and now != ERASED:  # words that are no longer kept are no figure
        yield Difference(path, was, now)


def _of_fields(was: dict[str, Any], now: dict[str, Any], path: Path) -> Iterator[Difference]:
    for name in [*was, *(name for name in now if name not in was)]:
        yield from _of(was.get(name), now.get(name), (*path, name))


def _keyed(entries: list[Any], path: Path) -> dict[str, Any]:
    names = KEYS.get("/".join(path))
    if names is None and entries and isinstance(entries[0], dict):
        names = ("url_path",)
    keyed: dict[str, Any] = {}
    for entry in entries:
        key = str(entry) if names is None else ",".join(str(entry[name]) for name in names)
        while key in keyed:  # twice the same is twice counted
            key += "+"
        keyed[key] = entry
    return keyed
