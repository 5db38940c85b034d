"""What the demo shows of the reports."""

from __future__ import annotations

from collections.abc import Iterator

from incidents.demo.stage import Scene, Stage
from reports.performance import demo as performance


def scenes(stage: Stage) -> Iterator[Scene]:
    yield from performance.scenes(stage)
