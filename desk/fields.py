"""Form fields that Django does not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from domain.errors import WrongInput
from domain.months import Month

Words = str | Promise


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, as a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"widget": FilesInput, "required": False, "label": gettext_lazy("Bijlagen"), **options}
        )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [one for one in given if one]


class MomentField(forms.DateTimeField):
    """A moment to the minute, typed and shown in the time of the desk. An hour that exists twice is the first of the
    two, and one that does not exist counts on from before the gap (PEP 495, fold 0)."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(**{"widget": widget, **options})

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone" or not error.params:
                raise
            typed: datetime = error.params["datetime"]
            # In UTC, for moments of one zone are compared by what the clock says.
            return typed.replace(tzinfo=error.params["current_timezone"]).astimezone(UTC)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Not where it says what was shown: that leaves out seconds, and which of two equal hours it was."""
        shown = self.widget.format_value(self.prepare_value(initial)) if initial else ""
        return super().has_changed(self.to_python(shown), data)


class DayField(forms.DateField):
    """A day of the calendar, as browsers let one choose it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, **options})


class MonthField(forms.CharField):
    """A month as browsers write it, `2026-05`, cleaned to a `Month`; None where nothing is chosen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-05"})
        super().__init__(**{"label": gettext_lazy("Maand"), "widget": widget, **options})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return Month.parse(text) if text else None
        except WrongInput:
            raise forms.ValidationError(gettext_lazy("Kies een maand, zoals 2026-05.")) from None


class MatrixInput(forms.RadioSelect):
    """Impact by urgency as a grid to click, each cell with the priority that follows (SLA 9.2). `marks` are words
    for the cells where "P1" to "P4" would not do."""

    rows_title: Words = gettext_lazy("Impact")
    columns_title: Words = gettext_lazy("Urgentie")
    called: Words = gettext_lazy("Impact %(impact)s, urgentie %(urgency)s")
    marks: Mapping[int, Words] = {}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field = self.field
        rows = [self._row(impact, value, field) for impact in field.impacts]
        columns = [_parts(label) for _urgency, label in field.urgencies]
        grid = {"name": name, "rows": rows, "columns": columns, "required": self.is_required,
                "columns_title": self.columns_title, "rows_title": self.rows_title}  # fmt: skip
        return render_to_string("components/matrix_grid.html", {"matrix": grid})

    def _row(self, impact: tuple[str, Words], value: Any, field: MatrixField) -> dict[str, Any]:
        name = _parts(impact[1])
        cells = [
            {
                "value": f"{impact[0]}-{urgency}", "priority": field.priorities[impact[0], urgency],
                "checked": value == f"{impact[0]}-{urgency}",
                "label": str(self.called) % {"impact": name["label"], "urgency": _parts(label)["label"]},
                "mark": self.marks.get(field.priorities[impact[0], urgency], ""),
            }
            for urgency, label in field.urgencies
        ]  # fmt: skip
        return {**name, "cells": cells}

    field: MatrixField


class MatrixField(forms.ChoiceField):
    """Impact and urgency in one choice, cleaned to a pair of slugs; two empty ones where nothing is chosen.

    `impacts` and `urgencies` are choices whose labels read "name: what it means".
    """

    def __init__(
        self, *, impacts: Sequence[tuple[str, Words]], urgencies: Sequence[tuple[str, Words]],
        priorities: Mapping[tuple[str, str], int], **options: Any,
    ) -> None:  # fmt: skip
        self.impacts, self.urgencies, self.priorities = impacts, urgencies, priorities
        choices = [(f"{impact}-{urgency}", "") for impact, _i in impacts for urgency, _u in urgencies]
        super().__init__(**{"choices": choices, "widget": MatrixInput, **options})
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> MatrixField:
        copied: MatrixField = super().__deepcopy__(memo)
        copied.widget.field = copied
        return copied

    def clean(self, value: Any) -> tuple[str, str]:
        chosen = super().clean(value)
        impact, _dash, urgency = str(chosen).partition("-")
        return impact, urgency


def _parts(label: Words) -> dict[str, str]:
    name, _colon, text = str(label).partition(": ")
    return {"label": name.capitalize(), "help": text}
