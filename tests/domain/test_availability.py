"""Which minutes of a month were up, counted or excluded (SLA 2.3, 2.18, 7.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import Availability, Extent, Outage, Reason, measure, without
from domain.months import Month

ZONE = ZoneInfo("Europe/Amsterdam")
JUNE = Month(2026, 6).span(ZONE)
FULL, PARTIAL = Extent.FULL, Extent.PARTIAL


def at(text: str) -> datetime:
    """Local time in June: "16 10:00"."""
    return datetime.strptime(f"2026-06-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).astimezone(UTC)


def away(start: str, end: str, reason: Reason | None = None, extent: Extent = FULL, number: str = "M1") -> Outage:  # fmt: skip
    return Outage(at(start), at(end), extent, reason, "Bewijs" if reason else "", number)


def told(found: Availability) -> list[tuple[str, str, str, str | None]]:
    return [
        (one.start.astimezone(ZONE).strftime("%d %H:%M"), one.end.astimezone(ZONE).strftime("%d %H:%M"),
         "telt" if one.counted else str(one.reason), one.number)
        for one in found.stretches
    ]  # fmt: skip


def sums(found: Availability) -> tuple[float, float, float]:
    """B, D and what does not count, in minutes."""
    return float(found.whole), float(found.counted), float(found.excluded)


def test_sla_2_3_a_month_that_was_computed_by_hand() -> None:
    """30 days of 1,440 minutes; 0.3 % of that is 129.6 minutes."""
    found = measure(
        [
            away("03 10:00", "03 11:00"),  # 60
            away("03 10:30", "03 11:15", extent=PARTIAL, number="M2"),  # 15 more
            away("16 20:00", "16 22:00", Reason.MAINTENANCE, number="O1"),  # 120 that do not count
            away("16 21:30", "16 22:30", number="M3"),  # 30 after the Onderhoud
            away("20 08:00", "20 09:00", Reason.ATTACK, number="M4"),  # 60 that do not count
            away("30 23:40", "30 23:59", number="M5"),  # 19, and 1 below
            Outage(at("30 23:59"), at("30 23:59") + timedelta(hours=2), number="M6"),
        ],
        JUNE,
    )
    assert sums(found) == (43_200, 60 + 15 + 30 + 19 + 1, 180)
    assert (round(found.percent, 4), found.kept, found.room) == (
        Decimal("99.7106"),
        True,
        Decimal("4.6"),
    )
    assert told(found) == [
        ("03 10:00", "03 11:00", "telt", "M1"), ("03 11:00", "03 11:15", "telt", "M2"),
        ("16 20:00", "16 22:00", "maintenance", "O1"), ("16 22:00", "16 22:30", "telt", "M3"),
        ("20 08:00", "20 09:00", "attack", "M4"), ("30 23:40", "30 23:59", "telt", "M5"),
        ("30 23:59", "01 00:00", "telt", "M6"),
    ]  # fmt: skip


def test_sla_7_2_without_the_excluded_cause_the_minute_was_lost_as_well() -> None:
    found = measure([away("03 10:00", "03 12:00", Reason.ATTACK), away("03 11:00", "03 13:00", number="M2")], JUNE)  # fmt: skip
    assert told(found) == [
        ("03 10:00", "03 11:00", "attack", "M1"),
        ("03 11:00", "03 13:00", "telt", "M2"),
    ]


def test_sla_7_2_in_announced_onderhoud_nothing_counts() -> None:
    found = measure([away("03 10:00", "03 13:00"), away("03 11:00", "03 12:00", Reason.MAINTENANCE, number="O1")], JUNE)  # fmt: skip
    assert sums(found) == (43_200, 120, 60)


def test_boundaries_are_half_open_and_seconds_precise() -> None:
    start, end = JUNE
    second = timedelta(seconds=1)
    found = measure([Outage(start - second, start), Outage(end, end + second)], JUNE)
    assert found.stretches == ()
    touching = measure([Outage(start, start + second), Outage(start + second, start + 2 * second)], JUNE)
    assert touching.counted == Decimal(2) / 60


@pytest.mark.parametrize(("seconds", "kept"), [(7776, True), (7777, False)])
def test_the_promise_is_kept_to_the_second(seconds: int, kept: bool) -> None:
    """0.3 % of 43,200 minutes is 129.6 minutes."""
    found = measure([Outage(JUNE[0], JUNE[0] + timedelta(seconds=seconds))], JUNE)
    assert (found.kept, found.room >= 0, found.percent >= found.promised) == (kept, kept, kept)


@pytest.mark.parametrize(
    ("month", "minutes"),
    [("2026-02", 28 * 1440), ("2028-02", 29 * 1440), ("2026-04", 30 * 1440), ("2026-05", 31 * 1440),
     ("2026-03", 31 * 1440 - 60), ("2026-10", 31 * 1440 + 60)],
)  # fmt: skip
def test_sla_7_2_months_have_the_minutes_that_pass_in_them(month: str, minutes: int) -> None:
    span = Month.parse(month).span(ZONE)
    assert measure([], span).whole == minutes
    gone = measure([Outage(*span)], span)
    assert (*sums(gone), float(gone.percent)) == (minutes, minutes, 0, 0)


def test_before_a_month_has_begun_nothing_is_lost() -> None:
    none = measure([Outage(*JUNE)], (JUNE[0], JUNE[0]))
    assert (*sums(none), float(none.percent), none.kept) == (0, 0, 0, 100, True)


FIRST, DAY = datetime(2026, 5, 20, tzinfo=UTC), 86_400
MOMENTS = st.integers(0, 180 * DAY).map(lambda seconds: FIRST + timedelta(seconds=seconds))
OUTAGES = st.builds(
    lambda start, length, extent, reason, number: Outage(start, start + length, extent, reason, "", number),
    MOMENTS, st.integers(0, 40 * DAY).map(lambda seconds: timedelta(seconds=seconds)), st.sampled_from(Extent), st.none() | st.sampled_from(Reason),
    st.sampled_from(["M1", "M2", "O1", None]),
)  # fmt: skip
SOME = st.lists(OUTAGES, max_size=6)
MONTHS = st.sampled_from([Month(2026, n) for n in range(5, 12)])


@given(SOME, MONTHS)
def test_counted_excluded_and_up_make_the_whole(outages: list[Outage], month: Month) -> None:
    start, end = month.span(ZONE)
    found = measure(outages, (start, end))
    moments = [start, *(moment for one in found.stretches for moment in (one.start, one.end)), end]
    assert moments == sorted(moments)
    assert all(one.start < one.end for one in found.stretches)
    up = sum((one - other).total_seconds() for one, other in zip(moments[1::2], moments[::2], strict=True))
    lost = sum(one.seconds for one in found.stretches)
    assert up + lost == (end - start).total_seconds()
    assert round((found.counted + found.excluded) * 60) == lost


@given(SOME, MONTHS, st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_does_not_matter(
    outages: list[Outage], month: Month, chance: Random
) -> None:
    shuffled = list(outages)
    chance.shuffle(shuffled)
    span = month.span(ZONE)
    assert measure(shuffled, span) == measure(outages, span) == measure([*outages, *outages], span)


@given(SOME, OUTAGES.filter(lambda one: not one.counted), MONTHS)
def test_an_extra_exclusion_never_lowers_the_percentage(
    outages: list[Outage], extra: Outage, month: Month
) -> None:
    span = month.span(ZONE)
    assert measure([*outages, extra], span).percent >= measure(outages, span).percent


@given(SOME, OUTAGES, MONTHS)
def test_an_extra_outage_that_counts_never_raises_it(
    outages: list[Outage], extra: Outage, month: Month
) -> None:
    span, counts = month.span(ZONE), Outage(extra.start, extra.end)
    assert measure([*outages, counts], span).percent <= measure(outages, span).percent


@given(SOME, MONTHS, MOMENTS)
def test_the_parts_of_a_month_make_the_month(outages: list[Outage], month: Month, moment: datetime) -> None:
    start, end = month.span(ZONE)
    between = min(max(moment, start), end)
    whole, parts = measure(outages, (start, end)), [measure(outages, (start, between)), measure(outages, (between, end))]  # fmt: skip
    for amount in ("counted", "excluded", "whole"):
        assert round(getattr(whole, amount) * 60) == sum(round(getattr(part, amount) * 60) for part in parts)


@given(SOME, SOME)
def test_what_is_cut_out_is_gone_and_the_rest_stays(outages: list[Outage], others: list[Outage]) -> None:
    spans, taken = ([(one.start, one.end) for one in found] for found in (outages, others))
    left = without(spans, taken)
    assert all(start < end for start, end in left)
    assert not any(start < until and since < end for start, end in left for since, until in taken)
    edges = sorted({moment for span in (*spans, *taken) for moment in span})
    for edge in edges:
        inside = any(start <= edge < end for start, end in spans)
        cut = any(start <= edge < end for start, end in taken)
        assert any(start <= edge < end for start, end in left) == (inside and not cut)
