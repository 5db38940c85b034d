"""Beheer of performance: what was agreed (only ever added to), the rules, the exporters, and what came in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from desk.acts import GuardedAdmin, ReadOnlyAdmin
from desk.models import User
from reports.models import (
    Baseline,
    MeasurementTarget,
    PerformanceAlert,
    PerformanceLimit,
    PerformanceRule,
    SlowAction,
)
from reports.performance.agreeing import VERB, agree
from reports.performance.forms import AgreementForm, TargetForm

HOW = ("starts_on", "agreed_on", "agreed_with", "made_by", "made_at")


class AgreementKeeper(ReadOnlyAdmin):
    """To add to and to look at: what was agreed does not change."""

    form = AgreementForm
    list_select_related: ClassVar[tuple[str, ...]] = ("made_by",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _who(request).may(VERB)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        agree(obj, by=_who(request), at=timezone.now())


@admin.register(Baseline)
class BaselineKeeper(AgreementKeeper):
    list_display = ("service", "action", "seconds", *HOW)
    list_filter = ("service",)
    list_select_related = ("service", "made_by")
    search_fields = ("action", "agreed_with")


@admin.register(PerformanceLimit)
class PerformanceLimitKeeper(AgreementKeeper):
    list_display = ("seconds", "times_baseline", *HOW)


@admin.register(PerformanceRule)
class PerformanceRuleKeeper(GuardedAdmin):
    list_display = (
        "name",
        "alert",
        "service",
        "actions",
        "count",
        "minutes",
        "severity",
        "quiet_minutes",
        "is_active",
    )
    list_filter = ("is_active", "alert")
    list_select_related = ("service",)


@admin.register(MeasurementTarget)
class MeasurementTargetKeeper(GuardedAdmin):
    form = TargetForm
    list_display = ("name", "service", "metric", "action", "label", "is_active", "answered_at", "error")
    list_filter = ("is_active", "service")
    list_select_related = ("service",)
    readonly_fields = ("answered_at", "error")

    def save_model(self, request: HttpRequest, obj: MeasurementTarget, form: Any, change: bool) -> None:
        """Only what was changed, for it may be scraped meanwhile. What was seen of other counters says nothing."""
        changed = set(form.changed_data)
        if change and changed & {"url", "metric"}:
            obj.seen = None
            changed.add("seen")
        obj.save(update_fields=changed if change else None)


@admin.register(SlowAction)
class SlowActionKeeper(ReadOnlyAdmin):
    list_display = (
        "at",
        "service",
        "action",
        "seconds",
        "count",
        "over_limit",
        "over_baseline",
        "baseline",
        "source",
    )
    list_filter = ("over_limit", "over_baseline", "service")
    list_select_related = ("service", "source")
    search_fields = ("action",)


@admin.register(PerformanceAlert)
class PerformanceAlertKeeper(ReadOnlyAdmin):
    list_display = (
        "began_at",
        "service",
        "action",
        "alert",
        "rule",
        "seconds",
        "count",
        "last_at",
        "ended_at",
        "melding",
    )
    list_filter = ("alert", "service")
    list_select_related = ("service", "rule", "melding")


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
