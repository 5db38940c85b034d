"""What the notices about requests of data subjects are called."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe


def sample(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up request."""
    return {
        "case": SimpleNamespace(number="G26-00002"), "contractant": "Streekziekenhuis Oost",
        "right": gettext("inzage"), "due": gettext("donderdag 18 juni 2026, 17:00") if "due" in turns else "",
        "desk_link": settings.SITE_URL + "/privacy/verzoeken/G26-00002/",
        "portal_link": settings.SITE_URL + "/portaal/verzoeken/G26-00002/",
    }  # fmt: skip


REQUEST = Kind("", "", sample=sample)
describe(
    REQUEST.like("data_request_new", _("Verzoek van een betrokkene, om door te sturen"), turns=("due",)),
    REQUEST.like(
        "data_request_passed_on", _("Verzoek van een betrokkene, aan de verwerkingsverantwoordelijke")
    ),
    REQUEST.like("data_request_instructed", _("Opdracht bij een verzoek van een betrokkene"), turns=("due",)),
    REQUEST.like("data_request_carried_out", _("Opdracht bij een verzoek van een betrokkene uitgevoerd")),
    REQUEST.like(
        "data_request_warning", _("Verzoek van een betrokkene: de termijn loopt af"), turns=("due",)
    ),
    REQUEST.like(
        "data_request_breach", _("Verzoek van een betrokkene: de termijn is verstreken"), turns=("due",)
    ),
)
