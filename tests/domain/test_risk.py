"""SLA 12.2: the risk of a Problem from likelihood and impact."""

from itertools import pairwise, product

import pytest

from domain.errors import WrongInput
from domain.risk import IMPACTS, LIKELIHOODS, MATRIX, RISKS, assess

TABLE = """
           large medium small
likely       1     2      3
possible     2     3      4
unlikely     3     4      4
"""


def test_the_matrix() -> None:
    header, *rows = (line.split() for line in TABLE.strip().splitlines())
    for likelihood, *cells in rows:
        for impact, risk in zip(header, cells, strict=True):
            assert assess(likelihood, impact) == int(risk)
    assert len(MATRIX) == len(LIKELIHOODS) * len(IMPACTS)
    assert set(MATRIX.values()) == set(RISKS)


def test_more_likelihood_or_more_impact_is_never_less_risk() -> None:
    for likelihood, (more, less) in product(LIKELIHOODS, pairwise(IMPACTS)):
        assert assess(likelihood, more) <= assess(likelihood, less)
    for (more, less), impact in product(pairwise(LIKELIHOODS), IMPACTS):
        assert assess(more, impact) <= assess(less, impact)


def test_an_unknown_likelihood_is_refused() -> None:
    with pytest.raises(WrongInput, match="likelihood 'certain' with impact 'large'"):
        assess("certain", "large")
