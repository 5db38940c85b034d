"""Beheer of the registers: each change is a next version, and the earlier ones stay to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from desk.acts import GuardedAdmin, ReadOnlyAdmin
from desk.models import User
from privacy.models import EntryVersion, Measure, Processing
from privacy.registers import keeping


class EntryKeeper(GuardedAdmin):
    list_display = ("name", "version", "is_active", "order")
    readonly_fields = ("version",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.may("privacy.register")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        if form.changed_data or not change:
            keeping.keep(obj, by=request.user, at=timezone.now())


admin.site.register(Processing, EntryKeeper)
admin.site.register(Measure, EntryKeeper)


@admin.register(EntryVersion)
class EntryVersionKeeper(ReadOnlyAdmin):
    list_display = ("register", "slug", "number", "at", "by")
    list_filter = ("register",)
    search_fields = ("slug",)
    fields = ("register", "slug", "number", "at", "by", "content")
