"""The forms beside the worklist: what narrows it, keeping that, and what is done to several Meldingen at once."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Contractant, Service
from desk.guard import Guarded
from desk.models import User
from desk.permissions import STAFF
from incidents.forms import words
from incidents.models import Kind, Melding
from incidents.queries import KEYS, VIEWS

VIEW_NAMES = [(view.slug, view.name) for view in VIEWS]
NEEDS = {"reply": "body"}


class Narrowing(forms.Form):
    """What narrows the worklist; nonsense narrows nothing."""

    service = forms.ModelChoiceField(
        Service.objects.filter(is_active=True), label=gettext_lazy("Dienst"), required=False,
        empty_label=gettext_lazy("Alle Diensten"),
    )  # fmt: skip
    contractant = forms.ModelChoiceField(
        Contractant.objects.filter(is_active=True), label=gettext_lazy("Contractant"), required=False,
        empty_label=gettext_lazy("Alle contractanten"),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Soort"),
        required=False,
        choices=[("", gettext_lazy("Alle soorten")), *Kind.choices],
    )
    assignee = forms.ModelChoiceField(
        User.objects.filter(role__in=STAFF, is_active=True), label=gettext_lazy("Behandelaar"), required=False,
        empty_label=gettext_lazy("Alle behandelaars"),
    )  # fmt: skip

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class Together(Guarded):
    """Which Meldingen, and what about them. `verb` is the button that was pressed."""

    verb = forms.ChoiceField(choices=[(name, name) for name in ("assign", "reply", "merge")])
    assignee = forms.ModelChoiceField(
        User.objects.filter(role__in=STAFF, is_active=True).order_by("name"),
        label=gettext_lazy("Toewijzen aan"), required=False, empty_label=gettext_lazy("Niemand"),
    )  # fmt: skip
    body = words(gettext_lazy("Antwoord aan elke melder"), required=False)
    into = forms.CharField(
        label=gettext_lazy("Samenvoegen in"), max_length=20, required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("de oudste van deze")}),
    )  # fmt: skip
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "together_%s", **kwargs})
        self.user = user
        self.fields["assignee"].initial = user.pk
        self.fields["body"].widget.attrs |= {"rows": 3, "data-draft": "together-body"}

    def clean_into(self) -> Melding | None:
        """The Melding whose number was typed; the same answer for unknown and for not allowed."""
        if not (number := str(self.cleaned_data["into"]).strip().upper()):
            return None
        found = Melding.objects.visible_to(self.user).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("Er is geen melding met dit nummer."))
        return found

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        needed = NEEDS.get(given.get("verb", ""))
        if needed and not given.get(needed):
            self.add_error(needed, _("Schrijf eerst het antwoord."))
        return given


class KeepFilter(Guarded):
    """The name for what the worklist shows, and whether colleagues see it too."""

    name = forms.CharField(label=gettext_lazy("Naam"), max_length=40)
    shared = forms.BooleanField(required=False)
    view = forms.ChoiceField(choices=VIEW_NAMES)
    sort = forms.ChoiceField(choices=[(name, name) for name in KEYS])
