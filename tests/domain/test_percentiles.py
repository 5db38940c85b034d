"""What buckets say about durations, beside what numpy says about the durations themselves (SLA 7.7)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.percentiles import (
    BUCKETS,
    ERROR,
    GROWTH,
    LONGEST,
    SHORTEST,
    bucket,
    counted,
    empty,
    merged,
    percentile,
)

# Even over the powers of ten, so that short ones are tried as often as long ones.
DURATIONS = st.floats(-4, 4.9).map(lambda power: 10.0**power)
SAMPLES = st.lists(DURATIONS, min_size=1, max_size=40)
PERCENTS = st.integers(1, 100)


@given(SAMPLES, PERCENTS)
def test_a_percentile_is_within_two_percent_of_the_duration_itself(sample: list[float], percent: int) -> None:
    exact = float(np.percentile(sample, percent, method="inverted_cdf"))
    found = percentile(counted(sample), percent, max(sample))
    assert found == pytest.approx(exact, rel=ERROR + 1e-9, abs=SHORTEST / 2)


def test_so_it_is_of_a_large_and_skewed_sample() -> None:
    rng = np.random.default_rng(7)
    sample = np.concatenate([rng.lognormal(-1, 0.8, 50_000), rng.lognormal(2.5, 0.3, 500)])
    counts = counted(sample.tolist())
    for percent in (50, 90, 95, 99, 100):
        exact = float(np.percentile(sample, percent, method="inverted_cdf"))
        assert percentile(counts, percent, float(sample.max())) == pytest.approx(exact, rel=ERROR)


@given(SAMPLES, SAMPLES)
def test_merging_is_counting_together(one: list[float], other: list[float]) -> None:
    assert merged(counted(one), counted(other)) == counted([*one, *other])
    assert merged(counted(one)) == counted(one) == merged(counted(one), empty())


@given(DURATIONS)
def test_of_one_duration_every_percentile_is_that_duration_exactly(seconds: float) -> None:
    assert {percentile(counted([seconds]), percent, seconds) for percent in (1, 50, 99, 100)} == {seconds}


@given(SAMPLES)
def test_percentiles_rise_and_never_pass_the_longest(sample: list[float]) -> None:
    found = [percentile(counted(sample), percent, max(sample)) or 0 for percent in range(1, 101)]
    assert found == sorted(found)
    assert found[-1] == max(sample)


def test_of_nothing_nothing_can_be_said() -> None:
    assert percentile(empty(), 95, 0.0) is None


def test_the_bounds_belong_to_the_bucket_that_they_close() -> None:
    assert bucket(0) == bucket(SHORTEST) == 0
    assert bucket(SHORTEST * 1.0001) == 1
    assert bucket(SHORTEST * GROWTH * 1.0001) == 2
    assert bucket(LONGEST) == BUCKETS - 1
