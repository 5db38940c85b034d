"""Beheer of escalations and structural failures: to look at; they are acted on at their own page."""

from __future__ import annotations

from django.contrib import admin

from desk.acts import ReadOnlyAdmin
from incidents.admin_sight import OfMelding
from incidents.models import Escalation, StructuralFailure


@admin.register(Escalation)
class EscalationKeeper(OfMelding):
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


@admin.register(StructuralFailure)
class StructuralFailureKeeper(ReadOnlyAdmin):
    list_display = (
        "number",
        "contractant",
        "quarter_name",
        "ground",
        "service",
        "state",
        "requested_at",
        "talk",
    )
    list_filter = ("state", "ground", "quarter")
    list_select_related = ("contractant", "service", "talk__service")
    search_fields = ("number", "contractant__name")
    fields = (*list_display, "request", "requested_by", "meldingen", "detected_at")

    def view_on_site(self, obj: StructuralFailure) -> str:
        return obj.get_absolute_url()
