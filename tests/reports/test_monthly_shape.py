"""The data of a report: whether it has the shape that was agreed, and the bytes that its hash is over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import WrongInput
from reports.monthly.shape import checked
from reports.monthly.tables import as_json
from tests.reports import sample


@pytest.mark.parametrize("make", [sample.full, sample.empty])
def test_what_was_agreed_has_the_shape(make: Callable[[], Any]) -> None:
    data = make()
    assert checked(data) is data


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda data: data.pop("norm"), "report cannot be ['norm']"),
        (lambda data: data.update(author="Anja"), "report cannot be ['author']"),
        (lambda data: data.update(month="mei 2026"), "report.month"),
        (lambda data: data["norm"][0].update(percent=100.0), "report.norm[0].percent"),
        (lambda data: data["norm"][0].update(due=True), "report.norm[0].due"),
        (lambda data: data["availability"].update(counted=float("nan")), "report.availability.counted"),
        (lambda data: data["availability"]["stretches"][0].update(extent="half"), "report.availability.stretches[0].extent"),
        (lambda data: data["conclusion"]["kept"].append("price"), "report.conclusion.kept"),
        (lambda data: data["counts"]["by_priority"].update({"5": 1}), "report.counts.by_priority"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_by_its_place(change: Callable[[Any], Any], where: str) -> None:
    data = sample.full()
    change(data)
    with pytest.raises(WrongInput) as refused:
        checked(data)
    assert str(refused.value).startswith(where)


def test_the_same_figures_give_the_same_bytes() -> None:
    data: Any = sample.full()
    turned: Any = dict(reversed(data.items()))
    assert as_json(turned) == as_json(data) == as_json(json.loads(as_json(data)))
    data["scope"]["supplier"] = "Zorg – é"
    assert '"supplier":"Zorg – é"'.encode() in as_json(data)
