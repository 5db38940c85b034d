"""What the demo shows of the reports."""

from __future__ import annotations

from collections.abc import Iterator

from incidents.demo.stage import Scene, Stage
from reports.availability import demo as availability
from reports.monthly import demo as monthly
from reports.performance import demo as performance
from reports.whatif import demo as whatif


def scenes(stage: Stage) -> Iterator[Scene]:
    yield from availability.scenes(stage)
    yield from performance.scenes(stage)
    yield from monthly.scenes(stage)
    yield from whatif.scenes(stage)
