"""An archive that the privacy officer had made, and that the hoofdcontactpersoon has fetched."""

from __future__ import annotations

from collections.abc import Iterator

from incidents.demo.stage import Scene, Stage
from privacy.handover import actions
from privacy.handover.making import attempt


def scenes(stage: Stage) -> Iterator[Scene]:
    yield _handed_over(stage)


def _handed_over(stage: Stage) -> Scene:
    hanneke = stage.cast.contacts["Hanneke Bos"]
    yield (at := stage.workdays_ago(2, "14:20"))
    made = actions.make_handover(hanneke.contractant, by=stage.cast.staff["Oscar"], at=at)
    attempt(made, at)
    yield (at := stage.workdays_ago(1, "09:40"))
    actions.fetch(made, by=hanneke.user, at=at)
