"""Beheer of escalations: to look at; they are acted on at their own page."""

from __future__ import annotations

from django.contrib import admin

from desk.acts import ReadOnlyAdmin
from incidents.models import Escalation


@admin.register(Escalation)
class EscalationKeeper(ReadOnlyAdmin):
    list_display = (
        "number",
        "melding",
        "reason",
        "level",
        "role",
        "state",
        "started_by",
        "started_at",
        "ended_at",
    )
    list_filter = ("state", "reason", "role")
    list_select_related = ("melding", "started_by")
    search_fields = ("number", "melding__number")
    fields = (*list_display, "expected_priority")

    def view_on_site(self, obj: Escalation) -> str:
        return obj.get_absolute_url()
