"""The rules of Onderhoud, by tables and by laws (SLA 7.1, 7.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import Downtime, effect
from domain.hours import Calendar
from domain.maintenance import (
    CLAUSES,
    WEIGHTS,
    Freeze,
    Kind,
    Rule,
    Surroundings,
    Weight,
    Window,
    conflicts,
    due_by,
    latest_notice,
    months_later,
    occurrences,
    related_to,
    window_on,
)
from domain.months import Month

ZONE = ZoneInfo("Europe/Amsterdam")
WEEK = {day: [("09:00", "17:00")] for day in range(4)} | {4: [("09:00", "15:30")]}
OFFICE = Calendar("Europe/Amsterdam", WEEK, closed={date(2026, 12, 25): "Eerste Kerstdag"})
NOW = datetime(2026, 6, 1, 10, 0, tzinfo=ZONE)
MDO, LINK, PLATFORM, OTHER = 1, 2, 3, 4


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def plan(start: str, end: str, kind: str = "regular", *, impact: bool = True, key: str = "new",
         services: tuple[int, ...] = (MDO,), **known: bool) -> Window:  # fmt: skip
    return Window(key, frozenset(services), at(start), at(end), Kind(kind), impact, **known)


NIGHT = ("2026-07-01 20:00", "2026-07-01 22:00")
KNOWN = plan(*NIGHT, key="known")


def found(one: Window, *others: Window, freezes: tuple[Freeze, ...] = (), now: datetime = NOW) -> set[str]:
    around = Surroundings(others, freezes, frozenset({PLATFORM}), OFFICE)
    return {f"{conflict.rule} {conflict.weight}" for conflict in conflicts(one, around, now)}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (plan(*NIGHT), set()),
        (plan("2026-07-01 06:00", "2026-07-01 08:00"), set()),
        (plan("2026-07-01 10:00", "2026-07-01 12:00", impact=False), set()),
        (plan("2026-07-01 10:00", "2026-07-01 12:00"), {"office_hours hard"}),
        (plan("2026-07-01 08:00", "2026-07-01 09:30"), {"office_hours hard"}),
        (plan("2026-07-01 10:00", "2026-07-01 12:00", "unplanned"), {"office_hours soft"}),
        (plan("2026-07-01 10:00", "2026-07-01 12:00", "urgent"), {"office_hours soft"}),
        (plan("2026-07-01 17:00", "2026-07-01 19:00"), {"aimed_hours soft"}),
        (plan("2026-07-01 08:00", "2026-07-01 08:30"), {"aimed_hours soft"}),
        (plan("2026-07-04 10:00", "2026-07-04 12:00"), {"aimed_hours soft"}),
        (plan("2026-07-01 17:00", "2026-07-01 19:00", "security"), set()),
        (plan("2026-12-24 22:00", "2026-12-25 02:00"), {"holiday soft"}),
        (plan("2026-12-25 20:00", "2026-12-25 22:00", "urgent"), set()),
        (plan("2026-06-08 20:00", "2026-06-08 22:00"), {"too_late soft"}),
        (plan("2026-06-08 20:00", "2026-06-08 22:00", impact=False), set()),
        (plan("2026-06-08 20:00", "2026-06-08 22:00", "unplanned"), {"too_late hard"}),
        (plan("2026-06-08 20:00", "2026-06-08 22:00", "unplanned", impact=False), {"too_late hard"}),
        (plan("2026-06-08 20:00", "2026-06-08 22:00", "urgent"), set()),
        (plan("2026-06-08 20:00", "2026-06-08 22:00", "security"), set()),
        (plan("2026-05-31 20:00", "2026-05-31 22:00", "urgent"), {"past hard"}),
    ],
)  # fmt: skip
def test_sla_7_1_and_2_8_the_hours_and_the_notice(one: Window, expected: set[str]) -> None:
    assert found(one) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (plan(*NIGHT), KNOWN, {"overlap hard"}),
        (plan(*NIGHT, key="known"), KNOWN, set()),
        (plan("2026-07-01 22:00", "2026-07-01 23:00", impact=False), KNOWN, set()),
        (plan(*NIGHT, "unplanned"), KNOWN, {"overlap hard"}),
        (plan(*NIGHT, "urgent"), KNOWN, {"collision yields"}),
        (plan(*NIGHT, "security"), KNOWN, {"collision yields"}),
        (plan(*NIGHT, "urgent"), plan(*NIGHT, key="known", begun=True), {"overlap soft"}),
        (plan(*NIGHT, "urgent"), plan(*NIGHT, "unplanned", key="known"), {"overlap soft"}),
        (plan(*NIGHT), plan(*NIGHT, key="known", services=(PLATFORM,)), {"dependency soft"}),
        (plan(*NIGHT), plan(*NIGHT, key="known", services=(OTHER,)), set()),
        (plan("2026-07-14 20:00", "2026-07-14 22:00"), KNOWN, {"too_often hard"}),
        (plan("2026-07-14 20:00", "2026-07-14 22:00"), plan(*NIGHT, key="known", done=True), {"too_often hard"}),
        (plan(*NIGHT), plan(*NIGHT, key="known", done=True), {"too_often hard"}),
        (plan(*NIGHT, "urgent"), plan(*NIGHT, key="known", begun=True, done=True), set()),
        (plan(*NIGHT), plan(*NIGHT, key="known", services=(PLATFORM,), done=True), set()),
        (plan("2026-06-18 20:00", "2026-06-18 22:00"), KNOWN, {"too_often hard"}),
        (plan("2026-07-15 20:00", "2026-07-15 22:00"), KNOWN, set()),
        (plan("2026-07-14 20:00", "2026-07-14 22:00", replaced=True), KNOWN, set()),
        (plan("2026-07-14 20:00", "2026-07-14 22:00"), plan(*NIGHT, key="known", replaced=True), set()),
        (plan("2026-07-14 20:00", "2026-07-14 22:00", impact=False), KNOWN, set()),
        (plan("2026-07-14 20:00", "2026-07-14 22:00", "unplanned"), KNOWN, set()),
    ],
)  # fmt: skip
def test_sla_7_1_what_else_is_planned(one: Window, other: Window, expected: set[str]) -> None:
    assert found(one, other) == expected


@pytest.mark.parametrize(
    ("kind", "services", "expected"),
    [
        ("regular", (), {"freeze hard"}),
        ("urgent", (), {"freeze soft"}),
        ("regular", (MDO,), {"freeze hard"}),
        ("regular", (OTHER,), set()),
    ],
)  # fmt: skip
def test_sla_11_a_freeze_holds_for_its_diensten(
    kind: str, services: tuple[int, ...], expected: set[str]
) -> None:
    freeze = Freeze(
        frozenset(services), at("2026-07-01 00:00"), at("2026-07-02 00:00"), "Landelijke migratie"
    )
    assert found(plan(*NIGHT, kind), freezes=(freeze,)) == expected


def test_the_table_names_a_clause_and_a_weight_for_each() -> None:
    assert set(CLAUSES) == set(WEIGHTS) == set(Rule)
    assert all(clause.startswith("SLA ") for clause in CLAUSES.values())
    assert all(set(row) == set(Kind) and any(row.values()) for row in WEIGHTS.values())
    assert {weight for row in WEIGHTS.values() for weight in row.values()} == {*Weight, None}


@pytest.mark.parametrize(
    ("start", "latest"),
    [
        ("2026-07-01 12:00", "2026-06-17 12:00"),
        ("2026-07-01 20:00", "2026-06-18 09:00"),
        ("2026-07-04 10:00", "2026-06-22 09:00"),
        ("2026-07-02 16:00", "2026-06-18 16:00"),
        ("2026-12-28 07:00", "2026-12-11 09:00"),
    ],
)
def test_sla_7_1_ten_werkdagen_ahead(start: str, latest: str) -> None:
    assert latest_notice(at(start), OFFICE) == at(latest)


STARTS = st.integers(0, 1_000_000).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@given(STARTS, STARTS, st.timedeltas(timedelta(days=1), timedelta(days=60)))
def test_notice_given_in_time_is_in_time_however_much_earlier(
    start: datetime, other: datetime, early: timedelta
) -> None:
    latest = latest_notice(start, OFFICE)
    assert OFFICE.add_working_days(latest - early, 10) <= OFFICE.effective(start)
    assert latest_notice(min(start, other), OFFICE) <= latest_notice(max(start, other), OFFICE)
    days = (start - latest).days
    assert 11 <= days <= 20


WINDOWS = st.builds(
    lambda key, services, start, length, kind, impact, begun: Window(
        str(key), frozenset(services), start, start + length, kind, impact, False, begun
    ),
    st.integers(0, 9), st.sets(st.integers(1, 4), min_size=1), STARTS,
    st.timedeltas(timedelta(minutes=1), timedelta(days=3)), st.sampled_from(Kind), st.booleans(), st.booleans(),
)  # fmt: skip


@given(WINDOWS, st.lists(WINDOWS, max_size=6), STARTS)
def test_what_is_found_follows_the_table_and_a_longer_list_never_takes_a_conflict_away(
    one: Window, others: list[Window], now: datetime
) -> None:
    around = Surroundings(tuple(others), (), frozenset({1, 2, 3, 4}) - one.services, OFFICE)
    all_found = conflicts(one, around, now)
    for conflict in all_found:
        assert conflict.weight == WEIGHTS[conflict.rule][one.kind]
        assert one.impact or conflict.rule not in {Rule.OFFICE_HOURS, Rule.AIMED_HOURS, Rule.TOO_OFTEN}
        assert conflict.other != one.key
    fewer = Surroundings(tuple(others[:-1]), (), around.related, OFFICE)
    assert set(conflicts(one, fewer, now)) <= set(all_found)


@given(WINDOWS, WINDOWS)
def test_sla_7_1_of_two_that_overlap_at_most_one_makes_way(one: Window, other: Window) -> None:
    def yields(first: Window, second: Window) -> bool:
        around = Surroundings((second,), (), frozenset(), OFFICE)
        return any(conflict.weight == Weight.YIELDS for conflict in conflicts(first, around, first.start))

    assert not (yields(one, other) and yields(other, one))
    if yields(one, other):
        assert (other.kind, other.begun) == (Kind.REGULAR, False)


def test_what_depends_on_what_is_followed_both_ways() -> None:
    pairs = [(MDO, LINK), (LINK, PLATFORM), (OTHER, PLATFORM)]
    assert related_to(frozenset({LINK}), pairs) == {MDO, PLATFORM}
    assert related_to(frozenset({MDO}), pairs) == {LINK, PLATFORM}
    assert related_to(frozenset({PLATFORM}), [*pairs, (PLATFORM, MDO)]) == {MDO, LINK, OTHER}


ANCHOR = date(2026, 6, 16)
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


@given(DAYS, st.integers(1, 6), DAYS, st.integers(0, 400))
def test_occurrences_are_all_days_in_step_and_no_other(
    anchor: date, weeks: int, first: date, span: int
) -> None:
    last = first + timedelta(days=span)
    everyday = [first + timedelta(days=n) for n in range(span + 1)]
    in_step = [day for day in everyday if (day - anchor).days % (7 * weeks) == 0]
    assert occurrences(anchor, weeks, first, last) == in_step


def test_a_window_keeps_its_local_time_over_a_change_of_the_clock() -> None:
    summer = window_on(date(2026, 10, 20), time(22), time(2), ZONE)
    winter = window_on(date(2026, 10, 27), time(22), time(2), ZONE)
    assert [moment.hour for moment in (*summer, *winter)] == [20, 0, 21, 1]
    start, end = window_on(date(2026, 10, 24), time(22), time(4), ZONE)
    assert end - start == timedelta(hours=7)


JUNE = Month.of(date(2026, 6, 16), ZONE).span(ZONE)


def down(start: str, end: str, announced: tuple[str, str] | None = None) -> Downtime:
    return Downtime(at(start), at(end), (at(announced[0]), at(announced[1])) if announced else None)


@pytest.mark.parametrize(
    ("downs", "excluded", "counted", "percent", "kept"),
    [
        ([], 0, 0, "100", True),
        ([down("2026-06-16 20:00", "2026-06-16 22:00", ("2026-06-16 20:00", "2026-06-16 22:00"))], 120, 0, "100", True),
        ([down("2026-06-16 20:00", "2026-06-16 22:00")], 0, 120, "99.7222", True),
        ([down("2026-06-16 20:00", "2026-06-16 22:10")], 0, 130, "99.6991", False),
        ([down("2026-06-16 20:00", "2026-06-16 22:30", ("2026-06-16 20:00", "2026-06-16 22:00"))], 120, 30, "99.9306", True),
        ([down("2026-06-16 20:00", "2026-06-16 22:00"), down("2026-06-16 21:00", "2026-06-16 23:00")], 0, 180, "99.5833", False),
        ([down("2026-06-30 23:00", "2026-07-01 02:00")], 0, 60, "99.8611", True),
        ([down("2026-07-16 20:00", "2026-07-16 22:00")], 0, 0, "100", True),
    ],
)  # fmt: skip
def test_sla_7_2_what_it_does_to_the_availability_of_the_month(
    downs: list[Downtime], excluded: int, counted: int, percent: str, kept: bool
) -> None:
    result = effect(downs, JUNE)
    assert [result.whole, result.excluded, result.counted] == [
        Decimal(n) for n in (43_200, excluded, counted)
    ]
    assert result.kept == kept
    assert round(result.percent, 4) == Decimal(percent)


@pytest.mark.parametrize(
    ("day", "minutes"), [(date(2026, 3, 9), 44_580), (date(2026, 10, 9), 44_700), (date(2028, 2, 9), 41_760)]
)
def test_a_month_with_a_change_of_the_clock_is_an_hour_shorter_or_longer(day: date, minutes: int) -> None:
    assert effect([], Month.of(day, ZONE).span(ZONE)).whole == minutes


DOWNS = st.builds(
    lambda start, length, told: Downtime(start, start + length, (start, start + told) if told else None),
    STARTS, st.timedeltas(timedelta(0), timedelta(days=40)), st.none() | st.timedeltas(timedelta(0), timedelta(days=9)),
)  # fmt: skip


@given(st.lists(DOWNS, max_size=5), st.dates(date(2026, 1, 1), date(2027, 11, 30)))
def test_counted_and_excluded_fit_in_the_month(downs: list[Downtime], day: date) -> None:
    result = effect(downs, Month.of(day, ZONE).span(ZONE))
    assert result.counted >= 0
    assert result.excluded >= 0
    assert result.counted + result.excluded <= result.whole
    assert result.kept == (result.percent >= result.promised)


@pytest.mark.parametrize(
    ("released", "critical", "due"),
    [
        (date(2026, 1, 15), True, date(2026, 4, 14)),
        (date(2026, 1, 15), False, date(2026, 7, 14)),
        (date(2025, 11, 30), True, date(2026, 2, 27)),
        (date(2026, 8, 31), False, date(2027, 2, 27)),
        (date(2026, 12, 1), True, date(2027, 2, 28)),
    ],
)
def test_sla_7_1_updates_of_subcontractors(released: date, critical: bool, due: date) -> None:
    assert due_by(released, critical) == due
    assert due < months_later(released, 3 if critical else 6)
