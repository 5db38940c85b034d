"""What the notices about Onderhoud are called, and what their texts may say; all of them are always sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe
from desk.notices.kinds import Words
from incidents import notice_kinds

OWN = (
    "name", "number", "title", "description", "services", "day", "when", "before", "impact", "message", "urgent",
    "desk_link", "portal_link",
)  # fmt: skip


def words(context: Mapping[str, Any]) -> Words:
    return {name: str(context.get(name) or "") for name in OWN}


def sample(turns: frozenset[str]) -> dict[str, Any]:
    made = notice_kinds.sample(turns | {"portal_link"})
    return {
        **made, "number": "O26-00012", "title": gettext("Nieuwe certificaten"), "services": "Dienst MDO",
        "description": gettext("Wij vervangen de certificaten van de koppelingen."),
        "day": gettext("woensdag 1 juli 2026"), "when": gettext("woensdag 1 juli 2026, 20:00 – 22:00"),
        "before": gettext("dinsdag 30 juni 2026, 20:00"), "impact": gettext("De dienst is dan niet of beperkt beschikbaar."),
        "urgent": "O26-00013", "message": made["message"] if "message" in turns else "",
    }  # fmt: skip


MAINTENANCE = Kind("", "", sample=sample, words=words)
describe(
    MAINTENANCE.like("maintenance_announced", _("Onderhoud aangekondigd"), needs=frozenset({"when"})),
    MAINTENANCE.like("maintenance_moved", _("Onderhoud verplaatst"), needs=frozenset({"when"}), turns=("message",)),
    MAINTENANCE.like("maintenance_started", _("Onderhoud begonnen zonder aankondiging")),
    MAINTENANCE.like("maintenance_cancelled", _("Onderhoud vervallen"), turns=("message",)),
    MAINTENANCE.like("maintenance_pushed_aside", _("Onderhoud opzijgezet")),
    MAINTENANCE.like("maintenance_new_date", _("Nieuwe datum gevraagd voor opzijgezet onderhoud")),
)  # fmt: skip
