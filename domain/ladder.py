"""The escalation ladder (SLA 4.4): who is asked next, and when the clock asks by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rung:
    """One echelon: the role that acts, who faces it, and what calls it without anybody's asking."""

    level: int
    role: str
    counterpart: str
    counterpart_role: str
    percent: int | None
    unacknowledged_minutes: int | None


Ladder = Sequence[Rung]


def rung(ladder: Ladder, level: int) -> Rung | None:
    return next((one for one in ladder if one.level == level), None)


def rank(ladder: Ladder, role: str) -> int:
    """The highest echelon of `role`; 0 for who stands on none, such as a contractant."""
    return max((one.level for one in ladder if one.role == role), default=0)


def above(ladder: Ladder, level: int) -> int:
    """One echelon up, and never beyond the last."""
    return min(level + 1, ladder[-1].level)


def percents(ladder: Ladder) -> Iterator[int]:
    return (one.percent for one in ladder if one.percent is not None)


def called_by_percent(ladder: Ladder, percent: int) -> Rung | None:
    return next((one for one in ladder if one.percent == percent), None)


def called_by_silence(ladder: Ladder, minutes: int) -> Rung | None:
    return next((one for one in ladder if one.unacknowledged_minutes == minutes), None)
