"""The Problem and what belongs to it."""

from problems.models.kinds import Impact, Likelihood, Origin, ProblemState, Risk, SolutionKind
from problems.models.problem import Problem
from problems.models.record import ProblemAction, ProblemMessage, ProblemMoment, ProblemUse
from problems.models.trend import TrendMonth, TrendSignal

__all__ = [
    "Impact", "Likelihood", "Origin", "Problem", "ProblemAction", "ProblemMessage", "ProblemMoment",
    "ProblemState", "ProblemUse", "Risk", "SolutionKind", "TrendMonth", "TrendSignal",
]  # fmt: skip
