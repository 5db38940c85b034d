"""Beheer of the roster. Shifts change on the page of the roster, where the trail is kept; the pattern here."""

from __future__ import annotations

from desk.acts import GuardedAdmin, ReadOnlyAdmin


class ShiftKeeper(ReadOnlyAdmin):
    list_display = ("starts_at", "ends_at", "person", "duty", "note")
    list_filter = ("duty",)
    list_select_related = ("person",)
    date_hierarchy = "starts_at"
    search_fields = ("person__name", "note")


class DutyTurnKeeper(GuardedAdmin):
    list_display = ("week", "weekday", "person")
    list_select_related = ("person",)
