"""Beheer of Changes and Releases: to look at, with their steps as buttons; standard changes are kept here (SLA 10.1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from changes import admin_maintenance, doors  # noqa: F401 - registers itself
from changes.models import Change, Release, StandardChange
from desk.case_admin import CaseKeeper
from desk.doors import Doors


@admin.register(Change)
class ChangeKeeper(CaseKeeper):
    doors: ClassVar[Doors[Any]] = doors.CHANGE
    list_display = ("number", "subject", "state", "kind", "service", "contractant", "requested_at", "release")
    list_filter = ("state", "kind", "service", "risk_level")
    search_fields = ("number", "subject", "contractant__name")
    fields = (
        "number", "state", "kind", "subject", "description", "goal", "examples", "service", "contractant", "contact",
        "requested_by", "requested_at", "melding", "problem", "cost", "risk", "risk_level", "benefit", "assessed_by",
        "release", "release_note", "trail",
    )  # fmt: skip


@admin.register(Release)
class ReleaseKeeper(CaseKeeper):
    doors: ClassVar[Doors[Any]] = doors.RELEASE
    list_display = (
        "number",
        "service",
        "name",
        "kind",
        "state",
        "planned_on",
        "released_at",
        "supported_until",
    )
    list_filter = ("state", "kind", "service")
    search_fields = ("number", "name")
    fields = (*list_display, "introduction", "cve_reason", "trail")


@admin.register(StandardChange)
class StandardChangeKeeper(admin.ModelAdmin[StandardChange]):
    list_display = ("name", "service")
    list_filter = ("service",)
