"""Forms of the steps of a case: they say what shape an answer has; whether it makes sense, the actions say."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from desk.door import Invalid, Refused
from desk.guard import Guarded
from desk.models import Case, User


def words(label: Any, **options: Any) -> forms.CharField:
    """A text of more than one line."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}), strip=True, **options)


class Refusable(Guarded):
    """A form that shows what an action found wrong: beside the field that it is about, or above it all. `refused` is
    that refusal."""

    refused: Refused | None = None

    def refuse(self, error: Refused) -> None:
        self.refused = error
        self.offer_for(error)
        for name, wrong in (error.errors if isinstance(error, Invalid) else {"": str(error)}).items():
            self.add_error(name if name in self.fields else None, wrong)

    def arguments(self) -> dict[str, Any]:
        """Those of the action of the same name."""
        return dict(self.cleaned_data)


class StepForm(Refusable):
    """The words that a step of `case` asks of `user`."""

    def __init__(self, *args: Any, case: Case, user: User, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{verb}_%s", **kwargs})
        self.case, self.user = case, user
        for name, one in self.fields.items():
            if isinstance(one.widget, forms.Textarea):
                one.widget.attrs["data-draft"] = f"{case.number}-{verb}-{name}"

    def refuse(self, error: Refused) -> None:
        """What is about no field stands above the page of the case already."""
        if isinstance(error, Invalid):
            super().refuse(error)


class Reason(StepForm):
    reason = words(gettext_lazy("Reden"))


class Said(StepForm):
    """One contribution to the conversation; `client_key` makes sending it twice sending it once."""

    body = words(gettext_lazy("Tekst"))
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
