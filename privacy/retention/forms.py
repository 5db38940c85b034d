"""What a legal hold asks, and the rule of one kind of data in Beheer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact, Contractant
from desk.forms import Refusable, words
from desk.guard import Guarded
from desk.models import User
from desk.numbers import by_number
from incidents.models import Melding
from privacy.models import RetentionRule
from privacy.retention.holds import Held


class HoldForm(Refusable):
    """One of three: a Melding by its number, a contact, or a whole contractant."""

    melding = forms.CharField(
        label=_("Melding"), required=False, max_length=20, help_text=_("Het nummer, zoals M26-00864.")
    )
    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("of contactpersoon"), required=False)
    contractant = forms.ModelChoiceField(
        Contractant.objects.none(), label=_("of contractant"), required=False
    )
    reason = words(_("Reden"), help_text=_("Waarom dit bewaard moet blijven, zonder namen van patiënten."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        contacts: Any = self.fields["contact"]
        contacts.queryset = Contact.objects.all().select_related("user", "contractant").order_by("user__name")
        contacts.label_from_instance = lambda row: f"{row} ({row.contractant})"
        contractants: Any = self.fields["contractant"]
        contractants.queryset = Contractant.objects.all()

    def clean_melding(self) -> Melding | None:
        number = self.cleaned_data["melding"].strip().upper()
        found: Melding | None = by_number(Melding.objects.visible_to(self.user), number)
        if number and found is None:
            raise forms.ValidationError(_("Er is geen melding met dit nummer."))
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and len(self._chosen(given)) != 1:
            self.add_error(
                "melding", _("Kies precies één: een melding, een contactpersoon of een contractant.")
            )
        return given

    def on(self) -> Held:
        return self._chosen(self.cleaned_data)[0]

    def _chosen(self, given: dict[str, Any]) -> list[Held]:
        return [given[name] for name in ("melding", "contact", "contractant") if given.get(name)]


class LiftForm(Refusable):
    reason = words(_("Waarom de bewaarplicht vervalt"))


class RuleForm(Guarded, forms.ModelForm[RetentionRule]):
    class Meta:
        model = RetentionRule
        fields = ("days", "because", "is_active")
