"""Beheer of requests of data subjects: those that one may see, with their steps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from desk.case_admin import CaseKeeper
from desk.doors import Doors
from privacy.models import DataRequest
from privacy.requests.doors import DOORS


@admin.register(DataRequest)
class DataRequestKeeper(CaseKeeper):
    doors: ClassVar[Doors[Any]] = DOORS
    list_display = ("number", "right", "contractant", "state", "received_at", "due_at")
    list_filter = ("state", "right")
    search_fields = ("number", "contractant__name")
    fields = ("number", "state", "right", "channel", "contractant", "reference", "person", "received_at", "registered_by",
              "passed_on_at", "instruction", "result", "carried_out_at", "ended_at", "due_step", "due_at", "trail")  # fmt: skip
