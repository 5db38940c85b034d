"""Beheer of the periods, with what was changed when; and what was done under them, to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from desk.acts import GuardedAdmin, ReadOnlyAdmin
from desk.models import Traced, User
from privacy.models import RetentionRule, RetentionRun, Tombstone
from privacy.retention import rules
from privacy.retention.forms import RuleForm
from privacy.retention.kinds import BY_SLUG


def trail(row: Traced) -> SafeString:
    """What happened to `row`, by whom."""
    words = row.words()
    told = [
        {"event": event, "verb": words.get(event.verb, event.verb), "source": "", "target": ""}
        for event in row.events().select_related("actor")
    ]
    return render_to_string("admin/incidents/melding/trail.html", {"told": told})


@admin.register(RetentionRule)
class RetentionRuleKeeper(GuardedAdmin):
    form = RuleForm
    list_display = ("label", "days", "action", "is_active", "because")
    fields = ("label", "action", "days", "because", "is_active", "version", "trail")
    readonly_fields = ("label", "action", "version", "trail")

    @admin.display(description=_("gegevens"))
    def label(self, row: RetentionRule) -> str:
        return str(BY_SLUG[row.kind].label) if row.kind in BY_SLUG else row.kind

    @admin.display(description=_("daarna"))
    def action(self, row: RetentionRule) -> str:
        return str(BY_SLUG[row.kind].action) if row.kind in BY_SLUG else ""

    @admin.display(description=_("verloop"))
    def trail(self, row: RetentionRule) -> SafeString:
        return trail(row)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and request.user.may("privacy.retain")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RetentionRule, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        if form.changed_data:
            rules.change(obj, by=request.user, at=timezone.now(), **form.cleaned_data)


@admin.register(RetentionRun)
class RetentionRunKeeper(ReadOnlyAdmin):
    list_display = ("started_at", "finished_at", "done", "left", "held")
    fields = list_display


@admin.register(Tombstone)
class TombstoneKeeper(ReadOnlyAdmin):
    list_display = ("kind", "number", "at", "rule_version")
    list_filter = ("kind",)
    search_fields = ("number",)
    fields = ("kind", "number", "at", "rule_version", "run")
