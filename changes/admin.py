"""Beheer of Changes and Releases: to look at, with their steps as buttons; standard changes are kept here (SLA 10.1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from changes import admin_maintenance, doors  # noqa: F401 - registers itself
from changes.models import Change, Release, ReleaseUse, StandardChange
from desk.acts import GuardedAdmin, ReadOnlyAdmin
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


@admin.register(ReleaseUse)
class ReleaseUseKeeper(ReadOnlyAdmin):
    """Which Release each contractant uses and used (art. 5.2); recorded on the page of the contractant."""

    list_display = ("contractant", "release_name", "since", "recorded_by", "recorded_at")
    list_filter = ("service",)
    list_select_related = ("contractant", "release__service", "recorded_by")
    search_fields = ("contractant__name", "release__number", "release__name")
    fields = ("contractant", "service", "release", "since", "recorded_by", "recorded_at")

    @admin.display(description=_("release"), ordering="release")
    def release_name(self, row: ReleaseUse) -> str:
        return row.release.title


@admin.register(StandardChange)
class StandardChangeKeeper(GuardedAdmin):
    list_display = ("name", "service")
    list_filter = ("service",)
