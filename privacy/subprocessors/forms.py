"""What is asked of a new sub-processor, and by the steps of its life."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contractants.models import Contractant, Service
from desk.fields import MomentField
from desk.forms import Refusable, StepForm, words
from privacy.models import Objection, Subprocessor
from privacy.models.subprocessor import Place
from privacy.subprocessors.actions import Proposed


class ObjectForm(StepForm):
    reason = words(
        _("Uw bezwaar"), help_text=_("Waarom u niet wilt dat deze subverwerker uw gegevens verwerkt.")
    )


class LetterForm(StepForm):
    contractant = forms.ModelChoiceField(Contractant.objects.none(), label=_("Contractant"))
    received_at = MomentField(label=_("Ontvangen op"))
    reason = words(_("Bezwaar"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.case, Subprocessor)
        field: Any = self.fields["contractant"]
        field.queryset = self.case.concerned()


class AnswerForm(StepForm):
    objection = forms.ModelChoiceField(Objection.objects.none(), label=_("Bezwaar van"))
    honoured = forms.TypedChoiceField(
        label=_("Wordt het gehonoreerd?"), choices=[("yes", _("ja")), ("no", _("nee"))], widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    answer = words(_("Antwoord"), help_text=_("Met de reden. De contractant leest dit."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["objection"]
        field.queryset = Objection.objects.unanswered().filter(subprocessor=self.case.pk)


FORMS: dict[str, type[StepForm]] = {
    "none": StepForm, "objection": ObjectForm, "letter": LetterForm, "answer": AnswerForm,
}  # fmt: skip


class ProposeForm(Refusable):
    name = forms.CharField(label=_("Naam"), max_length=120)
    task = forms.CharField(label=_("Wat doet die voor ons?"), max_length=200)
    data: Any = forms.CharField(label=_("Welke gegevens verwerkt die?"), max_length=300)
    country = forms.CharField(label=_("Land"), max_length=80)
    place = forms.ChoiceField(label=_("Doorgifte"), choices=Place.choices)
    agreement = forms.CharField(
        label=_("Verwerkersovereenkomst"), max_length=200, help_text=_("Kenmerk en datum, met dezelfde verplichtingen als de onze.")
    )  # fmt: skip
    services = forms.ModelMultipleChoiceField(
        Service.objects.none(), label=_("Voor welke Diensten?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Niets gekozen: voor alle, en dan krijgen alle contractanten bericht."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["services"]
        field.queryset = Service.objects.filter(is_active=True)

    def proposed(self) -> Proposed:
        return Proposed(**self.cleaned_data)
