"""What an echelon fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from desk.forms import StepForm, words
from incidents.forms import BOTH_SIDES
from incidents.models import Reason


class Spoken(StepForm):
    words = words(gettext_lazy("Toelichting"), help_text=BOTH_SIDES)


class Answer(StepForm):
    """With another priority, where that is what it is about (SLA 9.1)."""

    words = words(gettext_lazy("Antwoord aan de contractant"))
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Prioriteit"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("Blijft zoals die is")), *((n, f"P{n}") for n in range(1, 5))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        escalation: Any = self.case
        if escalation.reason != Reason.PRIORITY or not escalation.melding.is_open:
            del self.fields["priority"]


FORMS: dict[str, type[StepForm]] = {"none": StepForm, "words": Spoken, "answer": Answer}
