"""What the talk after a structural failure asks for (art. 2.12)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from desk.fields import MomentField
from desk.forms import StepForm, words


class Request(StepForm):
    request = words(gettext_lazy("Verzoek om overleg"))


class Plan(StepForm):
    planned_at = MomentField(label=gettext_lazy("Overleg op"))
    umbrella = forms.CharField(
        label=gettext_lazy("Koepelorganisatie"), max_length=120, required=False,
        help_text=gettext_lazy("Verplicht als meer contractanten dit overleg vragen."),
    )  # fmt: skip


class Outcome(StepForm):
    held_at = MomentField(label=gettext_lazy("Gevoerd op"))
    outcome = words(
        gettext_lazy("Uitkomst"), help_text=gettext_lazy("Dit lezen de contractanten die erom vroegen.")
    )


FORMS: dict[str, type[StepForm]] = {"request": Request, "plan": Plan, "outcome": Outcome}
