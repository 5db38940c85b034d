"""What the notice about a control that found something is called; it is always sent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe


def sample(turns: frozenset[str]) -> dict[str, Any]:
    return {"number": 3}


describe(
    Kind(
        "verification_differs",
        _("Verschil bij de nachtelijke controle"),
        needs=frozenset({"number"}),
        sample=sample,
    )
)
