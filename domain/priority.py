"""Priority from impact and urgency (SLA 9.2), and what SLA 7.3 and 7.4 add to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from domain.errors import WrongInput

IMPACTS = ("large", "medium", "small")  # several departments, one department, a few users
URGENCIES = ("high", "medium", "low")  # no work possible, acceptable for a while, a workaround may exist
PRIORITIES = (1, 2, 3, 4)

Matrix = Mapping[tuple[str, str], int]

MATRIX: Matrix = {
    ("large", "high"): 1, ("large", "medium"): 2, ("large", "low"): 3,
    ("medium", "high"): 2, ("medium", "medium"): 3, ("medium", "low"): 4,
    ("small", "high"): 3, ("small", "medium"): 4, ("small", "low"): 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assessment:
    """The priority, 1 to 4, and whether the Melding has to be handled as a security report too."""

    priority: int
    security_report: bool


def assign(impact: str, urgency: str, matrix: Matrix = MATRIX) -> int:
    """The priority, 1 to 4 (SLA 9.2); an unknown impact or urgency raises `WrongInput`."""
    if (impact, urgency) not in matrix:
        raise _wrong("unknown_cell", "there is no priority for", impact, urgency)
    return matrix[impact, urgency]


def assess(
    impact: str,
    urgency: str,
    *,
    confidentiality: bool = False,
    integrity: bool = False,
    matrix: Matrix = MATRIX,
) -> Assessment:
    """The priority where information may have been breached.

    A breach of confidentiality is always priority 1 (SLA 7.4), one of integrity is handled as a security
    report (SLA 7.3); so is the former, which asks for the same assessment.
    """
    priority = 1 if confidentiality else assign(impact, urgency, matrix)
    return Assessment(priority, security_report=confidentiality or integrity)


def check(matrix: Matrix) -> None:
    """Refuse a matrix of which a cell is missing, unknown or not 1 to 4, or in which more impact or more
    urgency gives a lower priority. `WrongInput` names the cell."""
    cells = list(product(IMPACTS, URGENCIES))
    for impact, urgency in sorted(set(matrix) - set(cells)):
        raise _wrong("unknown_cell", "the matrix has no place for", impact, urgency)
    for impact, urgency in cells:
        if matrix.get((impact, urgency)) not in PRIORITIES:
            raise _wrong("bad_cell", "there is no priority from 1 to 4 for", impact, urgency)
    for (high_impact, high_urgency), (impact, urgency) in product(cells, cells):
        above = IMPACTS.index(high_impact) <= IMPACTS.index(impact)
        above = above and URGENCIES.index(high_urgency) <= URGENCIES.index(urgency)
        if above and matrix[high_impact, high_urgency] > matrix[impact, urgency]:
            raise _wrong("not_monotone", "a lower priority than for less, for", high_impact, high_urgency)


def _wrong(code: str, problem: str, impact: str, urgency: str) -> WrongInput:
    text = problem + " impact {impact!r} with urgency {urgency!r}"
    return WrongInput(code, text, impact=impact, urgency=urgency)
