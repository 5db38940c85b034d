"""The people of a contractant, in the portal."""

from __future__ import annotations

from typing import Any

from incidents.models import Melding
from tests.gate.kinds import Corner


def mark(melding: Melding) -> dict[str, Any]:
    assert melding.contact
    return {"contact_id": melding.contact.pk}


CORNER = Corner(
    unknown={"contact_id": "999997"}, mark=mark, for_contacts=frozenset({"contractants:contacts"})
)
