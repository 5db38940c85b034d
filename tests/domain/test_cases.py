"""The shared cases, computed minute by minute elsewhere (SLA 2.8, 9.3)."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.clock import Event, run
from domain.hours import Calendar
from domain.targets import Target
from tests.domain.calendars import OFFICE, P1_COVER, WORKING_DAYS, cases

HOUR = 3600
BUSINESS_TIME = cases("business_time.jsonl")
RESPONSE = {
    1: Target(1 * HOUR, "seconds", P1_COVER),
    2: Target(4 * HOUR, "seconds", OFFICE),
    3: Target(1, "working_days", OFFICE),
    4: Target(3, "working_days", OFFICE),
}
RESOLUTION = {
    1: Target(24 * HOUR, "seconds", WORKING_DAYS),
    2: Target(2, "working_days", OFFICE),
    3: Target(15, "working_days", OFFICE),
    4: None,
}


def calendar(case: dict[str, Any], weekly: dict[str, Any]) -> Calendar:
    return Calendar(
        case["tz"],
        {int(day): windows for day, windows in weekly.items()},
        closed=[date.fromisoformat(day) for day in case["holidays"]],
        special={date.fromisoformat(day): windows for day, windows in case["special"].items()},
    )


def answer(case: dict[str, Any]) -> datetime | int:
    hours, start, amount = (
        calendar(case, case["weekly"]),
        datetime.fromisoformat(case["start"]),
        case["amount"],
    )
    match case["op"]:
        case "effective":
            return hours.effective(start)
        case "add_working_days":
            return hours.add_working_days(start, amount)
        case "add_minutes" | "add_seconds" as op:
            return hours.add(start, amount * (60 if op == "add_minutes" else 1))
        case "between_minutes":
            seconds = hours.between(start, datetime.fromisoformat(amount))
            assert seconds % 60 == 0
            return seconds // 60
        case "between_seconds":
            return hours.between(start, datetime.fromisoformat(amount))
    raise AssertionError(case["op"])


@pytest.mark.parametrize("case", [c for c in BUSINESS_TIME if c["op"] != "clock"], ids=lambda c: c["id"])
def test_business_time(case: dict[str, Any]) -> None:
    expected = case["expected"]
    assert answer(case) == (datetime.fromisoformat(expected) if isinstance(expected, str) else expected), (
        case["why"]
    )


@pytest.mark.parametrize("case", [c for c in BUSINESS_TIME if c["op"] == "clock"], ids=lambda c: c["id"])
def test_clock(case: dict[str, Any]) -> None:
    hours = {name: calendar(case, weekly) for name, weekly in case["calendars"].items()}
    events = [
        Event(
            datetime.fromisoformat(at),
            "retarget" if kind == "priority" else kind,
            Target(terms[1] * 60, "seconds", hours[terms[0]]) if terms else None,
        )
        for kind, at, *terms in case["amount"]["events"]
    ]
    clock = run(events, datetime.fromisoformat(case["amount"]["until"]))
    expected = case["expected"]
    assert clock.elapsed == expected["elapsed_minutes"] * 60, case["why"]
    assert clock.budget == expected["target"] * 60
    assert clock.due == (expected["deadline"] and datetime.fromisoformat(expected["deadline"])), case["why"]


@pytest.mark.parametrize(
    "case", cases("deadlines.jsonl"), ids=lambda c: f"{c['received'][:16]}-p{c['priority']}"
)
def test_deadlines_of_the_shipped_policy(case: dict[str, Any]) -> None:
    """SLA 9.3, both deadlines of each priority."""
    received = datetime.fromisoformat(case["received"])
    for targets, expected in ((RESPONSE, case["response_due"]), (RESOLUTION, case["resolution_due"])):
        target = targets[case["priority"]]
        due = target.due(received).isoformat() if target else None
        assert due == expected


def test_every_case_is_run() -> None:
    assert len(BUSINESS_TIME) == 77
    assert len(cases("deadlines.jsonl")) == 80
