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
        return _digest([_as_first_stored(self.content), {slug: calendars[slug] for slug in self.calendars}])


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


def ladder_start(level: int, counterpart: str) -> dict[str, Any]:
    """What an echelon that was stored without its later members was given by the migration that added them."""
    by_partnership = counterpart == "Contactpersoon Samenwerkingsverband"
    role = {1: "contact", 3: "partnership_contact" if by_partnership else "main_contact"}
    percent = {1: 75, 2: 100, 3: 150, 4: 200}
    start = {"counterpart_role": role.get(level, "main_contact"), "percent": percent.get(level)}
    return {**start, "unacknowledged_minutes": 30 if level == 2 else None}


def _as_first_stored(content: dict[str, Any]) -> dict[str, Any]:
    """A desk that is upgraded holds the very same terms under its old digest, and needs no new version."""
    rows = [
        _without(row, ladder_start(n, row["counterpart"])) for n, row in enumerate(content["echelons"], 1)
    ]
    return {**content, "echelons": rows}


def _without(row: dict[str, Any], start: dict[str, Any]) -> dict[str, Any]:
    """`row` less the members that hold what an older row was given; one that was left out is told apart."""
    given = {name: row.get(name) for name in start}
    kept = {name: value for name, value in given.items() if value != start[name]}
    return {name: value for name, value in row.items() if name not in start} | kept


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
