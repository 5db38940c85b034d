"""What somebody may choose to look at, and the form of one stretch."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from contractants.models import Service
from desk.fields import MomentField
from desk.forms import Refusable, words
from reports.availability.actions import Facts
from reports.models import Extent, Reason


class SecondField(MomentField):
    """To the second, which is what availability is counted in."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1"}
        )
        super().__init__(**{"widget": widget, **options})


class StretchForm(Refusable):
    """`about`: it tells of a Melding or Onderhoud, or corrects; only then there is something to deny. Whoever may not
    exclude is asked nothing about it. Of the Diensten that are no more only the one that it begins with is offered."""

    service = forms.ModelChoiceField(
        Service.objects.none(), label=gettext_lazy("Dienst"), to_field_name="slug"
    )
    started_at = SecondField(label=gettext_lazy("Van"))
    ended_at = SecondField(
        label=gettext_lazy("Tot"), required=False, help_text=gettext_lazy("Leeg: het duurt nog voort.")
    )
    extent = forms.ChoiceField(label=gettext_lazy("Omvang"), choices=Extent.choices, initial=Extent.FULL)
    reason = forms.ChoiceField(
        label=gettext_lazy("Telt niet mee door (SLA 7.2)"), required=False,
        choices=[("", gettext_lazy("het telt mee")), *Reason.choices],
    )  # fmt: skip
    evidence = words(
        gettext_lazy("Toelichting"), required=False,
        help_text=gettext_lazy("Verplicht als het niet meetelt: waar blijkt dat uit? Contractanten lezen dit in hun rapport."),
    )  # fmt: skip

    def __init__(self, *args: Any, about: bool, may_exclude: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = Service.objects.filter(Q(is_active=True) | Q(slug=self.initial.get("service", "")))
        self.fields["service"].queryset = offered  # type: ignore[attr-defined]
        if not (about and may_exclude):
            self.fields["extent"].choices = Extent.choices[:2]  # type: ignore[attr-defined]
        if not may_exclude:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """A moment that was left as it was shown stays exactly what it was."""
        kept = {"started_at", "ended_at"} & self.cleaned_data.keys() - set(self.changed_data)
        return self.cleaned_data | {name: self.initial.get(name) for name in kept}

    def facts(self) -> Facts:
        return Facts(**self.cleaned_data)
