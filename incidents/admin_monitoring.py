"""Beheer of monitoring: what came in, what could not be read, and the rules that an administrator keeps."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.acts import Act, ActsAdmin, GuardedAdmin, ReadOnlyAdmin
from desk.door import Invalid
from desk.models import User
from desk.permissions import Role
from incidents import actions
from incidents.admin_sight import OfMelding, deliveries, who
from incidents.api.monitoring import READERS
from incidents.models import Alert, AlertGroup, AlertRule, AlertSource, RawEvent, Watchdog


@admin.register(Alert)
class AlertKeeper(OfMelding):
    list_display = (
        "dedup_key", "summary", "source", "melding", "is_open", "count", "first_seen_at", "last_seen_at", "recovered_at",
    )  # fmt: skip
    list_filter = ("is_open", "via")
    list_select_related = ("source", "melding")
    ordering = ("-last_seen_at",)
    search_fields = ("dedup_key", "summary", "melding__number")


@admin.register(AlertGroup)
class AlertGroupKeeper(OfMelding):
    """Which alerts were taken together, by the rules; a storm too."""

    list_display = ("key", "source", "melding", "is_open", "count", "opened_at", "last_at")
    list_filter = ("is_open",)
    list_select_related = ("source", "melding")
    ordering = ("-last_at",)
    search_fields = ("key", "melding__number")


class WithError(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("verwerking"), "verwerking"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("failed", gettext_lazy("niet verwerkt"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RawEvent]) -> QuerySet[RawEvent]:
        return queryset.exclude(error="") if self.value() == "failed" else queryset


@admin.register(RawEvent)
class RawEventKeeper(ActsAdmin, ReadOnlyAdmin):
    """What monitoring delivered, whole; what could not be processed can be tried again."""

    list_display = ("received_at", "source", "via", "action", "dedup_key", "alert", "outcome", "error")
    list_filter = (WithError, "via")
    list_select_related = ("source", "alert")
    ordering = ("-id",)
    search_fields = ("dedup_key",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RawEvent]:
        return deliveries(super().get_queryset(request), who(request))

    def acts(self, request: HttpRequest, row: RawEvent) -> list[Act]:
        owed = row.error and row.via in READERS and who(request).role == Role.ADMINISTRATOR
        return [Act("again", gettext_lazy("Opnieuw verwerken"), "go")] if owed else []

    def act(self, request: HttpRequest, row: RawEvent, name: str, given: dict[str, Any]) -> str:
        if name != "again" or row.via not in READERS:
            raise Http404
        now = timezone.now()
        read = READERS[row.via](row.body.encode(), now)  # type: ignore[index]
        if not read.events:
            raise Invalid(
                {"": _("Dit is nog steeds niet te lezen: %(why)s") % {"why": "; ".join(read.unread)}}
            )
        found = actions.take_again(row, read.events, by=who(request), at=now, unread=read.unread)
        row.refresh_from_db()
        if row.error:
            raise Invalid({"": _("Nog niet verwerkt: %(why)s") % {"why": row.error}})
        numbers = ", ".join(melding.number for melding in found)
        return _("Verwerkt: %(numbers)s.") % {"numbers": numbers or _("geen melding")}


@admin.register(AlertRule)
class AlertRuleKeeper(GuardedAdmin):
    list_display = (
        "name",
        "order",
        "matchers",
        "source",
        "priority",
        "service",
        "watchdog",
        "group_by",
        "is_active",
    )
    list_filter = ("is_active", "priority")
    list_select_related = ("source", "service", "watchdog")
    search_fields = ("name", "matchers")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **_machines(db_field, options))


@admin.register(AlertSource)
class AlertSourceKeeper(GuardedAdmin):
    """Made by itself at the first delivery; here an administrator says when it storms, and where to ask."""

    list_display = (
        "user",
        "storm_after",
        "storm_minutes",
        "alertmanagers",
        "asked_at",
        "answered_at",
        "error",
    )
    list_select_related = ("user",)
    readonly_fields = ("asked_at", "answered_at", "error")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **_machines(db_field, options))


@admin.register(Watchdog)
class WatchdogKeeper(GuardedAdmin):
    list_display = (
        "name",
        "source",
        "every_minutes",
        "priority",
        "is_active",
        "last_beat_at",
        "silent_since",
        "melding",
    )
    list_filter = ("is_active",)
    list_select_related = ("source", "melding")
    readonly_fields = ("last_beat_at", "counts_from", "silent_since", "melding")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **_machines(db_field, options))


def _machines(field: Any, options: dict[str, Any]) -> dict[str, Any]:
    """A source of alarms is a machine."""
    if field.related_model is User:
        return {**options, "queryset": User.objects.filter(role=Role.MACHINE)}
    return options
