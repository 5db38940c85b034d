"""What the talk after a structural failure asks for (art. 2.12)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from desk.door import Invalid, Refused
from desk.fields import MomentField
from incidents.forms import words


class FailureForm(forms.Form):
    def __init__(self, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{verb}_%s", **kwargs})

    def refuse(self, error: Refused) -> None:
        """Put what an action found wrong beside the field that it is about."""
        for name, wrong in (error.errors if isinstance(error, Invalid) else {}).items():
            self.add_error(name if name in self.fields else None, wrong)


class Request(FailureForm):
    request = words(gettext_lazy("Verzoek om overleg"))


class Plan(FailureForm):
    planned_at = MomentField(label=gettext_lazy("Overleg op"))
    umbrella = forms.CharField(
        label=gettext_lazy("Koepelorganisatie"), max_length=120, required=False,
        help_text=gettext_lazy("Verplicht als meer contractanten dit overleg vragen."),
    )  # fmt: skip


class Outcome(FailureForm):
    held_at = MomentField(label=gettext_lazy("Gevoerd op"))
    outcome = words(
        gettext_lazy("Uitkomst"), help_text=gettext_lazy("Dit lezen de contractanten die erom vroegen.")
    )


FORMS: dict[str, type[FailureForm]] = {"request": Request, "plan": Plan, "outcome": Outcome}
