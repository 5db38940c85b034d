"""Which alarms a rule is about: lines of `label=value` that must all hold.

`|` separates values of which one will do, `*` stands for any text, `!=` for none of these. Capitals do not
matter. A label that an alarm has not counts as empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Matcher:
    """One line."""

    label: str
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, labels: Mapping[str, str]) -> bool:
        given = labels.get(self.label, "").casefold()
        return any(fnmatchcase(given, value) for value in self.values) != self.negated


def parse(text: str) -> tuple[Matcher, ...]:
    """The matchers of `text`, one a line. Raises ValueError with the first line that is none."""
    return tuple(_line(line.strip()) for line in text.splitlines() if line.strip())


def _line(line: str) -> Matcher:
    name, found, values = line.partition("=")
    label = name.removesuffix("!").strip()
    if not found or not label:
        raise ValueError(line)
    # No character classes: a bracket in a value is only a bracket.
    wanted = (value.strip().casefold().replace("[", "[[]") for value in values.split("|"))
    return Matcher(label, tuple(wanted), negated=name.endswith("!"))


def group_key(names: str, labels: Mapping[str, str]) -> str:
    """What alarms of one cause have in common: the values of the labels in `names`, which spaces or commas
    separate. Empty when none is asked for, or when the alarm lacks one: then it stands alone."""
    wanted = names.replace(",", " ").split()
    if not wanted or not all(labels.get(name) for name in wanted):
        return ""
    return " ".join(f"{name}={labels[name]}" for name in wanted)
