"""The norm in the API, which counts for a contact the Meldingen of its own contractant alone."""

from __future__ import annotations

from tests.gate.kinds import Corner

CORNER = Corner(unknown={}, mark=lambda melding: {}, for_contacts=frozenset({"api:norm"}))
