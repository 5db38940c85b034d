"""SLA 9.2: priority from impact and urgency; SLA 7.3 and 7.4."""

import pytest

from domain.errors import WrongInput
from domain.priority import IMPACTS, MATRIX, URGENCIES, assess, assign, check

TABLE = """
         high medium low
large    1    2      3
medium   2    3      4
small    3    4      4
"""


def test_the_matrix_of_the_contract() -> None:
    header, *rows = (line.split() for line in TABLE.strip().splitlines())
    for impact, *cells in rows:
        for urgency, priority in zip(header, cells, strict=True):
            assert assign(impact, urgency) == int(priority)
    check(MATRIX)


def test_an_unknown_impact_is_refused() -> None:
    with pytest.raises(WrongInput, match="impact 'huge' with urgency 'high'"):
        assign("huge", "high")


@pytest.mark.parametrize("impact", IMPACTS)
@pytest.mark.parametrize("urgency", URGENCIES)
def test_a_breach_of_confidentiality_is_always_priority_1(impact: str, urgency: str) -> None:
    """SLA 7.4, and 7.3 for integrity."""
    breach = assess(impact, urgency, confidentiality=True)
    assert (breach.priority, breach.security_report) == (1, True)
    integrity = assess(impact, urgency, integrity=True)
    assert (integrity.priority, integrity.security_report) == (assign(impact, urgency), True)
    assert not assess(impact, urgency).security_report


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({("small", "low"): 5}, "from 1 to 4 for impact 'small' with urgency 'low'"),
        ({("small", "low"): None}, "from 1 to 4 for impact 'small' with urgency 'low'"),
        ({("large", "high"): 2.5}, "from 1 to 4 for impact 'large'"),
        ({("large", "high"): 3}, "lower priority than for less, for impact 'large' with urgency 'high'"),
        ({("medium", "low"): 2}, "lower priority than for less, for impact 'large' with urgency 'low'"),
        ({("large", "extreme"): 1}, "no place for impact 'large' with urgency 'extreme'"),
    ],
)
def test_a_matrix_that_cannot_be_is_refused_by_cell(change: dict[tuple[str, str], int], message: str) -> None:
    with pytest.raises(WrongInput, match=message):
        check({**MATRIX, **change})


def test_a_matrix_with_a_hole_is_refused() -> None:
    with pytest.raises(WrongInput, match="impact 'medium' with urgency 'low'"):
        check({cell: priority for cell, priority in MATRIX.items() if cell != ("medium", "low")})


def test_another_matrix_decides() -> None:
    assert assign("small", "low", {**MATRIX, ("small", "low"): 3}) == 3
