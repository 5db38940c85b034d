"""What somebody may choose to look at, and the answer to a signal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.guard import Guarded
from incidents.forms import words
from problems.models import TrendSignal
from problems.trends.lines import DIMENSIONS
from problems.trends.naming import DIMENSION_NAMES

PERIODS = [
    (12, gettext_lazy("12 maanden")),
    (24, gettext_lazy("24 maanden")),
    (36, gettext_lazy("36 maanden")),
]
YEARS = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 12, 1)))
USUAL: dict[str, Any] = {"dimension": "service", "period": 24, "month": ""}


class Sight(forms.Form):
    """Which lines, over how many months, of which month; nonsense chooses the usual."""

    dimension = forms.ChoiceField(
        label=gettext_lazy("Kijk naar"), choices=[(name, DIMENSION_NAMES[name]) for name in DIMENSIONS]
    )
    period = forms.TypedChoiceField(label=gettext_lazy("Periode"), choices=PERIODS, coerce=int)
    month = forms.ChoiceField(label=gettext_lazy("Stand van"), required=False)

    def __init__(self, given: Any, stored: list[date]) -> None:
        super().__init__(
            {**{name: str(value) for name, value in USUAL.items()}, **{name: given[name] for name in given}}
        )
        months = [(f"{month:%Y-%m}", date_format(month, "F Y").capitalize()) for month in stored]
        self.fields["month"].choices = [("", _("nu, lopende maand")), *months]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {**USUAL, **self.cleaned_data}


class Stretch(forms.Form):
    """Which number of the analysis: a line, and its months."""

    dimension = forms.ChoiceField(choices=[(name, name) for name in DIMENSIONS])
    value = forms.CharField(max_length=40, required=False)
    first = forms.DateField(input_formats=["%Y-%m"], validators=YEARS)
    last = forms.DateField(input_formats=["%Y-%m"], validators=YEARS)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and given["first"] > given["last"]:
            self.add_error("last", _("Kies een maand die niet voor de eerste ligt."))
        return given


class Decision(Guarded):
    """About a kept signal by its number, or about one of the running month by its line."""

    act = forms.ChoiceField(choices=[(name, name) for name in ("accept", "dismiss")])
    signal = forms.ModelChoiceField(TrendSignal.objects.all(), required=False)
    dimension = forms.ChoiceField(choices=[(name, name) for name in DIMENSIONS], required=False)
    value = forms.CharField(max_length=40, required=False)
    direction = forms.ChoiceField(choices=TrendSignal.Direction.choices, required=False)
    reason = words(gettext_lazy("Waarom is een probleem niet nodig?"), required=False)
