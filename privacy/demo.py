"""Privacy in the demo: each capability gives scenes of its own."""

from __future__ import annotations

from incidents.demo.stage import Scene, Stage
from privacy.breach import demo as breach
from privacy.handover import demo as handover
from privacy.registers import demo as registers


def scenes(stage: Stage) -> list[Scene]:
    return [*breach.scenes(stage), *registers.scenes(stage), *handover.scenes(stage)]
