"""Beheer of this app: that of its parts together, and what reports are made of, to look at."""

from __future__ import annotations

from django.contrib import admin

from desk.acts import ReadOnlyAdmin
from reports.models import Unavailability
from reports.monthly import admin as monthly  # noqa: F401 - registers itself
from reports.performance import admin as performance  # noqa: F401 - registers itself


@admin.register(Unavailability)
class UnavailabilityKeeper(ReadOnlyAdmin):
    list_display = (
        "service", "started_at", "ended_at", "extent", "source", "reason", "recorded_by", "recorded_at", "replaces",
    )  # fmt: skip
    list_filter = ("source", "reason", "extent", "service")
    list_select_related = ("service", "recorded_by", "replaces")
    search_fields = ("melding__number", "maintenance__number")
