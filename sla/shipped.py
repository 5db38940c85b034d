"""The calendars and policies that ship with the desk, read from the files in `sla/data/`."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Day:
    """A holiday, accepted as closed or rejected (SLA 2.8)."""

    date: date
    name: str
    origin: str
    closed: bool


@dataclass(frozen=True)
class Calendar:
    slug: str
    name: str
    tz: str
    weekly: dict[str, list[list[str]]]
    days: tuple[Day, ...]

    @property
    def digest(self) -> str:
        return _digest(asdict(self))


@dataclass(frozen=True)
class Policy:
    slug: str
    content: dict[str, Any]

    @property
    def calendars(self) -> set[str]:
        return {row["calendar"] for row in self.content["targets"]}

    def digest(self, calendars: dict[str, str]) -> str:
        """What identifies the content, that of its calendars (slug -> digest) included."""
        return _digest([self.content, {slug: calendars[slug] for slug in self.calendars}])


def calendars() -> list[Calendar]:
    days = holidays()
    return [
        Calendar(slug, row["name"], row["tz"], _weekly(row["weekly"]), days if row["holidays"] else ())
        for slug, row in _read("calendars.toml").items()
    ]


def holidays() -> tuple[Day, ...]:
    """The reviewed holidays, those that the switches of the file leave open marked as not closed."""
    content = _read("holidays.toml")
    rows = [row for year in content["days"].values() for row in year]
    return tuple(
        Day(row["date"], row["name"], row["origin"], _is_closed(row, content["closed"])) for row in rows
    )


def policies() -> list[Policy]:
    return [Policy(path.stem, _read(path)) for path in sorted((DATA / "policies").glob("*.toml"))]


def _read(path: str | Path) -> dict[str, Any]:
    return tomllib.loads((DATA / path).read_text(encoding="utf-8"))


def _weekly(windows: dict[str, list[str]]) -> dict[str, list[list[str]]]:
    return {str(WEEKDAYS.index(day)): [window.split("-") for window in row] for day, row in windows.items()}


def _is_closed(row: dict[str, Any], switches: dict[str, str]) -> bool:
    day: date = row["date"]
    rule = switches[row["if"]] if "if" in row else "always"
    return {"always": True, "lustrum": day.year % 5 == 0, "never": False}[rule]


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
