"""Beheer of Onderhoud: looked at and moved on by its steps; what it has to fit in is kept here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from changes.maintenance_doors import DOORS
from changes.models import (
    CalendarFeed,
    Freeze,
    Maintenance,
    MaintenancePattern,
    ServiceDependency,
    SubcontractorUpdate,
)
from desk.acts import GuardedAdmin
from desk.case_admin import CaseKeeper


@admin.register(Maintenance)
class MaintenanceKeeper(CaseKeeper):
    doors = DOORS
    list_display = ("number", "title", "kind", "state", "starts_at", "ends_at", "has_impact", "announced_at")
    list_filter = ("state", "kind", "services")
    date_hierarchy = "starts_at"
    search_fields = ("number", "title")
    fields = (
        *list_display, "services", "description", "reason", "change", "release", "pattern", "planned_by", "made_way_for",
        "began_at", "finished_at", "trail",
    )  # fmt: skip


@admin.register(MaintenancePattern)
class MaintenancePatternKeeper(GuardedAdmin):
    list_display = ("title", "service", "first_on", "weeks", "starts", "ends", "has_impact", "is_active")
    list_filter = ("is_active", "service")
    list_select_related = ("service",)
    search_fields = ("title",)


@admin.register(ServiceDependency)
class ServiceDependencyKeeper(GuardedAdmin):
    list_display = ("service", "depends_on")
    list_select_related = ("service", "depends_on")


@admin.register(Freeze)
class FreezeKeeper(GuardedAdmin):
    list_display = ("why", "starts_at", "ends_at", "service")
    list_select_related = ("service",)
    search_fields = ("why",)


@admin.register(SubcontractorUpdate)
class SubcontractorUpdateKeeper(GuardedAdmin):
    list_display = ("party", "product", "release", "is_critical", "released_on", "due_on", "installed_on")
    list_filter = ("is_critical", ("installed_on", admin.EmptyFieldListFilter))
    search_fields = ("party", "product", "release")
    readonly_fields = ("due_on",)


@admin.register(CalendarFeed)
class CalendarFeedKeeper(GuardedAdmin):
    """The addresses themselves are not shown; taking one away makes it stop working."""

    list_display = ("user", "whose", "created_at")
    list_select_related = ("user__contact__contractant",)
    search_fields = ("user__name",)

    @admin.display(description=_("contractant"))
    def whose(self, feed: CalendarFeed) -> str:
        contact = getattr(feed.user, "contact", None)
        return str(contact.contractant) if contact else "–"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
