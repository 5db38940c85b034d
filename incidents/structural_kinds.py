"""What the notices about structural failures are called, and what their texts may say; all of them are always sent."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe
from desk.notices.kinds import Words
from incidents import notice_kinds


def words(context: Mapping[str, Any]) -> Words:
    """What a changed text may use, as flat text; a word without value is empty."""
    case, talk, at = context["case"], context["talk"], context["planned_at"]
    given = {name: str(context.get(name) or "") for name in ("name", "desk_link", "portal_link")}
    return {
        **given, "number": case.number, "contractant": str(case.contractant), "quarter": case.quarter_name,
        "service": str(case.service or ""), "numbers": ", ".join(context["numbers"]),
        "planned_at": date_format(localtime(at), "l j F Y, H:i") if at else "",
        "umbrella": talk.umbrella if talk else "", "outcome": talk.outcome if talk else "",
    }  # fmt: skip


def sample(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up failure with a talk."""
    made = notice_kinds.sample(turns | {"portal_link"})
    talk = SimpleNamespace(umbrella="", with_umbrella=False, outcome=made["message"])
    case = SimpleNamespace(
        number="S26-00003", contractant=made["case"].contractant, quarter_name="2026-Q2", service="Dienst MDO"
    )
    return {**made, "case": case, "talk": talk, "numbers": ["M26-00864"], "planned_at": made["event"].at}


STRUCTURAL = Kind("", "", sample=sample, words=words)
describe(
    STRUCTURAL.like("structural_detected", _("Structureel niet gehaald, aan het management")),
    STRUCTURAL.like("structural_detected_contact", _("Structureel niet gehaald, aan de contractant")),
    STRUCTURAL.like("structural_requested", _("Overleg gevraagd")),
    STRUCTURAL.like("structural_planned", _("Overleg gepland"), needs=frozenset({"planned_at"})),
    STRUCTURAL.like("structural_outcome", _("Uitkomst van het overleg"), needs=frozenset({"outcome"})),
)
