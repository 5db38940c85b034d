"""The roster of the Beschikbaarheidsdienst: who answers when, gaps, the week pattern, swapping (SLA 2.4, 4.2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Event, User
from desk.permissions import Role
from incidents import duty
from incidents.actions import duty as roster
from incidents.models import DutyTurn, Shift
from tests import factories

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=AMSTERDAM)


# The week of Whit Monday: Monday 25 May 2026 is a holiday.
NOW = local("2026-05-21", "10:00")
MONDAY, LAST = local("2026-05-25", "00:00"), local("2026-06-01", "00:00")


@pytest.fixture(autouse=True)
def _policies(db: None) -> None:
    factories.load_policies()


@pytest.fixture
def planner() -> User:
    return factories.staff(Role.SERVICE_LEVEL_MANAGER)


@pytest.fixture
def joost() -> User:
    return factories.staff(Role.ON_CALL, name="Joost Bakema")


@pytest.fixture
def sam() -> User:
    return factories.staff(name="Sam de Vries")


def shift(person: User, day: str, start: str, end: str, **fields: str) -> Shift:
    return Shift.objects.create(person=person, starts_at=local(day, start), ends_at=local(day, end), **fields)


def written(spans: list[tuple[datetime, datetime]]) -> list[str]:
    return [f"{a.astimezone(AMSTERDAM):%a %H:%M}-{b.astimezone(AMSTERDAM):%H:%M}" for a, b in spans]


def test_sla_4_2_the_hours_of_the_beschikbaarheidsdienst_follow_from_the_calendars() -> None:
    found = list(duty.to_cover(duty.hours_now(NOW), MONDAY, LAST))
    assert written(found) == [
        "Tue 07:00-09:00", "Tue 17:00-18:00", "Wed 07:00-09:00", "Wed 17:00-18:00",
        "Thu 07:00-09:00", "Thu 17:00-18:00", "Fri 07:00-09:00", "Fri 15:30-18:00",
    ]  # fmt: skip


def test_what_nobody_is_planned_for_is_a_gap(joost: User, sam: User) -> None:
    shift(joost, "2026-05-26", "07:00", "08:15")
    shift(joost, "2026-05-26", "08:30", "18:00")
    shift(sam, "2026-05-27", "07:00", "18:00", duty=Shift.Duty.SUPPORT)
    found = duty.gaps(duty.hours_now(NOW), MONDAY, local("2026-05-28", "00:00"))
    assert written(found) == ["Tue 08:15-08:30", "Wed 07:00-09:00", "Wed 17:00-18:00"]


def test_the_week_pattern_fills_gaps_and_skips_the_holiday(planner: User, joost: User, sam: User) -> None:
    week = (MONDAY.date() - duty.MONDAY).days // 7 % 2 + 1
    DutyTurn.objects.create(week=week, person=joost)
    DutyTurn.objects.create(week=week, weekday=DutyTurn.Weekday.THURSDAY, person=sam)
    DutyTurn.objects.create(week=3 - week, person=sam)
    shift(sam, "2026-05-26", "07:00", "09:00", note="Geruild")
    made = roster.plan_pattern(by=planner, at=NOW, first=MONDAY, last=LAST + timedelta(days=7))
    days = [(f"{one.starts_at.astimezone(AMSTERDAM):%a %H}", one.person) for one in made]
    assert days[:7] == [
        ("Tue 17", joost), ("Wed 07", joost), ("Wed 17", joost), ("Thu 07", sam), ("Thu 17", sam),
        ("Fri 07", joost), ("Fri 15", joost),
    ]  # fmt: skip
    assert {person for _day, person in days[7:]} == {sam}
    assert duty.gaps(duty.hours_now(NOW), MONDAY, LAST) == []
    assert roster.plan_pattern(by=planner, at=NOW, first=MONDAY, last=LAST) == []


def test_nobody_has_two_shifts_at_once(planner: User, joost: User) -> None:
    shift(joost, "2026-05-26", "07:00", "09:00")
    for start, end in [("08:59", "10:00"), ("06:00", "07:01"), ("07:30", "08:00")]:
        with pytest.raises(Invalid, match="al een dienst"):
            roster.plan(by=planner, at=NOW, person=joost, starts_at=local("2026-05-26", start), ends_at=local("2026-05-26", end))  # fmt: skip
    roster.plan(by=planner, at=NOW, person=joost, starts_at=local("2026-05-26", "09:00"), ends_at=local("2026-05-26", "10:00"))  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "field"), [("10:00", "09:00", "ends_at"), ("10:00", "10:00", "ends_at")]
)
def test_what_is_no_shift_is_refused(planner: User, joost: User, start: str, end: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        roster.plan(by=planner, at=NOW, person=joost, starts_at=local("2026-05-26", start), ends_at=local("2026-05-26", end))  # fmt: skip
    assert set(refused.value.errors) == {field}


def test_a_contact_is_never_on_duty(planner: User) -> None:
    with pytest.raises(Invalid) as refused:
        roster.plan(by=planner, at=NOW, person=factories.contact().user, starts_at=MONDAY, ends_at=MONDAY + timedelta(hours=2))  # fmt: skip
    assert "person" in refused.value.errors


def test_two_people_swap_and_the_trail_says_so(joost: User, sam: User) -> None:
    one = shift(joost, "2026-05-26", "07:00", "09:00")
    two = shift(sam, "2026-05-27", "07:00", "09:00")
    roster.swap(one, two, by=joost, at=NOW)
    assert [Shift.objects.get(pk=row.pk).person for row in (one, two)] == [sam, joost]
    trail = Event.objects.filter(case_type="shift").values_list("verb", "actor", "case_id")
    assert list(trail) == [("swap", joost.pk, one.pk), ("swap", joost.pk, two.pk)]


def test_a_swap_that_would_double_somebody_changes_nothing(joost: User, sam: User) -> None:
    one = shift(joost, "2026-05-26", "07:00", "09:00")
    two = shift(sam, "2026-05-27", "07:00", "09:00")
    shift(joost, "2026-05-27", "08:00", "08:30")
    with pytest.raises(Invalid, match="al een dienst"):
        roster.swap(one, two, by=joost, at=NOW)
    assert [Shift.objects.get(pk=row.pk).person for row in (one, two)] == [joost, sam]


def test_one_swaps_the_own_shifts_and_a_planner_any(planner: User, joost: User, sam: User) -> None:
    one = shift(joost, "2026-05-26", "07:00", "09:00")
    with pytest.raises(NotAllowed):
        roster.hand_to(one, by=sam, at=NOW, person=sam)
    with pytest.raises(NotAllowed):
        roster.drop(one, by=joost, at=NOW)
    roster.hand_to(one, by=planner, at=NOW, person=sam)
    roster.hand_to(one, by=sam, at=NOW, person=joost)
    with pytest.raises(NotNow):
        roster.hand_to(one, by=joost, at=local("2026-05-26", "09:00"), person=sam)
    roster.drop(one, by=planner, at=NOW)
    assert not Shift.objects.exists()


ANSWERS = [  # when, for which priority, who
    ("2026-05-26", "08:59", 1, "joost"),
    ("2026-05-26", "09:00", 1, "support"),
    ("2026-05-26", "17:00", 1, "sam"),
    ("2026-05-26", "18:00", 1, "joost"),  # nobody answers at night: who is on duty when the next cover starts
    ("2026-05-27", "03:00", 1, "joost"),
    ("2026-05-23", "12:00", 1, "joost"),  # the weekend of Whitsun: Tuesday 07:00
    ("2026-05-27", "17:30", 1, "on_call"),  # a gap: everyone with the role
    ("2026-05-26", "20:00", 2, "support"),
    ("2026-05-28", "12:00", 2, "sam"),  # planned for the Supportafdeling that day
]


@pytest.mark.parametrize(("day", "clock", "priority", "who"), ANSWERS)
def test_sla_4_2_who_answers(day: str, clock: str, priority: int, who: str, joost: User, sam: User) -> None:
    noor = factories.staff(name="Noor Verhagen")
    spare = factories.staff(Role.ON_CALL, name="Reserve")
    factories.staff(name="Uit dienst", is_active=False)
    shift(joost, "2026-05-26", "07:00", "09:00")
    shift(sam, "2026-05-26", "17:00", "18:00")
    shift(joost, "2026-05-27", "07:00", "09:00")
    shift(sam, "2026-05-28", "09:00", "17:00", duty=Shift.Duty.SUPPORT)
    people = {"joost": [joost], "sam": [sam], "support": [noor, sam], "on_call": [joost, spare]}
    hours = duty.hours_now(NOW)
    assert duty.answering(hours, local(day, clock), priority) == people[who]
