"""What the forms of the staff's pages share. They say what shape an answer has; whether it makes sense, the actions say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.door import Invalid, Refused
from desk.fields import MatrixField
from desk.guard import Guarded
from desk.models import User
from incidents.models import Level, Melding, Message, Urgency
from incidents.queries import Choices

EXPECTED = [("", gettext_lazy("Niet opgegeven")), *((n, f"P{n}") for n in range(1, 5))]
BOTH_SIDES = gettext_lazy("Dit lezen de contractant en het echelon.")


def words(label: Any, **options: Any) -> forms.CharField:
    """A text of more than one line."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}), strip=True, **options)


def matrix_field(priorities: dict[tuple[str, str], int], **options: Any) -> MatrixField:
    """The matrix of SLA 9.2 with the priorities of a policy."""
    return MatrixField(
        **{"label": gettext_lazy("Impact en urgentie"), "required": False, **options},
        impacts=Level.choices, urgencies=Urgency.choices, priorities=priorities,
    )  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What the forms on the page of one Melding choose from."""

    melding: Melding
    user: User
    choices: Choices = field(default_factory=Choices)
    messages: list[Message] = field(default_factory=list)


class ActForm(Guarded):
    """The words that a transition asks for; `arguments` are those of the action of the same name."""

    def __init__(self, *args: Any, setting: Setting, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{verb}_%s", **kwargs})
        self.setting = setting
        for name, one in self.fields.items():
            if isinstance(one.widget, forms.Textarea):
                one.widget.attrs["data-draft"] = f"{setting.melding.number}-{verb}-{name}"

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def refuse(self, error: Refused) -> None:
        """Put what an action found wrong beside the field that it is about."""
        self.offer_for(error)
        for name, wrong in (error.errors if isinstance(error, Invalid) else {}).items():
            self.add_error(name if name in self.fields else None, wrong)

    def melding(self, name: str) -> Melding:
        """The Melding whose number was typed; the same answer for unknown and for not allowed."""
        number = str(self.cleaned_data[name]).strip().upper()
        found = Melding.objects.visible_to(self.setting.user).filter(number=number[:20]).first()
        if found is None:
            raise forms.ValidationError(_("Er is geen melding met dit nummer."))
        return found
