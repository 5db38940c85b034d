"""docs/readings.md names switches; each of them exists."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from sla import shipped
from sla.models import CalendarDay, Contract, PolicyVersion, Target

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "readings.md").read_text(encoding="utf-8")


def names() -> set[str]:
    """What a switch may be: a field, a choice, a calendar, or a line of the shipped files."""
    fields = {field.name for model in (PolicyVersion, Target, Contract) for field in model._meta.fields}
    choices = {*Target.Unit.values, *CalendarDay.Origin.values, '"always"', '"never"'}
    lines = {line for path in shipped.DATA.glob("*.toml") for line in path.read_text().splitlines()}
    return fields | choices | lines | {calendar.slug for calendar in shipped.calendars()} | {"echelons"}


def test_every_switch_exists() -> None:
    known = names()
    for switch in re.findall(r"\*\*Switch\*\*:(.*?)(?:\n- |\n\n)", TEXT, re.DOTALL):
        for name in re.findall(r"`([^`]+)`", switch)[:1]:
            assert name in known or hasattr(settings, name) or (ROOT / name).exists(), name


def test_every_reading_says_what_its_switch_is() -> None:
    sections = [part for part in TEXT.split("\n### ")[1:] if "**Reading**" in part]
    assert len(sections) > 15
    for section in sections:
        assert "**Switch**" in section, section.splitlines()[0]


def test_every_reading_of_a_clause_gives_the_clause() -> None:
    cited = set(re.findall(r"(?:SLA|VWO) [\d.]+\d|VWO 1", TEXT))
    assert {"SLA 2.8", "SLA 2.21", "SLA 2.25", "SLA 4.4", "SLA 9.1", "SLA 9.3", "SLA 10.3", "VWO 1"} <= cited
