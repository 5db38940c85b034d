"""What a service level report holds (SLA 13): the shape of its data, and whether data has that shape.

Everything is plain JSON: moments ISO 8601 in UTC, minutes, seconds and hours as numbers, percentages as text with two
decimals, None where nothing was due or measured. Nothing in it is about a person.
"""

from __future__ import annotations

import re
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypedDict,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)  # fmt: skip

from domain.errors import WrongInput

VERSION = 1

Moment = Annotated[str, r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|\+00:00)"]
Day = Annotated[str, r"\d{4}-\d\d-\d\d"]
MonthText = Annotated[str, r"\d{4}-\d\d"]
Percent = Annotated[str, r"\d{1,3}\.\d\d"]
Promise = Annotated[str, r"availability|performance|norm_(response|resolution)_p[1-4]"]
Priority = Literal["1", "2", "3", "4"]


class Scope(TypedDict):
    """The Dienst, and the Contractant where it is the report of one."""

    contractant: str | None
    contractant_name: str | None
    service: str
    service_name: str
    supplier: str


class Conclusion(TypedDict):
    kept: list[Promise]
    broken: list[Promise]
    nothing_due: list[Promise]


# One time of Niet-Beschikbaarheid; `reason` says why it does not count (SLA 7.2), `evidence` what shows that.
Stretch = TypedDict(
    "Stretch",
    {
        "from": Moment, "until": Moment, "minutes": float, "extent": Literal["full", "partial"], "counted": bool,
        "reason": str | None, "evidence": str, "number": str | None,
    },
)  # fmt: skip


class Availability(TypedDict):
    """Minutes: `whole` is B, `counted` is D (SLA 7.2)."""

    whole: float
    counted: float
    excluded: float
    percent: Percent
    promised: Percent
    kept: bool
    stretches: list[Stretch]


class Action(TypedDict):
    """Seconds from user action to response (SLA 7.7), and how many took longer than the limit or ten times the baseline."""

    action: str
    count: int
    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None
    over_limit: int
    over_baseline: int | None
    baseline: float | None


class ActionDay(TypedDict):
    day: Day
    action: str
    count: int
    p95: float | None


class Alert(TypedDict):
    at: Moment
    action: str
    rule: Literal["limit", "baseline"]
    seconds: float
    number: str | None


class Performance(TypedDict):
    actions: list[Action]
    days: list[ActionDay]
    alerts: list[Alert]


class NormLine(TypedDict):
    clock: Literal["response", "resolution"]
    priority: int
    due: int
    met: int
    missed: int
    excluded: dict[str, int]
    percent: Percent | None
    promised: Percent
    kept: bool | None
    missed_numbers: list[str]


class Received(TypedDict):
    question: int
    incident: int
    change: int


class Counts(TypedDict):
    received: Received
    closed: int
    open_at_end: int
    by_priority: dict[Priority, int]


class Incident(TypedDict):
    """One that stands out: P1, major, or answered or resolved too late."""

    number: str
    subject: str
    priority: int
    major: NotRequired[bool]
    received_at: Moment
    resolved_at: Moment | None
    response_met: bool | None
    resolution_met: bool | None
    reopened_seconds: float


class Cause(TypedDict):
    """The root cause of what was P1 or major."""

    number: str
    title: str
    cause: str
    factors: list[str]
    actions: list[str]
    meldingen: list[str]


class Document(TypedDict):
    name: str
    url_path: str


class Release(TypedDict):
    number: str
    version: str
    kind: str
    released_on: Day
    notes: str
    documents: list[Document]


Maintenance = TypedDict(
    "Maintenance", {"number": str, "from": Moment, "until": Moment, "announced_in_time": bool}
)


class Trend(TypedDict):
    months: list[MonthText]
    incidents: list[int | None]
    availability: list[Percent | None]
    signals: list[str]


class Structural(TypedDict):
    number: str
    ground: str
    quarter: str


class Backups(TypedDict):
    kind: str
    expected: int
    made: int
    failed: int


# `with` names who took part for the Contractanten (SLA 7.6); hours are what was lost and what it took.
RecoveryTest = TypedDict(
    "RecoveryTest",
    {"on": Day, "outcome": str, "with": str, "rpo_hours": float | None, "rto_hours": float | None},
)


class Continuity(TypedDict):
    backups: list[Backups]
    recovery_tests: list[RecoveryTest]
    rpo_target: float
    rto_target: float


class Complaints(TypedDict):
    received: int
    closed: int
    open: int


Report = TypedDict(
    "Report",
    {
        "version": Literal[1], "month": MonthText, "from": Moment, "until": Moment, "made_at": Moment,
        "scope": Scope, "conclusion": Conclusion, "availability": Availability, "performance": Performance,
        "norm": list[NormLine], "counts": Counts, "incidents": list[Incident], "causes": list[Cause],
        "releases": list[Release], "maintenance": list[Maintenance], "trend": Trend, "structural": list[Structural],
        "continuity": Continuity, "complaints": Complaints,
    },
)  # fmt: skip


class Correction(TypedDict):
    """What turned out otherwise after a report was published; the report itself stays as it was."""

    at: Moment
    what: str
    was: str
    becomes: str
    reason: str


class Facts(TypedDict):
    """About a report rather than in it. `hash` is over the bytes of `tables.as_json`, None until it is published."""

    number: str
    state: Literal["draft", "reviewed", "published"]
    published_at: Moment | None
    hash: str | None
    corrections: list[Correction]


def checked(data: object) -> Report:
    """`data` itself where it is the data of a report; raises `WrongInput` that says what is not as promised."""
    _check(data, Report, "report")
    return cast(Report, data)


def _check(value: Any, kind: Any, path: str) -> None:
    origin, parts = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        _check_fields(value, kind, path)
    elif origin in (Union, UnionType):
        _check_choice(value, parts, path)
    elif origin is list:
        _demand(isinstance(value, list), value, path)
        for place, one in enumerate(value):
            _check(one, parts[0], f"{path}[{place}]")
    elif origin is dict:
        _demand(isinstance(value, dict), value, path)
        for name, one in value.items():
            _check(name, parts[0], path)
            _check(one, parts[1], f"{path}.{name}")
    else:
        _demand(_is(value, kind, origin, parts), value, path)


def _is(value: Any, kind: Any, origin: Any, parts: tuple[Any, ...]) -> bool:
    """One that is no container. True is no number, and a whole number will do where a broken one may stand."""
    if origin is Annotated:
        return isinstance(value, str) and re.fullmatch(parts[1], value, re.ASCII) is not None
    if origin is Literal:
        return any(type(value) is type(one) and value == one for one in parts)
    if kind is float:
        return type(value) in (int, float) and abs(value) != float("inf") and value == value
    return type(value) is kind


def _check_choice(value: Any, kinds: tuple[Any, ...], path: str) -> None:
    if value is None and type(None) in kinds:
        return
    kind = next(one for one in kinds if one is not type(None))
    _check(value, kind, path)


def _check_fields(value: Any, kind: Any, path: str) -> None:
    _demand(isinstance(value, dict), value, path)
    hints = _hints(kind)
    needed = {name for name, inner in hints.items() if get_origin(inner) is not NotRequired}
    wrong = (needed - value.keys()) | (value.keys() - hints.keys())
    _demand(not wrong, sorted(map(str, wrong)), path)
    for name, one in value.items():
        inner = hints[name]
        _check(one, inner if name in needed else get_args(inner)[0], f"{path}.{name}")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _demand(right: bool, seen: object, path: str) -> None:
    if not right:
        raise WrongInput("bad_report", "{path} cannot be {seen}", path=path, seen=repr(seen)[:200])
