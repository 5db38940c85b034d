"""What is asked before data is erased."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contractants.models import Contractant


class AgreeForm(forms.Form):
    """The name of the contractant, typed over."""

    name = forms.CharField(
        label=_("Naam van de contractant"), help_text=_("Typ de naam over. Wissen is definitief.")
    )

    def __init__(self, contractant: Contractant, *args: Any) -> None:
        super().__init__(*args)
        self.contractant = contractant

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if name.casefold() != self.contractant.name.casefold():
            raise forms.ValidationError(_("Dit is niet de naam van deze contractant."))
        return name
