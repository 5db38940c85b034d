"""Beheer of complaints: those that one may see, with their steps; and the target times."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from complaints.doors import DOORS
from complaints.models import Complaint, ComplaintAttachment, ComplaintTarget
from desk.acts import GuardedAdmin, ReadOnlyAdmin
from desk.case_admin import CaseKeeper
from desk.models import User


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
class ComplaintTargetKeeper(GuardedAdmin):
    """A step without a row has the shipped figure (docs/readings.md)."""

    list_display = ("step", "working_days")


@admin.register(ComplaintAttachment)
class ComplaintAttachmentKeeper(ReadOnlyAdmin):
    """Which files there are with the complaints that one may see; they are opened on the page of the complaint."""

    list_display = ("name", "content_type", "size", "visibility", "complaint", "author", "at")
    list_filter = ("visibility",)
    list_select_related = ("complaint", "author")
    ordering = ("-at", "-id")
    search_fields = ("name", "complaint__number")
    fields = ("name", "content_type", "size", "sha256", "visibility", "complaint", "author", "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ComplaintAttachment]:
        assert isinstance(request.user, User)
        rows: Any = ComplaintAttachment.objects.all()
        found: QuerySet[ComplaintAttachment] = rows.visible_to(request.user)
        return found
