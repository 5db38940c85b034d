"""The forms about what seems to be a BSN: looking into quarantine, and taking words out afterwards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from desk.forms import Refusable, words
from desk.models import Revealed

WHY = [
    ("bsn", gettext_lazy("er staat een BSN in")),
    ("patient", gettext_lazy("er staan andere gegevens van een patiënt in")),
    ("person", gettext_lazy("er staan gegevens van iemand anders in")),
    ("secret", gettext_lazy("er staat een wachtwoord of sleutel in")),
]


class RevealForm(Refusable):
    why = forms.ChoiceField(
        label=gettext_lazy("Waarom wil je dit zien?"), choices=Revealed.Why.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("Toelichting"),
        max_length=500,
        help_text=gettext_lazy("Dit wordt vastgelegd, met je naam en het tijdstip."),
    )


class RedactForm(forms.Form):
    """What is typed here is looked for and kept nowhere, so this form alone takes a BSN."""

    words = words(
        gettext_lazy("Welke tekst moet weg?"), required=False, max_length=2000,
        help_text=gettext_lazy("Een BSN wordt in de hele desk weggehaald, hoe het ook is geschreven; andere tekst in deze zaak."),
    )  # fmt: skip
    attachments = forms.MultipleChoiceField(
        label=gettext_lazy("Welke bestanden moeten in hun geheel weg?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    why = forms.ChoiceField(label=gettext_lazy("Waarom?"), choices=WHY, widget=forms.RadioSelect)

    def __init__(self, *args: Any, files: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["attachments"].choices = files  # type: ignore[attr-defined]
        self.fields["words"].widget.attrs["autocomplete"] = "off"
        if not files:
            del self.fields["attachments"]

    def refuse(self, errors: dict[str, str]) -> None:
        for name, wrong in errors.items():
            self.add_error(name, wrong)
