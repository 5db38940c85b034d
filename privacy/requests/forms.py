"""What is asked when a request is registered, and by its steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contractants.models import Contractant
from desk.fields import MomentField
from desk.forms import Refusable, StepForm, words
from privacy.models.request import RequestChannel, Right
from privacy.requests.actions import Asked


class Instruction(StepForm):
    instruction = words(
        _("Opdracht"),
        help_text=_("Wat moeten wij doen met de gegevens in deze desk? Zonder gegevens van patiënten."),
    )


class Result(StepForm):
    result = words(_("Wat is gedaan"), help_text=_("De hoofdcontactpersoon leest dit."))


FORMS: dict[str, type[StepForm]] = {"none": StepForm, "instruction": Instruction, "result": Result}


class RegisterForm(Refusable):
    contractant = forms.ModelChoiceField(Contractant.objects.none(), label=_("Verwerkingsverantwoordelijke"))
    right = forms.ChoiceField(
        label=_("Wat vraagt de betrokkene?"), choices=Right.choices, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label=_("Binnengekomen per"), choices=RequestChannel.choices)
    received_at = MomentField(label=_("Ontvangen op"))
    reference = forms.CharField(
        label=_("Kenmerk van de betrokkene"), max_length=80, required=False,
        help_text=_("Waaraan de verwerkingsverantwoordelijke deze persoon herkent. Geen BSN."),
    )  # fmt: skip
    person = forms.CharField(
        label=_("Naam van de betrokkene"), max_length=120, required=False,
        help_text=_("Alleen als er geen kenmerk is. De naam wordt na de bewaartermijn gewist."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contractant"]
        field.queryset = Contractant.objects.filter(is_active=True)

    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)
