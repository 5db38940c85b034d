"""What administrators fill in. Saving a draft is guarded by the same objections as using it."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.guard import Guarded
from domain.errors import WrongInput
from domain.hours import Calendar
from domain.priority import IMPACTS, PRIORITIES, URGENCIES
from domain.windows import WEEKDAYS as DAY_NAMES
from sla.models import CalendarDay, CalendarVersion, PolicyVersion, Target
from sla.objections import field, target_objections, version_objections
from sla.wording import LEVELS, said

DAYS = [f"day_{number}" for number in range(7)]
CELLS = {(impact, urgency): f"matrix_{impact}_{urgency}" for impact, urgency in product(IMPACTS, URGENCIES)}


class WindowsField(forms.CharField):
    """Windows as people write them, "09:00-12:30, 13:00-17:00", for [["09:00", "12:30"], ["13:00", "17:00"]]."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join("-".join(window) for window in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        written = value if isinstance(value, str) else ""
        return [
            [time.strip() for time in window.split("-")] for window in written.split(",") if window.strip()
        ]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class CalendarVersionForm(Guarded, forms.ModelForm[CalendarVersion]):
    """The week as seven lines of windows."""

    day_0 = WindowsField(
        label=capfirst(WEEKDAYS[0]), help_text=gettext_lazy("Bijvoorbeeld 09:00-12:30, 13:00-17:00")
    )
    day_1 = WindowsField(label=capfirst(WEEKDAYS[1]))
    day_2 = WindowsField(label=capfirst(WEEKDAYS[2]))
    day_3 = WindowsField(label=capfirst(WEEKDAYS[3]))
    day_4 = WindowsField(label=capfirst(WEEKDAYS[4]))
    day_5 = WindowsField(label=capfirst(WEEKDAYS[5]))
    day_6 = WindowsField(label=capfirst(WEEKDAYS[6]))

    class Meta:
        model = CalendarVersion
        fields = ("tz", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number, name in enumerate(DAYS):
            self.fields[name].initial = self.instance.weekly.get(str(number), [])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        week = {number: given.get(name) for number, name in enumerate(DAYS)}
        self.instance.weekly = {str(number): windows for number, windows in week.items() if windows}
        try:
            Calendar(given.get("tz", ""), {number: windows for number, windows in week.items() if windows})
        except WrongInput as error:
            self.add_error(_field_of(error), said(error))
        return given


def _field_of(error: WrongInput) -> str | None:
    if error.code == "unknown_zone":
        return "tz"
    day = error.values.get("day")
    return DAYS[DAY_NAMES.index(str(day))] if day in DAY_NAMES else None


class CalendarDayForm(Guarded, forms.ModelForm[CalendarDay]):
    windows = WindowsField(label=gettext_lazy("tijden"), widget=forms.TextInput(attrs={"size": 14}))

    class Meta:
        model = CalendarDay
        fields = ("date", "name", "status", "kind", "windows", "origin")
        widgets: ClassVar = {"name": forms.TextInput(attrs={"size": 20})}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        special, windows = given.get("kind") == CalendarDay.Kind.SPECIAL, given.get("windows")
        if special != bool(windows):
            self.add_error("windows", _("Geef tijden bij “andere tijden”, en alleen dan."))
        elif special and given.get("date"):
            try:
                Calendar("UTC", {}, special={given["date"]: windows or []})
            except WrongInput as error:
                self.add_error("windows", said(error))
        return given


class DayFormSet(forms.BaseInlineFormSet[CalendarDay, CalendarVersion, CalendarDayForm]):
    """The days from `since` on: what passed is no longer reviewed, and a page takes only so many fields."""

    since: date | None = None

    def get_queryset(self) -> QuerySet[CalendarDay]:
        days = super().get_queryset()
        return days.filter(date__gte=self.since) if self.since else days


class PhoneLinesField(forms.CharField):
    """A line each: label | number | hours."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{line['label']} | {line['number']} | {line['hours']}" for line in value)

    def to_python(self, value: Any) -> Any:
        rows = [
            [part.strip() for part in line.split("|")] for line in (value or "").splitlines() if line.strip()
        ]
        if any(len(row) != 3 or not all(row) for row in rows):
            raise forms.ValidationError(_("Schrijf elke regel als: naam | nummer | uren."))
        return [{"label": label, "number": number, "hours": hours} for label, number, hours in rows]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != data)


class PriorityField(forms.TypedChoiceField):
    def __init__(self, label: Any) -> None:
        super().__init__(label=label, choices=[(level, f"P{level}") for level in PRIORITIES], coerce=int)


def cell(impact: str, urgency: str) -> PriorityField:
    """The priority for an impact and an urgency (SLA 9.2)."""
    return PriorityField(format_lazy("{} × {}", gettext_lazy(LEVELS[impact]), gettext_lazy(LEVELS[urgency])))


class PolicyVersionForm(Guarded, forms.ModelForm[PolicyVersion]):
    """The matrix as nine choices, the telephone numbers as lines."""

    matrix_large_high = cell("large", "high")
    matrix_large_medium = cell("large", "medium")
    matrix_large_low = cell("large", "low")
    matrix_medium_high = cell("medium", "high")
    matrix_medium_medium = cell("medium", "medium")
    matrix_medium_low = cell("medium", "low")
    matrix_small_high = cell("small", "high")
    matrix_small_medium = cell("small", "medium")
    matrix_small_low = cell("small", "low")
    question_priority = PriorityField(gettext_lazy("Prioriteit van een vraag"))
    change_priority = PriorityField(gettext_lazy("Prioriteit van een wijziging"))
    phone_lines = PhoneLinesField(
        label=gettext_lazy("Telefoonnummers"),
        required=False,
        help_text=gettext_lazy("Per regel: naam | nummer | uren"),
    )

    class Meta:
        model = PolicyVersion
        fields = (
            "label", "starts_on", "starts_at_registration", "pauses_for_contractant", "question_priority",
            "change_priority", "warnings", "phone_lines",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for (impact, urgency), name in CELLS.items():
            self.fields[name].initial = (self.instance.matrix or {}).get(impact, {}).get(urgency)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        matrix: dict[str, dict[str, int]] = {impact: {} for impact in IMPACTS}
        for (impact, urgency), name in CELLS.items():
            if given.get(name):
                matrix[impact][urgency] = given[name]
        self.instance.matrix = matrix
        self.instance.warnings = given.get("warnings", [])
        for name, objection in version_objections(self.instance).items():
            if not self.has_error(name):
                self.add_error(name, objection)
        return given


class TargetForm(Guarded, forms.ModelForm[Target]):
    class Meta:
        model = Target
        fields = ("amount", "unit", "calendar", "norm")
        widgets: ClassVar = {
            name: forms.NumberInput(attrs={"class": "vIntegerField"}) for name in ("amount", "norm")
        }


class TargetFormSet(forms.BaseInlineFormSet[Target, PolicyVersion, TargetForm]):
    """The whole table at once: an objection lands on the target that it is about (SLA 9.1, 9.3)."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        frozen = CalendarVersion.objects.filter(frozen_at__isnull=False).select_related("calendar")
        self._calendars = [(version.pk, str(version)) for version in frozen]

    def add_fields(self, form: TargetForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "calendar" in form.fields:
            form.fields["calendar"].choices = self._calendars  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        by_field = {field(form.instance.clock, form.instance.priority): form for form in self.forms}
        for name, objection in target_objections([form.instance for form in self.forms]).items():
            if name not in by_field:
                raise forms.ValidationError(objection)
            by_field[name].add_error("amount", objection)
