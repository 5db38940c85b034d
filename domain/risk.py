"""The risk of a Problem for the Diensten, from likelihood and impact (SLA 12.2)."""

from collections.abc import Mapping

from domain.errors import WrongInput

LIKELIHOODS = ("likely", "possible", "unlikely")  # again within a week, within a quarter, later or never
IMPACTS = (
    "large",
    "medium",
    "small",
)  # several contractants or business-critical, one contractant, a few users
RISKS = (1, 2, 3, 4)  # very high, high, medium, low: the order in which Problems are analysed

Matrix = Mapping[tuple[str, str], int]

MATRIX: Matrix = {
    ("likely", "large"): 1, ("likely", "medium"): 2, ("likely", "small"): 3,
    ("possible", "large"): 2, ("possible", "medium"): 3, ("possible", "small"): 4,
    ("unlikely", "large"): 3, ("unlikely", "medium"): 4, ("unlikely", "small"): 4,
}  # fmt: skip


def assess(likelihood: str, impact: str) -> int:
    """The risk, 1 (very high) to 4 (low); an unknown likelihood or impact raises `WrongInput`."""
    if (likelihood, impact) not in MATRIX:
        raise WrongInput(
            "unknown_cell", "there is no risk for likelihood {likelihood!r} with impact {impact!r}",
            likelihood=likelihood, impact=impact,
        )  # fmt: skip
    return MATRIX[likelihood, impact]
