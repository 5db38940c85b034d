"""Attacks on the running desk: each is refused, and each leaves a trace.

What else of the kind is tried in more depth: addresses of webhooks in `tests/webhooks/test_sending.py`, files in
`tests/files/test_uploads.py`, mail in `tests/mail`, every address by strangers in `tests/gate`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db.models import Max

from desk.models.audit import AuditRecord
from tests.redteam.attacks import connection, entering, files, given, reading, sending
from tests.redteam.scene import ATTACKS, Attack, Scene, scene, traces

pytestmark = pytest.mark.django_db


class Listener(logging.Handler):
    def __init__(self, into: list[logging.LogRecord]) -> None:
        super().__init__()
        self.into = into

    def emit(self, record: logging.LogRecord) -> None:
        self.into.append(record)


@pytest.fixture
def stage(db: None) -> Iterator[Scene]:
    cache.clear()
    made = scene()
    listener, loggers = (
        Listener(made.lines),
        [logging.getLogger(name) for name in ("django", "desk", "incidents")],
    )
    for logger in loggers:
        logger.addHandler(listener)
    yield made
    for logger in loggers:
        logger.removeHandler(listener)


def test_there_are_forty() -> None:
    assert len({kind.__name__ for kind in (connection, entering, files, given, reading, sending)}) == 6
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize(("tried", "trace"), ATTACKS)
def test_it_is_refused_and_leaves_a_trace(stage: Scene, tried: Attack, trace: str) -> None:
    since = AuditRecord.objects.aggregate(newest=Max("pk"))["newest"] or 0
    stage.lines.clear()
    tried(stage)
    assert trace in traces(stage, since)
