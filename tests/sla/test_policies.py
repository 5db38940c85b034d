"""The figures of both policies, each by the clause that gives them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.clock import Clock, Event, run
from domain.priority import MATRIX
from sla.actions import new_calendar_version, new_policy_version
from sla.adapter import Terms, calendar, terms
from sla.models import Calendar, CalendarVersion, Echelon, Policy, PolicyVersion, Target
from tests.sla.conftest import NOW

CASES = Path(__file__).parents[1] / "cases" / "deadlines.jsonl"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


def held(slug: str) -> Terms:
    return terms(PolicyVersion.objects.get(policy__slug=slug).pk)


@pytest.fixture
def mdo_terms(shipped: None) -> Terms:
    return held("vecozo-mdo")


@pytest.fixture
def intramed(shipped: None) -> Terms:
    return held("intramed")


def due(held: Terms, clock: str, priority: int, received: str) -> datetime | None:
    promise = held.targets[clock, priority]
    return promise.due(at(received)) if promise else None


@pytest.mark.parametrize(
    ("clock", "priority", "received", "expected"),
    [
        ("response", 1, "2026-03-02T10:00", "2026-03-02T11:00"),
        ("response", 1, "2026-03-02T17:30", "2026-03-03T07:30"),
        ("response", 2, "2026-03-05T16:00", "2026-03-06T12:00"),
        ("response", 3, "2026-03-05T16:30", "2026-03-06T15:30"),
        ("response", 4, "2026-03-02T10:00", "2026-03-05T10:00"),
        ("resolution", 1, "2026-03-02T10:00", "2026-03-03T10:00"),
        ("resolution", 1, "2026-03-06T16:00", "2026-03-09T16:00"),
        ("resolution", 2, "2026-03-02T10:00", "2026-03-04T10:00"),
        ("resolution", 3, "2026-03-02T10:00", "2026-03-23T10:00"),
        ("resolution", 4, "2026-03-02T10:00", None),
    ],
)
def test_sla_9_3(mdo_terms: Terms, clock: str, priority: int, received: str, expected: str | None) -> None:
    """SLA 9.3: response and resolution per priority."""
    assert due(mdo_terms, clock, priority, received) == (at(expected) if expected else None)


@pytest.mark.parametrize("case", [json.loads(line) for line in CASES.read_text().splitlines()], ids=str)
def test_sla_9_3_counted_by_hand(mdo_terms: Terms, case: dict[str, Any]) -> None:
    """SLA 9.3, against deadlines that were counted minute by minute."""
    received = datetime.fromisoformat(case["received"])
    for clock in ("response", "resolution"):
        promise = mdo_terms.targets[clock, case["priority"]]
        expected = case[f"{clock}_due"]
        assert (promise and promise.due(received).isoformat()) == expected


def test_sla_9_3_norm(shipped: None) -> None:
    """SLA 9.3: at least 90 % in time."""
    assert set(Target.objects.values_list("norm", flat=True)) == {90}


def test_sla_9_2_matrix(mdo_terms: Terms, intramed: Terms) -> None:
    """SLA 9.2."""
    assert mdo_terms.matrix == intramed.matrix == MATRIX


def test_sla_10_3_a_wijziging_has_the_times_of_priority_4(mdo_terms: Terms) -> None:
    """SLA 10.3; a Vraag has them too unless an agent sets another priority (docs/readings.md)."""
    assert mdo_terms.priority_of("change", 1) == 4
    assert mdo_terms.priority_of("question", None) == 4
    assert mdo_terms.priority_of("question", 2) == 2
    assert mdo_terms.priority_of("incident", None) is None


def test_sla_4_1_and_4_2_telephone(mdo: Policy) -> None:
    """SLA 4.1, 4.2, 9.2: number and hours for a P1 that has to be phoned in."""
    office, on_call = mdo.versions.get().phone_lines
    assert office["number"] == on_call["number"] == "013 - 46 25 641"
    assert "9.00 – 17.00" in office["hours"]
    assert "7.00 – 9.00" in on_call["hours"]


def test_sla_4_4_echelons(mdo: Policy) -> None:
    """SLA 4.4: four steps, each with its counterpart."""
    ladder = Echelon.objects.filter(version__policy=mdo)
    assert [str(step) for step in ladder] == [
        "1. Supportafdeling", "2. Productmanager", "3. Servicelevelmanager", "4. Directie",
    ]  # fmt: skip
    assert all(step.counterpart for step in ladder)


def test_warnings(mdo_terms: Terms) -> None:
    assert mdo_terms.warnings == (50, 75, 100)


def waited(held: Terms, hours: int) -> Clock:
    """A P2 of Monday 10:00, at 16:00, that waited for the contractant from 11:00 for so many hours."""
    promise = held.targets["resolution", 2]
    events = [Event(at("2026-03-02T10:00"), "start", promise)]
    if held.pauses_for_contractant:
        events += [
            Event(at("2026-03-02T11:00"), "pause"),
            Event(at("2026-03-02T11:00") + timedelta(hours=hours), "resume"),
        ]
    return run(events, at("2026-03-02T16:00"))


def test_vwo_1_hersteltijd_leaves_out_the_waiting_for_the_customer(intramed: Terms) -> None:
    """VWO 1: the deadline moves by the business time that the waiting took."""
    clock = waited(intramed, hours=3)
    assert clock.due == at("2026-03-04T13:00")
    assert clock.elapsed == 3 * 3600


def test_sla_2_21_waiting_does_not_stop_the_clock_of_vecozo(mdo_terms: Terms) -> None:
    """SLA 2.21: nothing is left out."""
    clock = waited(mdo_terms, hours=3)
    assert clock.due == at("2026-03-04T10:00")
    assert clock.elapsed == 6 * 3600


def test_vwo_1_hersteltijd_runs_from_registration(intramed: Terms, mdo_terms: Terms) -> None:
    """VWO 1, SLA 2.21."""
    assert (intramed.starts_at_registration, mdo_terms.starts_at_registration) == (True, False)


def test_only_what_is_settled_is_kept_compiled(mdo: Policy, office_hours: Calendar) -> None:
    with pytest.raises(PolicyVersion.DoesNotExist):
        terms(new_policy_version(mdo, by=None, at=NOW).pk)
    with pytest.raises(CalendarVersion.DoesNotExist):
        calendar(new_calendar_version(office_hours, by=None, at=NOW).pk)
