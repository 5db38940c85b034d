"""Who has to agree before a Change is honoured: one table by the risk that its assessment found (SLA 10, 12.3)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.permissions import Role


class Risk(models.TextChoices):
    LOW = "low", _("laag: eenvoudig terug te draaien")
    MEDIUM = "medium", _("gemiddeld: raakt werk van gebruikers")
    HIGH = "high", _("hoog: raakt beschikbaarheid, gegevens of ketenpartners")


APPROVERS: dict[str, tuple[Role, ...]] = {
    Risk.LOW: (Role.PRODUCT_MANAGER,),
    Risk.MEDIUM: (Role.PRODUCT_MANAGER,),
    Risk.HIGH: (Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER),
}
APPROVING = frozenset(role for roles in APPROVERS.values() for role in roles)


def needed(risk: str) -> tuple[Role, ...]:
    """The roles that each approve once; none before it was assessed."""
    return APPROVERS.get(risk, ())
