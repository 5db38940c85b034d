"""Reading structural failures (art. 2.12)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from desk.models import User
from desk.paging import Key
from incidents.models import StructuralFailure
from incidents.models.structural import FailureState

NEWEST = (Key("quarter", descending=True), Key("id", descending=True))


def visible(user: User) -> Any:
    rows: Any = StructuralFailure.objects.all()
    return rows.visible_to(user).select_related("contractant", "service", "talk", "requested_by")


def open_ones(user: User) -> Any:
    """Those over which the talk was not held yet."""
    return visible(user).exclude(state=FailureState.CLOSED)


# What follows the name of who did it.
SENTENCES: dict[str, Any] = {
    "detect": lambda event: _("heeft vastgesteld dat de afspraken structureel niet zijn gehaald."),
    "add_evidence": lambda event: _("heeft meldingen toegevoegd aan het bewijs."),
    "request_talk": lambda event: _("heeft het verzoek om overleg vastgelegd."),
    "plan_talk": lambda event: _("heeft het overleg gepland."),
    "record_outcome": lambda event: _("heeft de uitkomst van het overleg vastgelegd."),
}
