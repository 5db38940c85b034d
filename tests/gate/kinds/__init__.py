"""What each kind of case has at its addresses, for the gate to try: a module here gives a `CORNER`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from incidents.models import Melding


@dataclass(frozen=True)
class Corner:
    """`mark` makes one case beside the foreign Melding, with `tests.gate.test_gate.MARK` in every text, and returns
    what stands in its addresses, by the names of the parts; `unknown` is what such a part is when there is none.
    `for_everybody` and `for_contacts` are the names of the addresses that answer them."""

    unknown: dict[str, str]
    mark: Callable[[Melding], dict[str, Any]]
    for_everybody: frozenset[str] = field(default_factory=frozenset)
    for_contacts: frozenset[str] = field(default_factory=frozenset)


def corners() -> list[Corner]:
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    return [import_module(f"{__name__}.{name}").CORNER for name in names]
