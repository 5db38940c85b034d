"""Attacks on the running desk: each is refused, and each leaves the trace that it names.

What else of the kind is tried in more depth: addresses of webhooks in `tests/webhooks/test_sending.py`, files in
`tests/files/test_uploads.py`, mail in `tests/mail`, every address by strangers in `tests/gate`, a body in chunks in
`tests/setup/test_limits.py`, the cookies of a production desk in `tests/setup/test_production.py`. Whoever sends one byte
a second is for the proxy in front, that reads a request whole before it passes it on (docs/operations.md).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.redteam.attacks import connection, entering, files, given, machines, reading, sending
from tests.redteam.scene import ATTACKS, Attack, Scene, Trace, left, now_there, scene

pytestmark = pytest.mark.django_db
KINDS = (connection, entering, files, given, machines, reading, sending)


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


def test_there_are_more_than_forty_of_every_kind() -> None:
    modules = {param.values[0].__module__ for param in ATTACKS}
    assert modules == {kind.__name__ for kind in KINDS}
    assert len(ATTACKS) > 60


@pytest.mark.parametrize(("tried", "traces"), ATTACKS)
def test_it_is_refused_and_leaves_its_trace(stage: Scene, tried: Attack, traces: tuple[Trace, ...]) -> None:
    since = now_there(stage)
    tried(stage)
    assert [one for one in traces if not one.is_left(stage, since)] == [], left(since)
