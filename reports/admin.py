"""What reports are made of, in Beheer: to look at."""

from __future__ import annotations

from django.contrib import admin

from desk.acts import ReadOnlyAdmin
from reports.models import Unavailability


@admin.register(Unavailability)
class UnavailabilityKeeper(ReadOnlyAdmin):
    list_display = (
        "service", "started_at", "ended_at", "extent", "source", "reason", "recorded_by", "recorded_at", "replaces",
    )  # fmt: skip
    list_filter = ("source", "reason", "extent", "service")
    list_select_related = ("service", "recorded_by", "replaces")
    search_fields = ("melding__number", "maintenance__number")
