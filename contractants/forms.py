"""What administrators fill in about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contractants.actions import Person, objections
from contractants.models import Contact
from desk.guard import Guarded


class ContactForm(Guarded, forms.ModelForm[Contact]):
    """A contact with the name and e-mail address that are kept with the user."""

    name = forms.CharField(label=gettext_lazy("Naam"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mailadres"))

    class Meta:
        model = Contact
        fields = ("contractant", "role", "partnership", "phone")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["name"], self.initial["email"] = self.instance.user.name, self.instance.user.email

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            known = self.instance if self.instance.pk else None
            contractant = known.contractant if known else given["contractant"]
            for name, objection in objections(contractant, self.person(), known).items():
                self.add_error(name, objection)
        return given

    def person(self) -> Person:
        given = self.cleaned_data
        return Person(
            name=given["name"], email=given["email"], role=given["role"],
            partnership=given["partnership"], phone=given["phone"],
        )  # fmt: skip
