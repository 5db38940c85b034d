"""The norm of a month: which Incidents count, as what, and that a number and its list are one (SLA 9.3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.models import User
from domain.months import Month
from incidents import actions
from incidents.models import Melding, State
from reports.norm.counting import EXCLUDED, LISTS, PARTS, Key, NormLine, norm, rows_of
from sla.actions import new_policy_version, publish
from sla.models import PolicyVersion, Target
from tests import factories

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
JUNE, JULY = Month(2026, 6), Month(2026, 7)


def at(day: int, clock: str, month: int = 6) -> datetime:
    """A moment in 2026; 16 June is a Tuesday."""
    return datetime.fromisoformat(f"2026-{month:02d}-{day:02d}T{clock}:00").replace(tzinfo=AMSTERDAM)


RECEIVED, AFTER = at(16, "10:00"), at(1, "09:00", 8)


@pytest.fixture
def agent(db: None) -> User:
    return factories.staff()


def figures(when: Month, now: datetime = AFTER) -> dict[str, dict[str, int]]:
    """What counts as what: `response 2` to its numbers that are not zero."""
    lines = norm(Melding.objects.get_queryset(), when, now)
    found = {
        f"{one.clock} {one.priority}": {part: n for part in PARTS if (n := one.count(part))} for one in lines
    }
    return {name: numbers for name, numbers in found.items() if numbers}


def test_a_month_counts_whose_time_ends_in_it(agent: User) -> None:
    solved = factories.registered(at=RECEIVED)  # P2: response by 14:00, resolution by the 18th, 10:00
    actions.pick_up(solved, by=agent, at=at(16, "11:00"), contacted=True)
    actions.resolve(solved, by=agent, at=at(18, "10:01"), solution="Herstart.")
    factories.registered(at=RECEIVED, kind="question")
    assert figures(JUNE) == {"response 2": {"met": 1}, "resolution 2": {"missed": 1}}
    assert figures(JULY) == {}


def test_what_was_solved_early_counts_in_the_month_that_its_time_ends(agent: User) -> None:
    melding = factories.registered(at=RECEIVED, priority=3)  # by 7 July
    actions.pick_up(melding, by=agent, at=at(16, "11:00"), contacted=True)
    actions.resolve(melding, by=agent, at=at(16, "12:00"), solution="Herstart.")
    assert figures(JUNE) == {"response 3": {"met": 1}}
    assert figures(JULY) == {"resolution 3": {"met": 1}}


def test_what_still_runs_is_missed_as_soon_as_it_is_late(db: None) -> None:
    factories.registered(at=RECEIVED)
    assert figures(JUNE, at(16, "14:00")) == {"response 2": {"running": 1}, "resolution 2": {"running": 1}}
    assert figures(JUNE, at(16, "14:01")) == {"response 2": {"missed": 1}, "resolution 2": {"running": 1}}


def test_reopening_moves_it_to_the_month_of_its_new_deadline(agent: User) -> None:
    melding = factories.registered(at=RECEIVED, contacted=True)
    actions.pick_up(melding, by=agent, at=RECEIVED)
    actions.resolve(melding, by=agent, at=at(17, "10:00"), solution="Herstart.")
    assert figures(JUNE)["resolution 2"] == {"met": 1}
    actions.reopen(melding, by=agent, at=at(6, "10:00", 7), reason="Weer mis.")
    assert "resolution 2" not in figures(JUNE)
    assert figures(JULY) == {"resolution 2": {"missed": 1}}  # due 7 July


def test_a_priority_that_changes_moves_it_to_the_line_that_it_has_now(agent: User) -> None:
    melding = factories.registered(at=RECEIVED, priority=3, impact="medium", urgency="medium")
    actions.pick_up(melding, by=agent, at=at(16, "12:00"), contacted=True)
    actions.set_priority(
        melding, by=agent, at=at(16, "13:00"), priority=1, reason="Iedereen heeft er last van."
    )
    assert figures(JUNE) == {"response 1": {"met": 1}, "resolution 1": {"missed": 1}}


def test_priority_4_counts_by_its_agreed_date_and_without_one_for_nothing(agent: User) -> None:
    for _turn in range(2):
        actions.pick_up(factories.registered(at=RECEIVED, priority=4), by=agent, at=RECEIVED, contacted=True)
    first, second = Melding.objects.order_by("pk")
    assert "resolution 4" not in figures(JUNE)
    assert "resolution 4" not in figures(JULY)
    actions.agree_date(first, by=agent, at=RECEIVED, due=at(10, "12:00", 7))
    actions.resolve(second, by=agent, at=at(17, "10:00"), solution="Herstart.")
    assert figures(JUNE)["resolution 4"] == {"without_term": 1}
    assert figures(JULY)["resolution 4"] == {"missed": 1}


def test_cancelled_and_double_are_left_out_with_their_reason(agent: User) -> None:
    cancelled, double, other = (factories.registered(at=RECEIVED, contacted=True) for _turn in range(3))
    actions.cancel(cancelled, by=agent, at=RECEIVED, reason="Vergissing.")
    actions.mark_duplicate(double, by=agent, at=RECEIVED, other=other)
    left_out = {"missed": 1, "cancelled": 1, "duplicate": 1}
    assert figures(JUNE) == {"response 2": left_out, "resolution 2": left_out}


def test_what_waits_for_its_contractant_counts_once_it_is_known_when_it_ends(agent: User) -> None:
    """VWO 1: the clocks of Intramed pause."""
    service, contact = factories.ServiceFactory.create(), factories.contact()
    policy = factories.policy("intramed")
    factories.ContractFactory.create(contractant=contact.contractant, service=service, policy=policy)
    in_time, late = (
        factories.registered(at=RECEIVED, contact=contact, service=service) for _turn in range(2)
    )
    for melding, day in ((in_time, 16), (late, 19)):
        actions.pick_up(melding, by=agent, at=at(day, "10:30"), contacted=True)
        actions.wait_for_contractant(melding, by=agent, at=at(day, "11:00"), question="Wanneer?")
    assert figures(JUNE)["resolution 2"] == {"missed": 1}
    actions.resume(in_time, by=agent, at=at(20, "10:00", 7))
    assert figures(JULY)["resolution 2"] == {"missed": 1}


def test_another_norm_has_a_line_of_its_own(db: None) -> None:
    held, other = (factories.registered(at=RECEIVED) for _turn in range(2))
    keeper = factories.staff("administrator")
    stricter = new_policy_version(held.policy_version.policy, by=keeper, at=RECEIVED)
    Target.objects.filter(version=stricter, clock="response", priority=2).update(norm=95)
    actions.apply_policy(
        other, by=keeper, at=RECEIVED, policy_version=publish(stricter, by=keeper, at=RECEIVED)
    )
    rows = Melding.objects.get_queryset()
    lines = [one for one in norm(rows, JUNE, AFTER) if one.count("all")]
    assert [(one.clock, one.promised, one.missed) for one in lines] == [
        ("response", Decimal(90), 1), ("response", Decimal(95), 1), ("resolution", Decimal(90), 2),
    ]  # fmt: skip
    assert [list(rows_of(rows, one.key, "missed", JUNE, AFTER)) for one in lines[:2]] == [[held], [other]]


def test_a_norm_of_a_later_month_leaves_a_month_that_is_over_as_it_was(db: None) -> None:
    factories.registered(at=RECEIVED)
    rows = Melding.objects.get_queryset()
    before = norm(rows, JUNE, AFTER)
    keeper = factories.staff("administrator")
    held = factories.policy("vecozo-mdo")
    stricter = new_policy_version(held, by=keeper, at=AFTER)
    PolicyVersion.objects.filter(pk=stricter.pk).update(starts_on=date(2026, 8, 1))
    Target.objects.filter(version=stricter).update(norm=95)
    stricter.refresh_from_db()
    publish(stricter, by=keeper, at=AFTER)
    assert norm(rows, JUNE, AFTER + timedelta(days=1)) == before
    august = norm(rows, Month(2026, 8), AFTER + timedelta(days=1))
    assert {one.promised for one in august if not one.count("all")} == {Decimal(95)}


def test_months_and_quarters_begin_and_end_at_midnight_in_amsterdam(db: None) -> None:
    """30 June 23:59:59 is June, and 1 July 00:00 is July, whatever UTC says; half-open, nothing counts twice."""
    for moment in (at(30, "23:59"), at(1, "00:00", 7)):
        melding = factories.registered(at=RECEIVED)
        Melding.objects.filter(pk=melding.pk).update(response_counts_at=moment)
    assert figures(JUNE)["response 2"] == figures(JULY)["response 2"] == {"missed": 1}
    quarter = (JUNE.span(AMSTERDAM)[0], JULY.span(AMSTERDAM)[1])
    line = norm(Melding.objects.get_queryset(), quarter, AFTER)[1]
    assert (line.clock, line.priority, line.missed) == ("response", 2, 2)


def test_a_percentage_never_shows_as_kept_what_is_not() -> None:
    key = Key("response", 2, Decimal(90))
    assert NormLine(key).percent is None
    assert NormLine(key).kept is None
    just_not = NormLine(key, met=89_999, missed=10_001)
    assert (just_not.percent, just_not.kept) == (Decimal("89.99"), False)
    assert (NormLine(key, met=9, missed=1).percent, NormLine(key, met=9, missed=1).kept) == (
        Decimal("90.00"),
        True,
    )
    assert (NormLine(key, met=0, missed=3).percent, NormLine(key, met=0, missed=3).kept) == (
        Decimal("0.00"),
        False,
    )


@pytest.fixture
def crowd(db: None) -> list[Melding]:
    """Many, each in a state of its own by chance, as the projection can leave them."""
    random, one = Random(9), factories.registered(at=RECEIVED)
    owners = [factories.ContractantFactory.create() for _turn in range(2)]
    base = {
        name: getattr(one, name)
        for name in ("channel", "subject", "description", "received_at", "policy_version")
    }
    made = (Melding(**base, **_somehow(random, n), contractant=random.choice(owners)) for n in range(1, 251))
    return Melding.objects.bulk_create(made)


def _somehow(random: Random, n: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "number": f"X26-{n:05}", "kind": random.choice(["incident", "incident", "incident", "question"]),
        "priority": random.randint(1, 4), "state": random.choice(list(State)),
    }  # fmt: skip
    for clock in ("response", "resolution"):
        state = random.choice(["running", "paused", "stopped", "untimed"])
        row[f"{clock}_state"] = state
        row[f"{clock}_met"] = random.choice([True, False, None]) if state == "stopped" else None
        moment = at(28, "12:00") + timedelta(hours=random.randint(-90, 90))
        row[f"{clock}_counts_at"] = random.choice([moment, moment, None])
    return row


@pytest.mark.parametrize("now", [at(27, "10:00"), AFTER], ids=["running", "closed"])
@pytest.mark.parametrize("when", [JUNE, JULY, (JUNE.span(AMSTERDAM)[0], JULY.span(AMSTERDAM)[1])])
@pytest.mark.parametrize("own", [False, True], ids=["all", "of one contractant"])
def test_every_number_is_the_length_of_its_list(
    crowd: list[Melding], when: Month, now: datetime, own: bool
) -> None:
    rows = Melding.objects.get_queryset()
    if own:
        owner = crowd[0].contractant
        assert owner
        rows = rows.visible_to(factories.contact(contractant=owner).user)
    for line in norm(rows, when, now):
        lists = {part: list(rows_of(rows, line.key, part, when, now)) for part in LISTS}
        assert {part: line.count(part) for part in LISTS} == {
            part: len(found) for part, found in lists.items()
        }
        apart = [one.pk for part in PARTS for one in lists[part]]
        assert sorted(apart) == sorted(one.pk for one in lists["all"]), (
            "the parts overlap or leave something out"
        )
        assert line.due == line.count("due")
        assert (
            sum(line.excluded.values()) == line.count("excluded") == sum(line.count(one) for one in EXCLUDED)
        )
