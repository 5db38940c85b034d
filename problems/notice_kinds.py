"""What the notices about Problems are called, and what their texts may say."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe
from desk.notices.kinds import Words
from incidents import notice_kinds


def words(context: Mapping[str, Any]) -> Words:
    """What a changed text may use, as flat text; a word without value is empty."""
    case = context["case"]
    given = {
        name: str(context.get(name) or "") for name in ("name", "actor", "risk", "desk_link", "portal_link")
    }
    return {
        **given, "number": case.number, "title": case.title, "service": str(case.service or ""),
        "public_title": case.public_title, "advice": case.advice,
    }  # fmt: skip


def sample(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up Problem."""
    made = notice_kinds.sample(turns | {"portal_link"})
    case = SimpleNamespace(
        number="P26-00012", title="Dossier opent leeg", service="Dienst MDO", public_title="Dossier opent leeg",
        advice="Sluit het dossier en open het opnieuw.",
    )  # fmt: skip
    link = settings.SITE_URL + "/problemen/P26-00012/"
    event = SimpleNamespace(at=made["event"].at, data={}, actor=made["actor"])
    return {**made, "case": case, "risk": "hoog", "desk_link": link, "event": event}


PROBLEM = Kind("", "", sample=sample, words=words)
describe(
    PROBLEM.like("problem_assigned", _("Probleem toegewezen"), group="own_work"),
    PROBLEM.like("problem_published", _("Bekend probleem, aan de contractant"), needs=frozenset({"advice"})),
    PROBLEM.like("problem_solved", _("Bekend probleem opgelost, aan de contractant")),
)
