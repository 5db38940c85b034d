"""Beheer of what was promised: calendars and policies in versions, and contracts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import admin
from django.db import connection
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.acts import Act, ActsAdmin, GuardedAdmin
from desk.guard import GuardedModelForm
from desk.models import User
from domain.priority import IMPACTS, URGENCIES
from sla import actions
from sla.forms import (
    CELLS,
    DAYS,
    CalendarDayForm,
    CalendarVersionForm,
    DayFormSet,
    PolicyVersionForm,
    TargetForm,
    TargetFormSet,
)  # fmt: skip
from sla.models import (
    Calendar,
    CalendarDay,
    CalendarVersion,
    Contract,
    Echelon,
    Policy,
    PolicyVersion,
    Target,
)  # fmt: skip
from sla.wording import level


class PartInline(admin.TabularInline[Any, Any]):
    """Part of a version: to be changed as long as that is a draft."""

    form: Any = GuardedModelForm
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_delete_permission(request, obj)


class VersionKeeper(ActsAdmin):
    """A version: a button makes it, it can be changed as a draft, and is locked while that is saved."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_draft) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_delete_permission(request, obj)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.method == "POST" and connection.in_atomic_block:
            row.refresh_from_db(from_queryset=self.get_queryset(request).select_for_update(of=("self",)))
        return row

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            actions.record(obj, "change", by=_keeper(request), at=timezone.now(), fields=form.changed_data)


class DayInline(PartInline):
    model = CalendarDay
    form = CalendarDayForm
    formset: Any = DayFormSet
    extra = 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **options)
        if self.has_change_permission(request, obj):
            formset.since = date(timezone.localdate().year, 1, 1)
        return formset


@admin.register(CalendarVersion)
class CalendarVersionKeeper(VersionKeeper):
    form = CalendarVersionForm
    inlines = (DayInline,)
    list_display = ("calendar", "number", "note", "frozen_at")
    list_display_links = ("calendar", "number")
    list_filter = ("calendar", ("frozen_at", admin.EmptyFieldListFilter))
    list_select_related = ("calendar",)
    search_fields = ("calendar__name", "calendar__slug", "note")
    readonly_fields = ("calendar", "number", "frozen_at", "week")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        hours = DAYS if self.has_change_permission(request, obj) else ["week"]
        return [
            (None, {"fields": ["calendar", "number", "tz", "note", "frozen_at"]}),
            (_("Weekrooster"), {"fields": hours}),
        ]

    @admin.display(description=gettext_lazy("weekrooster"))
    def week(self, row: CalendarVersion) -> SafeString:
        days = [(WEEKDAYS[int(day)], windows) for day, windows in sorted(row.weekly.items())]
        shown = [(day, ", ".join(f"{start} – {end}" for start, end in windows)) for day, windows in days]
        return _listed("{}: {}", shown)

    def acts(self, request: HttpRequest, row: CalendarVersion) -> list[Act]:
        if not self.has_change_permission(request, row):
            return []
        propose = _("Feestdagen van %(year)d voorstellen") % {"year": _next_year(row)}
        return [Act("propose_holidays", propose), Act("freeze", _("Vaststellen"), "go")]

    def act(self, request: HttpRequest, row: CalendarVersion, name: str, given: dict[str, Any]) -> str:
        by, at = _keeper(request), timezone.now()
        if name == "propose_holidays":
            found = actions.propose_holidays(row, [_next_year(row)], by=by, at=at)
            return _("%(number)d dagen voorgesteld. Beoordeel ze hieronder.") % {"number": len(found)}
        if name == "freeze":
            actions.freeze(row, by=by, at=at)
            return _("%(version)s is vastgesteld. Nieuwe versies van afspraken kunnen hem gebruiken.") % {
                "version": row
            }
        raise Http404

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for day in formset.new_objects + [
            day for day, changed in formset.changed_objects if "status" in changed
        ]:
            if day.status != CalendarDay.Status.PROPOSED:
                accept = day.status == CalendarDay.Status.ACCEPTED
                actions.review_day(day, accept=accept, by=_keeper(request), at=timezone.now())


@admin.register(Calendar)
class CalendarKeeper(ActsAdmin):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "versions")
    readonly_fields = ("versions",)

    @admin.display(description=gettext_lazy("versies"))
    def versions(self, row: Calendar) -> SafeString:
        return _versions(row.versions.select_related("calendar")) if row.pk else SafeString("")

    def acts(self, request: HttpRequest, row: Calendar) -> list[Act]:
        return [Act("new_version", _("Nieuwe versie"))] if self.has_change_permission(request, row) else []

    def act(self, request: HttpRequest, row: Calendar, name: str, given: dict[str, Any]) -> str:
        if name != "new_version":
            raise Http404
        return _made(actions.new_calendar_version(row, by=_keeper(request), at=timezone.now()))


class TargetInline(PartInline):
    model = Target
    form = TargetForm
    formset: Any = TargetFormSet
    fields = ("clock", "priority", "amount", "unit", "calendar", "norm")
    readonly_fields = ("clock", "priority")
    can_delete = False
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("calendar__calendar")
        return rows.order_by("-clock", "priority")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "calendar":
            frozen = CalendarVersion.objects.filter(frozen_at__isnull=False)
            options["queryset"] = frozen.select_related("calendar")
        return super().formfield_for_foreignkey(db_field, request, **options)


class EchelonInline(PartInline):
    model = Echelon
    fields = ("level", "role", "counterpart", "counterpart_role", "percent", "unacknowledged_minutes")


@admin.register(PolicyVersion)
class PolicyVersionKeeper(VersionKeeper):
    form = PolicyVersionForm
    inlines = (TargetInline, EchelonInline)
    list_display = ("policy", "number", "label", "starts_on", "published_at")
    list_display_links = ("policy", "number")
    list_filter = ("policy", ("published_at", admin.EmptyFieldListFilter))
    list_select_related = ("policy",)
    search_fields = ("policy__name", "policy__slug", "label")
    readonly_fields = ("policy", "number", "published_at", "matrix_shown", "phone_lines_shown", "who_moves")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may = self.has_change_permission(request, obj)
        matrix: Any = [tuple(CELLS[impact, urgency] for urgency in URGENCIES) for impact in IMPACTS]
        clocks = ["starts_at_registration", "pauses_for_contractant", "warnings"]
        return [
            (None, {"fields": ["policy", "number", "label", "starts_on", "published_at", "who_moves"]}),
            (_("Klokken"), {"fields": clocks}),
            (_("Prioriteit: impact × urgentie"), {"fields": matrix if may else ["matrix_shown"]}),
            (_("Vragen en wijzigingen"), {"fields": ["question_priority", "change_priority"]}),
            (_("Telefoon"), {"fields": ["phone_lines" if may else "phone_lines_shown"]}),
        ]

    @admin.display(description=gettext_lazy("matrix"))
    def matrix_shown(self, row: PolicyVersion) -> SafeString:
        cells = [(level(impact), level(urgency), row.matrix[impact][urgency]) for impact, urgency in CELLS]
        return _listed("{} × {}: P{}", cells)

    @admin.display(description=gettext_lazy("telefoonnummers"))
    def phone_lines_shown(self, row: PolicyVersion) -> SafeString:
        return _listed(
            "{}: {} ({})", [(line["label"], line["number"], line["hours"]) for line in row.phone_lines]
        )

    @admin.display(description=gettext_lazy("open meldingen"))
    def who_moves(self, row: PolicyVersion) -> SafeString:
        """To the page that shows which open Meldingen this version would move, and applies it."""
        return _link_to_moves(row)

    def acts(self, request: HttpRequest, row: PolicyVersion) -> list[Act]:
        if self.has_change_permission(request, row):
            return [Act("publish", _("Publiceren"), "go")]
        return []

    def act(self, request: HttpRequest, row: PolicyVersion, name: str, given: dict[str, Any]) -> str:
        if name != "publish":
            raise Http404
        version = actions.publish(row, by=_keeper(request), at=timezone.now())
        said = _("%(version)s geldt voor wat binnenkomt vanaf %(day)s. Open meldingen houden hun afspraken.") % {
            "version": version, "day": version.starts_on,
        }  # fmt: skip
        return format_html("{} {}", said, _link_to_moves(version))


@admin.register(Policy)
class PolicyKeeper(ActsAdmin):
    list_display = ("name", "supplier", "slug", "is_default")
    list_filter = ("supplier",)
    search_fields = ("name", "supplier", "slug")
    fields = ("name", "supplier", "slug", "is_default", "versions")
    readonly_fields = ("is_default", "versions")

    @admin.display(description=gettext_lazy("versies"))
    def versions(self, row: Policy) -> SafeString:
        return _versions(row.versions.select_related("policy")) if row.pk else SafeString("")

    def acts(self, request: HttpRequest, row: Policy) -> list[Act]:
        if not self.has_change_permission(request, row):
            return []
        default = [] if row.is_default else [Act("make_default", _("Standaard maken"))]
        return [Act("new_version", _("Nieuwe versie")), *default]

    def act(self, request: HttpRequest, row: Policy, name: str, given: dict[str, Any]) -> str:
        by, at = _keeper(request), timezone.now()
        if name == "new_version":
            return _made(actions.new_policy_version(row, by=by, at=at))
        if name == "make_default":
            actions.make_default(row, by=by, at=at)
            return _("%(policy)s geldt nu voor wat onder geen contract valt.") % {"policy": row}
        raise Http404


@admin.register(Contract)
class ContractKeeper(GuardedAdmin):
    list_display = ("contractant", "service", "policy", "starts_on", "ends_on")
    list_filter = ("policy", "service")
    list_select_related = ("contractant", "service", "policy")
    search_fields = ("contractant__name", "service__name")
    autocomplete_fields = ("contractant", "service")


def _is_draft(version: Any) -> bool:
    return version is not None and version.is_draft


def _keeper(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _next_year(version: CalendarVersion) -> int:
    """The first year that the version knows no day of, this one at the earliest."""
    last = version.days.order_by("date").values_list("date", flat=True).last()
    this = timezone.localdate().year
    return max(this, last.year + 1) if last else this


def _link_to_moves(version: PolicyVersion) -> SafeString:
    try:
        url = reverse("admin:incidents_policy_moves", args=[version.pk])
    except NoReverseMatch:
        return SafeString("")
    return format_html('<a href="{}">{}</a>', url, _("Bekijk welke termijnen zouden verschuiven"))


def _page(version: Any) -> str:
    return reverse(f"admin:sla_{version._meta.model_name}_change", args=[version.pk])


def _made(version: Any) -> SafeString:
    return format_html('<a href="{}">{}</a> {}', _page(version), version, _("is gemaakt, als concept."))


def _versions(versions: Iterable[Any]) -> SafeString:
    rows = [(_page(row), row, _("concept") if row.is_draft else _("vastgelegd")) for row in versions]
    return format_html_join("", '<div><a href="{}">{}</a> ({})</div>', rows)


def _listed(pattern: str, rows: Iterable[tuple[Any, ...]]) -> SafeString:
    return format_html_join("", f"<div>{pattern}</div>", rows)
