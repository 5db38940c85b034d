"""Beheer of reports, and of what is recorded about back-ups and recovery (SLA 7.5, 7.6, 13)."""

from __future__ import annotations

from django.contrib import admin

from desk.acts import GuardedAdmin, ReadOnlyAdmin
from desk.case_admin import CaseKeeper
from reports.models import Backup, Correction, RecoveryTest, ServiceLevelReport
from reports.monthly.doors import DOORS


@admin.register(ServiceLevelReport)
class ReportKeeper(CaseKeeper):
    doors = DOORS
    list_display = ("number", "month", "service", "contractant", "state", "published_at")
    list_filter = ("state", "service")
    date_hierarchy = "month"
    search_fields = ("number", "contractant__name")
    fields = ("number", "state", "month", "service", "contractant", "made_at", "reviewed_by", "reviewed_at",
              "published_by", "published_at", "sha256", "trail")  # fmt: skip


@admin.register(Correction)
class CorrectionKeeper(ReadOnlyAdmin):
    list_display = ("report", "found_at", "path", "published", "value")
    list_select_related = ("report",)
    search_fields = ("report__number", "path")
    date_hierarchy = "found_at"


@admin.register(Backup)
class BackupKeeper(GuardedAdmin):
    """Machines report them; by hand only what a machine could not."""

    list_display = ("service", "kind", "at", "outcome", "size")
    list_filter = ("service", "kind", "outcome")
    list_select_related = ("service",)
    date_hierarchy = "at"


@admin.register(RecoveryTest)
class RecoveryTestKeeper(GuardedAdmin):
    list_display = ("service", "on", "outcome", "rpo_hours", "rto_hours")
    list_filter = ("service", "outcome")
    list_select_related = ("service",)
    filter_horizontal = ("contractants",)
