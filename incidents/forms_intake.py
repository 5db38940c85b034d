"""The form with which an agent takes in a Melding."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contractants.models import Contact, Contractant, Service
from desk.fields import MomentField
from desk.guard import Guarded
from incidents.forms import EXPECTED, matrix_field, words
from incidents.models import Channel, Kind, Melding

PHONE_CHANNELS = [(c.value, c.label) for c in (Channel.PHONE, Channel.EMAIL, Channel.SUPPLIER)]


class NewMelding(Guarded):
    """A Melding that an agent takes in, mostly by phone (SLA 9.4, 10.2)."""

    caller = forms.CharField(label=gettext_lazy("Wie belt er?"), required=False, max_length=100)
    contact = forms.ModelChoiceField(
        Contact.objects.select_related("user", "contractant").filter(is_active=True, user__is_active=True),
        label=gettext_lazy("Contactpersoon"), required=False, widget=forms.HiddenInput,
    )  # fmt: skip
    contractant = forms.ModelChoiceField(
        Contractant.objects.filter(is_active=True), label=gettext_lazy("Contractant"), required=False,
        empty_label=gettext_lazy("Onbekend"),
    )  # fmt: skip
    reporter_name = forms.CharField(label=gettext_lazy("Naam"), max_length=120, required=False)
    reporter_phone = forms.CharField(label=gettext_lazy("Telefoon"), max_length=30, required=False)
    reporter_email = forms.EmailField(label=gettext_lazy("E-mailadres"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("Kwam binnen per"), choices=PHONE_CHANNELS, initial=Channel.PHONE
    )
    received_at = MomentField(label=gettext_lazy("Ontvangen"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Soort"), choices=Kind.choices, initial=Kind.INCIDENT, widget=forms.RadioSelect
    )
    service = forms.ModelChoiceField(
        Service.objects.filter(is_active=True), label=gettext_lazy("Dienst"), required=False,
        empty_label=gettext_lazy("Onbekend"),
    )  # fmt: skip
    subject = forms.CharField(label=gettext_lazy("Onderwerp"), max_length=200)
    description = words(gettext_lazy("Omschrijving"))
    breach_of_confidentiality = forms.BooleanField(
        label=gettext_lazy("De vertrouwelijkheid is mogelijk geschonden"), required=False,
        help_text=gettext_lazy("Altijd prioriteit 1."),
    )  # fmt: skip
    breach_of_integrity = forms.BooleanField(
        label=gettext_lazy("De juistheid van gegevens is mogelijk geschonden"), required=False
    )
    affected_users = forms.IntegerField(
        label=gettext_lazy("Aantal gebruikers met hinder"), min_value=0, max_value=1_000_000, required=False
    )
    first_seen_at = MomentField(label=gettext_lazy("Voor het eerst gezien"), required=False)
    first_seen_action = forms.CharField(
        label=gettext_lazy("Bij welke handeling"), max_length=300, required=False
    )
    reproducible = forms.ChoiceField(
        label=gettext_lazy("Te herhalen"), required=False,
        choices=[("", gettext_lazy("Niet opgegeven")), *Melding._meta.get_field("reproducible").choices],  # type: ignore[misc]
    )  # fmt: skip
    expected_priority = forms.TypedChoiceField(
        label=gettext_lazy("Verwachte prioriteit"),
        choices=EXPECTED,
        coerce=int,
        empty_value=None,
        required=False,
    )
    goal = words(gettext_lazy("Beoogd doel"), required=False)
    examples = words(gettext_lazy("Voorbeelden"), required=False)
    accept_missing = forms.BooleanField(
        label=gettext_lazy("Toch aannemen zonder deze gegevens"), required=False,
        help_text=gettext_lazy("De melding laat zien wat er ontbreekt."),
    )  # fmt: skip
    pick_up = forms.BooleanField(label=gettext_lazy("Ik neem deze zelf in behandeling"), required=False)
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, priorities: dict[tuple[str, str], int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matrix"] = matrix_field(priorities)
        for name in ("description", "goal", "examples"):
            self.fields[name].widget.attrs["data-draft"] = f"new-{name}"

    def given(self) -> dict[str, Any]:
        """The parts of a `Report` that are filled in well, whatever else is wrong."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in NOT_REPORTED}
        impact, urgency = self.cleaned_data.get("matrix", ("", ""))
        if contact := data.get("contact"):
            data["contractant"] = contact.contractant
        return {"kind": Kind.INCIDENT, "channel": Channel.PHONE, "subject": "", "description": "", **data,
                "impact": impact, "urgency": urgency}  # fmt: skip

    def refuse(self, errors: dict[str, str]) -> None:
        """Show what an action found wrong beside the field that it is about."""
        for name, wrong in errors.items():
            self.add_error(name if name in self.fields else None, wrong)

    def only(self, names: Iterable[str]) -> list[forms.BoundField]:
        return [self[name] for name in names]


NOT_REPORTED = frozenset({"caller", "accept_missing", "pick_up", "client_key", "matrix"})
