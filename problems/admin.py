"""Problems in Beheer: to look at, with the steps of their life as buttons."""

from __future__ import annotations

from django.contrib import admin

from desk.acts import ReadOnlyAdmin
from desk.case_admin import CaseKeeper
from problems.doors import PROBLEM
from problems.models import Problem, TrendMonth, TrendSignal


@admin.register(Problem)
class ProblemKeeper(CaseKeeper):
    doors = PROBLEM
    list_display = ("number", "title", "risk", "state", "service", "owner", "use_count", "published_at")
    list_filter = ("state", "risk", "origin", "is_known_error", "service")
    list_select_related = ("service", "owner")
    search_fields = ("number", "title", "meldingen__number")
    fields = (
        *list_display, "description", "origin", "likelihood", "impact", "cause", "factors", "workaround",
        "is_known_error", "public_title", "advice", "solution_kind", "solution_reference", "solution",
        "identified_at", "solved_at", "trail",
    )  # fmt: skip


@admin.register(TrendMonth)
class TrendMonthKeeper(ReadOnlyAdmin):
    list_display = ("month", "created_at")


@admin.register(TrendSignal)
class TrendSignalKeeper(ReadOnlyAdmin):
    list_display = ("__str__", "direction", "rule", "decision", "decided_by", "decided_at", "problem")
    list_filter = ("decision", "direction", "dimension")
    list_select_related = ("decided_by", "problem")
