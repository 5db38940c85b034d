"""What an echelon fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from incidents.forms import BOTH_SIDES, ActForm, words
from incidents.models import Escalation, Reason


class EscalationForm(ActForm):
    """The words that a step of an escalation asks for; its Melding is that of the setting."""

    def __init__(self, *args: Any, escalation: Escalation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.escalation = escalation


class Spoken(EscalationForm):
    words = words(gettext_lazy("Toelichting"), help_text=BOTH_SIDES)


class Answer(EscalationForm):
    """With another priority, where that is what it is about (SLA 9.1)."""

    words = words(gettext_lazy("Antwoord aan de contractant"))
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Prioriteit"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("Blijft zoals die is")), *((n, f"P{n}") for n in range(1, 5))],
    )  # fmt: skip

    def __init__(self, *args: Any, escalation: Escalation, **kwargs: Any) -> None:
        super().__init__(*args, escalation=escalation, **kwargs)
        if escalation.reason != Reason.PRIORITY or not escalation.melding.is_open:
            del self.fields["priority"]


FORMS: dict[str, type[EscalationForm]] = {"none": EscalationForm, "words": Spoken, "answer": Answer}
