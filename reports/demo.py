"""What the demo shows of the reports."""

from __future__ import annotations

from collections.abc import Iterator

from incidents.demo.stage import Scene, Stage
from reports.whatif import demo as whatif


def scenes(stage: Stage) -> Iterator[Scene]:
    yield from whatif.scenes(stage)
