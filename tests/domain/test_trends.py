"""A signal told from chance, on series of which the answer is known (SLA 12.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import accumulate
from math import comb, exp, log

import numpy as np
import pytest

from domain import trends
from domain.likeness import groups
from domain.trends import CHANCE, Count, Level, Signal

MONTHS = [date(2023 + n // 12, n % 12 + 1, 1) for n in range(48)]
SERIES = 400


def counts(numbers: Iterable[int], exposures: Iterable[float] | None = None) -> list[Count]:
    given = list(numbers)
    worked = list(exposures) if exposures is not None else [160.0] * len(given)
    return [Count(*one) for one in zip(MONTHS, given, worked, strict=False)]


def levels(values: Iterable[float | None]) -> list[Level]:
    return [Level(*one) for one in zip(MONTHS, values, strict=False)]


def ends_after(signals: list[Signal], month: int) -> bool:
    return any(signal.months[-1] >= MONTHS[month] for signal in signals)


def test_sla_12_1_chance_alone_gives_a_signal_in_at_most_one_of_twenty_series_of_two_years() -> None:
    """At a base of 20 a month, with unequal months; the first months of each series are its own base."""
    rng = np.random.default_rng(2026)
    exposures = rng.uniform(130, 176, 24)
    alarmed = sum(
        bool(trends.signals(counts(rng.poisson(20 * exposures / exposures.mean()), exposures)))
        for _n in range(SERIES)
    )
    assert alarmed <= SERIES * 0.05


def test_chance_alone_gives_as_few_where_a_year_went_before() -> None:
    rng = np.random.default_rng(2027)
    alarmed = sum(ends_after(trends.signals(counts(rng.poisson(20, 36))), 12) for _n in range(SERIES))
    assert alarmed <= SERIES * 0.05


def test_the_bound_follows_from_the_rules_whatever_the_rate() -> None:
    assert 24 * len(trends.WINDOWS) * 2 * CHANCE < 0.05


@pytest.mark.parametrize("base", [6, 12])
def test_sla_12_1_a_doubled_rate_is_found_within_three_months(base: int) -> None:
    rng = np.random.default_rng(2028)
    found = 0
    for _n in range(SERIES):
        series = counts([*rng.poisson(20, base), *rng.poisson(40, 3)])
        found += any(
            one.direction == "up" for one in trends.signals(series) if one.months[-1] >= MONTHS[base]
        )
    assert found >= SERIES * 0.95


def test_the_chance_is_that_of_the_exact_conditional_test() -> None:
    """Of n Meldingen in all, each falls in the window with chance q."""
    for seen, total, q in [(9, 12, 1 / 13), (3, 0, 0.2), (0, 40, 0.25), (30, 240, 1 / 13)]:
        n = seen + total
        terms = [comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
        assert trends.at_least(seen, total, q) == pytest.approx(sum(terms[seen:]), rel=1e-9)
        assert trends.at_most(seen, total, q) == pytest.approx(list(accumulate(terms))[seen], rel=1e-9)


def test_limits_and_signals_of_one_month_agree() -> None:
    base = [2, 0, 1, 3, 1, 2, 2, 1, 0, 2, 1, 3]
    (room,) = [one for one in trends.limits(counts([*base, 0])) if one and one.month == MONTHS[12]]
    for number in range(20):
        alone = trends.signals(counts([*base, number]), widest=1)
        assert bool([one for one in alone if one.months == (MONTHS[12],)]) == (
            not room.low <= number <= room.high
        )
    assert room.expected == pytest.approx(1.5)


def test_a_short_month_is_no_drop_and_a_full_one_with_as_few_is() -> None:
    usual = [40] * 12
    assert not trends.signals(counts([*usual, 10], [160.0] * 12 + [40.0]))
    (drop,) = trends.signals(counts([*usual, 10]))
    assert (drop.direction, drop.rule, drop.observed, drop.base) == ("down", "months_1", 10, 12)


def test_a_slow_rise_is_found_by_more_months_together() -> None:
    found = trends.signals(counts([*[20] * 12, *[31] * 6]))
    assert found
    assert {len(signal.months) for signal in found} <= {3, 6}
    assert not trends.signals(counts([*[20] * 12, *[31] * 6]), widest=1)


def test_a_verdict_does_not_depend_on_the_period_that_is_looked_at() -> None:
    rng = np.random.default_rng(3)
    series = counts([*rng.poisson(20, 30), *rng.poisson(50, 10)])
    whole = {(one.months, one.direction): one for one in trends.signals(series)}
    part = {(one.months, one.direction): one for one in trends.signals(series[10:])}
    late = MONTHS[10 + trends.BASE + max(trends.WINDOWS)]
    assert (
        {key: one for key, one in whole.items() if key[0][-1] >= late}
        == {key: one for key, one in part.items() if key[0][-1] >= late}
        != {}
    )


@pytest.mark.parametrize("numbers", [[], [5], [5] * 6, [0] * 30])
def test_too_little_to_say(numbers: list[int]) -> None:
    assert trends.signals(counts(numbers)) == []
    assert len(trends.limits(counts(numbers))) == len(numbers)


def test_months_without_exposure_say_nothing() -> None:
    assert not trends.signals(counts([5] * 12 + [0], [160.0] * 12 + [0.0]))
    assert trends.limits(counts([5] * 12 + [0], [160.0] * 12 + [0.0]))[-1] is None


def test_durations_that_only_vary_give_few_signals_and_doubled_ones_are_found() -> None:
    rng, few = np.random.default_rng(4), 1000
    steady = [levels(np.exp(rng.normal(log(9), 0.2, 24))) for _n in range(few)]
    assert sum(bool(trends.level_signals(one)) for one in steady) <= few * 0.05
    doubled = [levels(np.exp(rng.normal([log(9)] * 12 + [log(18)] * 3, 0.15))) for _n in range(few)]
    assert sum(ends_after(trends.level_signals(one), 12) for one in doubled) >= few * 0.85


def test_the_centre_of_durations_is_their_geometric_mean() -> None:
    room = trends.level_limits(levels([4.0, 9.0, 4.0, 9.0, None, 4.0, 9.0, 6.0]))[-1]
    assert room is not None
    assert room.expected == pytest.approx(exp((3 * log(4) + 3 * log(9)) / 6))
    assert room.base == 6


def test_texts_group_by_the_rare_words_that_they_share() -> None:
    about_printer = [{"printer", "label", "hapert", f"los{n}"} for n in range(4)]
    others = [{f"woord{n}", f"ding{n}", "hapert"} for n in range(20)]
    (found,) = groups([*others, *about_printer])
    assert found.members == (20, 21, 22, 23)
    assert set(found.words) == {"printer", "label"}
    assert groups(others) == groups([]) == groups([set(), set(), set()]) == []
