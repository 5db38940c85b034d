"""How far behind a version is, until when it may be used, and which compulsory ones are not taken (art. 5.2, SLA 11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import WrongInput
from domain.releases import MOST_BEHIND, Standing, Version, standing

TODAY = date(2026, 6, 16)


def version(
    name: str, out_on: date = date(2026, 1, 1), *, step: bool = True, required: date | None = None
) -> Version:
    return Version(name, out_on, step, supported_until=date(2027, 12, 31), required_on=required)


def at(used: str, *out: Version, day: date = TODAY) -> Standing:
    return standing(next(one for one in out if one.name == used), out, day)


OUT = [version(name) for name in ("7.2", "8.0", "8.1", "8.9", "8.10")]


@pytest.mark.parametrize(
    ("used", "behind", "too_far"),
    [("8.10", 0, False), ("8.9", 1, False), ("8.1", 2, False), ("8.0", 3, True), ("7.2", 4, True)],
)
def test_art_5_2_at_most_two_releases_older_than_the_newest(used: str, behind: int, too_far: bool) -> None:
    found = at(used, *OUT)
    assert (found.behind, found.is_too_far, found.newest) == (behind, too_far, OUT[-1])


def test_patches_and_updates_are_no_steps() -> None:
    out = [*OUT, version("8.10.1", step=False), version("8.1.4", step=False)]
    assert at("8.10", *out).behind == at("8.10.1", *out).behind == 0
    assert at("8.1", *out).behind == at("8.1.4", *out).behind == 2
    only = version("8.0.1", step=False)
    assert at("8.0.1", only).newest is None


def test_sla_11_support_lasts_its_last_day() -> None:
    for day, supported in ((date(2027, 12, 31), True), (date(2028, 1, 1), False)):
        assert at("8.9", *OUT, day=day).is_supported is supported
    withdrawn = Version("8.9", date(2026, 1, 1))
    assert standing(withdrawn, OUT, TODAY).has_to_move


@pytest.mark.parametrize(
    ("required_on", "out_on", "due_on"),
    [
        (date(2026, 3, 10), date(2026, 3, 1), date(2026, 6, 9)),
        (date(2026, 2, 1), date(2026, 3, 1), date(2026, 5, 31)),
    ],
)
def test_sla_11_and_7_1_a_compulsory_one_is_taken_within_three_months_of_being_out_and_required(
    required_on: date, out_on: date, due_on: date
) -> None:
    cve = version("8.10.1", out_on, step=False, required=required_on)
    for day, late in ((due_on, ()), (due_on + timedelta(days=1), (cve,))):
        found = at("8.10", *OUT, cve, day=day)
        assert (found.open, found.overdue, found.has_to_move) == ((cve,), late, bool(late))
    assert at("8.10.1", *OUT, cve).open == ()


def test_one_of_the_own_main_version_stands_in_for_that_of_a_newer_one() -> None:
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    new = version("8.10.1", march, step=False, required=march)
    old = version("7.2.1", march, step=False, required=march)
    assert at("7.2", *OUT, new, old).open == (old,)
    assert at("7.2.1", *OUT, new, old).open == ()
    later = version("8.10.2", april, step=False, required=april)
    assert at("7.2.1", *OUT, new, old, later).open == (later,)


def test_what_is_no_version_cannot_be_compared() -> None:
    with pytest.raises(WrongInput):
        standing(version("acht"), OUT, TODAY)


names = st.lists(st.integers(0, 12), min_size=2, max_size=4).map(lambda parts: ".".join(map(str, parts)))
days = st.dates(date(2024, 1, 1), date(2028, 1, 1))
versions = st.builds(Version, names, days, st.booleans(), st.none() | days, st.none() | days)
lists = st.lists(versions, min_size=1, max_size=12, unique_by=lambda one: one.order)


@given(lists, st.data(), days)
def test_laws_of_being_behind(out: list[Version], data: st.DataObject, day: date) -> None:
    lower, higher = sorted(
        (data.draw(st.sampled_from(out)), data.draw(st.sampled_from(out))), key=lambda one: one.order
    )
    low, high = standing(lower, out, day), standing(higher, out, day)
    steps = [one for one in out if one.is_release]
    assert 0 <= high.behind <= low.behind <= len(steps)
    assert low.behind - high.behind == sum(lower.order < one.order <= higher.order for one in steps)
    assert low.is_too_far == (low.behind > MOST_BEHIND)
    assert standing(max(out, key=lambda one: one.order), out, day).behind == 0
    assert low == standing(lower, out[::-1], day)


@given(lists, st.data(), days)
def test_laws_of_compulsory_ones(out: list[Version], data: st.DataObject, day: date) -> None:
    used = data.draw(st.sampled_from(out))
    found = standing(used, out, day)
    assert all(one.required_on and one.order > used.order for one in found.open)
    assert {one for one in out if one.required_on and one.main == used.main and one.order > used.order} <= {
        *found.open
    }
    assert {*found.overdue} == {one for one in found.open if one.due_on and one.due_on < day}
    later = standing(used, out, day + timedelta(days=1))
    assert {*found.overdue} <= {*later.overdue}
    assert not found.has_to_move or later.has_to_move


@given(names)
def test_a_zero_behind_a_version_changes_nothing(name: str) -> None:
    assert version(name).order == version(f"{name}.0").order if name.count(".") < 3 else True
