"""What the notices about security incidents are called, and what their texts may say; all of them are always sent."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe
from desk.notices.kinds import Words
from privacy.models import LETTER

GIVEN = (
    "name",
    "due",
    "percent",
    "passed_at",
    "desk_link",
    "portal_link",
    "unreachable",
    "phone",
    "action_due",
    "words",
)


def words(context: Mapping[str, Any]) -> Words:
    """What a changed text may use, as flat text; a word without value is empty."""
    return {**{name: str(context.get(name) or "") for name in GIVEN}, "number": context["case"].number}


def sample(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up incident."""
    return {
        "case": SimpleNamespace(number="B26-00002"), "name": "Noor Verhagen", "due": gettext("donderdag 18 juni 2026"),
        "percent": 75, "passed_at": gettext("dinsdag 16 juni, 14:05"), "desk_link": settings.SITE_URL + "/privacy/incidenten/B26-00002/",
        "portal_link": settings.SITE_URL + "/portaal/beveiliging/", "unreachable": "Thijs Wolters",
        "phone": "030 012 01 23" if "phone" in turns else "", "action_due": "2026-06-30",
        "words": gettext("Wij informeren u over een beveiligingsincident."),
    }  # fmt: skip


BREACH = Kind("", "", sample=sample, words=words)
describe(
    BREACH.like("breach_opened", _("Beveiligingsincident geopend")),
    BREACH.like("breach_warning", _("Beveiligingsincident: de 24 uur lopen af")),
    BREACH.like("breach_late", _("Beveiligingsincident: de 24 uur zijn voorbij")),
    BREACH.like("breach_to_approve", _("Brieven over een beveiligingsincident, om goed te keuren")),
    BREACH.like("breach_phone", _("Brief over een beveiligingsincident komt niet aan"), turns=("phone",)),
    BREACH.like("breach_answer", _("Antwoord op een brief over een beveiligingsincident")),
    BREACH.like("breach_action", _("Actie na een beveiligingsincident")),
    BREACH.like("breach_access", _("Toegang tot een beveiligingsincident")),
    BREACH.like("breach_reassess", _("Beveiligingsincident wordt opnieuw beoordeeld")),
    BREACH.like("breach_informed", _("Beveiligingsincident: allen geïnformeerd")),
    BREACH.like(LETTER, _("Brief aan een verwerkingsverantwoordelijke"), needs=frozenset({"words"})),
)
