"""What the notices about sub-processors are called; all of them are always sent (VWO 7.2)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe


def sample(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up sub-processor."""
    return {
        "case": SimpleNamespace(number="U26-00001"), "subprocessor": "Rekenhuis Voorbeeld B.V.",
        "task": gettext("hosting van de Dienst"), "country": "Nederland", "until": gettext("dinsdag 23 juni 2026"),
        "contractant": "Streekziekenhuis Oost", "honoured": "ja" if "honoured" in turns else "",
        "answer": gettext("De gegevens blijven versleuteld met onze eigen sleutel."),
        "desk_link": settings.SITE_URL + "/privacy/subverwerkers/U26-00001/",
        "portal_link": settings.SITE_URL + "/portaal/subverwerkers/U26-00001/",
    }  # fmt: skip


ONE = Kind("", "", sample=sample)
describe(
    ONE.like("subprocessor_announced", _("Aankondiging van een subverwerker"), needs=frozenset({"until"})),
    ONE.like("subprocessor_objection", _("Bezwaar tegen een subverwerker")),
    ONE.like("subprocessor_answered", _("Antwoord op een bezwaar tegen een subverwerker"), turns=("honoured",),
             needs=frozenset({"answer"})),
    ONE.like("subprocessor_withdrawn", _("Subverwerker ingetrokken")),
)  # fmt: skip
