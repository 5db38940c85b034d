"""What administrators and hoofdcontactpersonen fill in about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contractants.actions import Person, objections, person_of
from contractants.models import Contact
from desk.forms import Refusable
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


class ColleagueForm(Refusable):
    """What a hoofdcontactpersoon says of a colleague. Who speaks for a Samenwerkingsverband keeps that role: it
    is for that to appoint them (art. 3.2)."""

    name = forms.CharField(label=gettext_lazy("Naam"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mailadres"))
    phone = forms.CharField(label=gettext_lazy("Telefoon"), max_length=30, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Rol"),
        choices=[(role.value, role.label) for role in (Contact.Role.CONTACT, Contact.Role.MAIN)],
    )

    def __init__(self, *args: Any, contact: Contact | None = None, **options: Any) -> None:
        if contact is not None:
            known = person_of(contact)
            options["initial"] = {
                "name": known.name,
                "email": known.email,
                "phone": known.phone,
                "role": known.role,
            }
        super().__init__(*args, **options)
        self.contact = contact
        if contact is not None and contact.role == Contact.Role.PARTNERSHIP:
            del self.fields["role"]

    def person(self) -> Person:
        given = dict(self.cleaned_data)
        if self.contact is not None and "role" not in given:
            given |= {"role": self.contact.role, "partnership": self.contact.partnership}
        return Person(**given)
