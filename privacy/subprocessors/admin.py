"""Beheer of sub-processors: to look at, with their steps, and the objections to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from desk.acts import ReadOnlyAdmin
from desk.case_admin import CaseKeeper
from desk.doors import Doors
from privacy.models import Objection, Subprocessor
from privacy.subprocessors.doors import DOORS


@admin.register(Subprocessor)
class SubprocessorKeeper(CaseKeeper):
    doors: ClassVar[Doors[Any]] = DOORS
    list_display = ("number", "name", "task", "country", "state", "objections_until", "active_since")
    list_filter = ("state", "place")
    search_fields = ("number", "name")
    fields = ("number", "state", "name", "task", "data", "country", "place", "agreement", "services", "announced_at",
              "objections_until", "active_since", "ended_at", "trail")  # fmt: skip


@admin.register(Objection)
class ObjectionKeeper(ReadOnlyAdmin):
    list_display = ("subprocessor", "contractant", "received_at", "honoured", "answered_at")
    list_filter = ("honoured",)
    list_select_related = ("subprocessor", "contractant")
    fields = ("subprocessor", "contractant", "by", "by_letter", "received_at", "reason", "honoured", "answer",
              "answered_at", "answered_by")  # fmt: skip
