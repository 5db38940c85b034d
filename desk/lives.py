"""The life of each kind of case, drawn from the transitions that its model declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import translation

from desk.doors import steps_of
from desk.models import Case

ANYWHERE = "*"


def document() -> str:
    """docs/lives.md, whole: one state diagram for each kind of case, in the source language of the desk."""
    with translation.override("nl"):
        parts = [HEAD, *(_part(kind) for kind in sorted(Case.kinds(), key=lambda kind: kind.case_type))]
    return "\n".join(parts)


HEAD = """# The lives of the cases

Drawn by `manage.py draw_lives` from the transitions that the models declare; a test fails when this is out of date.
Steps that leave the state as it is stand below each picture.
"""


def _part(kind: type[Case]) -> str:
    lines = [f"## {str(kind._meta.verbose_name).capitalize()}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {line}" for line in _drawn(kind)]
    lines += ["```", ""]
    if stays := ", ".join(f"`{verb}`" for verb, step in steps_of(kind).items() if step.target is None):
        lines += [f"Without a change of state: {stays}.", ""]
    return "\n".join(lines)


def _drawn(kind: type[Case]) -> Iterator[str]:
    meta: Any = kind._meta
    field = meta.get_field("state")
    states = {str(value): str(label) for value, label in field.choices or []}
    yield from (f"{value} : {label}" for value, label in states.items())
    yield f"[*] --> {field.get_default()}"
    seen = set()
    for step in field.get_all_transitions(kind):
        if step.target is None:
            continue
        for source in states if step.source == ANYWHERE else [str(step.source)]:
            arrow = f"{source} --> {step.target} : {step.name}"
            if arrow not in seen:
                seen.add(arrow)
                yield arrow
