"""Beheer of complaints: those that one may see, with their steps; and the target times."""

from __future__ import annotations

from django.contrib import admin

from complaints.doors import DOORS
from complaints.models import Complaint, ComplaintTarget
from desk.case_admin import CaseKeeper


@admin.register(Complaint)
class ComplaintKeeper(CaseKeeper):
    doors = DOORS
    list_display = ("number", "subject", "contractant", "about", "state", "assignee", "due_at")
    list_filter = ("state", "about")
    search_fields = ("number", "subject", "contractant__name")
    fields = ("number", "state", "subject", "description", "contractant", "contact", "about", "service",
              "received_at", "registered_by", "assignee", "manager", "solution", "solution_accepted_at",
              "due_step", "due_at", "ended_at", "trail")  # fmt: skip


@admin.register(ComplaintTarget)
class ComplaintTargetKeeper(admin.ModelAdmin[ComplaintTarget]):
    """A step without a row has the shipped figure (docs/readings.md)."""

    list_display = ("step", "working_days")
