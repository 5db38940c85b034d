"""Beheer of security incidents: to look at; and the ladder of the 24 hours."""

from __future__ import annotations

from django.contrib import admin

from desk.acts import GuardedAdmin
from desk.case_admin import CaseKeeper
from privacy.breach.doors import DOORS
from privacy.models import BreachRung, SecurityIncident


@admin.register(SecurityIncident)
class SecurityIncidentKeeper(CaseKeeper):
    """To look at alone: the pages have the steps, with all that belongs to them."""

    doors = DOORS
    list_display = ("number", "subject", "state", "aspect", "known_at", "due_at", "informed_at")
    list_filter = ("state", "aspect", "is_breach")
    search_fields = ("number", "subject")
    fields = ("number", "state", "subject", "description", "aspect", "melding", "known_at", "due_at", "informed_at", "is_breach",
              "risk", "deviation", "effects", "measures", "lessons", "ended_at", "trail")  # fmt: skip

    def acts(self, request: object, row: object) -> list[object]:  # type: ignore[override]
        return []


@admin.register(BreachRung)
class BreachRungKeeper(GuardedAdmin):
    list_display = ("percent", "role")
