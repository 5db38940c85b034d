"""When something that happens now and then happens too often."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta


def too_often(
    happened: Iterable[tuple[datetime, int]], times: int, within: timedelta
) -> tuple[datetime, datetime] | None:
    """From when until when, first to last, it was `times` or more `within` so long; None where it never was.

    `happened` is how often at each moment, in order of time; moments as far apart as `within` are together still.
    """
    window: deque[tuple[datetime, int]] = deque()
    held, first, last = 0, None, None
    for at, count in happened:
        window.append((at, count))
        held += count
        while at - window[0][0] > within:
            held -= window.popleft()[1]
        if held >= times:
            first, last = first or window[0][0], at
    return (first, last) if first and last else None
