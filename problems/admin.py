"""Problems in Beheer: to look at, with the steps of their life as buttons."""

from __future__ import annotations

from django.contrib import admin

from desk.case_admin import CaseKeeper
from problems.doors import PROBLEM
from problems.models import Problem


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
