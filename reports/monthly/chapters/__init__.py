"""The chapters of a report, the conclusion first; each says in words what its figures mean."""

from __future__ import annotations

from collections.abc import Sequence

from reports.monthly.chapters import (
    availability,
    conclusion,
    continuity,
    corrections,
    incidents,
    norm,
    performance,
    work,
)
from reports.monthly.document import Chapter
from reports.monthly.shape import Correction, Report


def of(data: Report, found: Sequence[Correction] | None = None) -> list[Chapter]:
    """In the current language, from the data alone. `found` are corrections, None where it is not published yet."""
    told = [
        conclusion.chapter(data), availability.chapter(data), norm.chapter(data), incidents.chapter(data),
        performance.chapter(data), work.releases(data), work.maintenance(data), incidents.trend(data),
        incidents.structural(data), continuity.chapter(data), incidents.complaints(data),
    ]  # fmt: skip
    return told if found is None else [*told, corrections.chapter(found)]
