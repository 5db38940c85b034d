"""What the notices about escalations are called, and what their texts may say; all of them are always sent."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe
from desk.notices.kinds import Words
from desk.permissions import Role
from incidents import notice_kinds
from incidents.models import Reason

GIVEN = ("name", "actor", "reason", "role", "words", "desk_link", "portal_link", "sender")


def words(context: Mapping[str, Any]) -> Words:
    """What a changed text may use, as flat text; a word without value is empty."""
    case, melding = context["case"], context["melding"]
    given = {name: str(context.get(name) or "") for name in GIVEN}
    lines = render_to_string("notices/_phone.txt", dict(context)).strip()
    return {**given, "number": case.number, "melding": melding.number, "subject": str(melding.subject),
            "priority": str(melding.priority), "contractant": str(melding.contractant or ""), "phone_lines": lines}  # fmt: skip


def sample(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up escalation of the made-up Melding."""
    made = notice_kinds.sample(turns | {"portal_link"})
    link = settings.SITE_URL + "/escalaties/E26-00012/"
    return {
        **made, "melding": made["case"], "case": SimpleNamespace(number="E26-00012"), "words": made["message"],
        "reason": Reason.CONTENT.label, "role": Role.PRODUCT_MANAGER.label, "desk_link": link,
        "event": SimpleNamespace(at=made["event"].at, data={}, actor=made["actor"]),
    }  # fmt: skip


ESCALATION = Kind("", "", sample=sample, words=words)
describe(
    ESCALATION.like("escalation_started", _("Escalatie, aan het echelon")),
    ESCALATION.like("escalation_joined", _("Nog een reden, aan het echelon")),
    ESCALATION.like("escalation_raised", _("Escalatie doorgezet, aan het echelon")),
    ESCALATION.like("escalation_accepted", _("Antwoord op de escalatie geaccepteerd")),
    ESCALATION.like("escalation_withdrawn", _("Escalatie ingetrokken, aan het echelon")),
    ESCALATION.like("escalation_started_contact", _("Escalatie, aan de contractant")),
    ESCALATION.like("escalation_raised_contact", _("Escalatie doorgezet, aan de contractant")),
    ESCALATION.like("escalation_answered", _("Antwoord op de escalatie"), needs=frozenset({"words"})),
    ESCALATION.like("escalation_settled", _("Escalatie afgesloten"), needs=frozenset({"words"})),
    ESCALATION.like("escalation_withdrawn_contact", _("Escalatie ingetrokken, aan de contractant")),
)
