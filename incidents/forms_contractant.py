"""What contractants fill in: a report in plain words, a reply, a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from contractants.models import Service
from desk import texts
from desk.fields import MomentField
from desk.forms_files import WithFiles
from desk.guard import Guarded
from incidents.actions import Report
from incidents.models import Channel, Kind, Level, Reason, Urgency

# Beside subject and description, what each kind asks for (SLA 9.4, 10.2).
ASKED = {
    Kind.QUESTION: (),
    Kind.INCIDENT: ("impact", "urgency", "affected_users", "first_seen_at", "reproducible"),
    Kind.CHANGE: ("goal",),
}
OFFERED = {
    Kind.QUESTION: (),
    Kind.INCIDENT: (*ASKED[Kind.INCIDENT], "breach_of_confidentiality", "first_seen_action"),
    Kind.CHANGE: ("goal", "examples"),
}
# A fact of the report -> the questions of the form that it follows from.
ANSWERED_BY = {"expected_priority": ("impact", "urgency"), "contact": ("kind",), "reporter_name": ("name",)}


class Words(Guarded):
    """Words that are checked before they go anywhere; `text_fields` names them."""

    use_required_attribute = False
    text_fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.refuse(texts.errors_in(**{name: given.get(name) or "" for name in self.text_fields}))
        return given

    def refuse(self, errors: dict[str, str]) -> None:
        """Put what is wrong beside the question that it is about."""
        for name, text in errors.items():
            asked = [field for field in ANSWERED_BY.get(name, (name,)) if field in self.fields]
            for field in asked or (None,):
                self.add_error(field, text)


class Sent(WithFiles, Words):
    """Words with files; `client_key` makes sending it twice sending it once."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_key"].initial = uuid4


class ReportForm(Sent):
    """A report by a contact who is signed in."""

    text_fields: tuple[str, ...] = ("subject", "description", "goal", "examples", "first_seen_action")

    kind = forms.ChoiceField(
        label=gettext_lazy("Waar gaat het om?"), widget=forms.RadioSelect,
        choices=[
            (Kind.INCIDENT, gettext_lazy("Er werkt iets niet of niet goed")),
            (Kind.QUESTION, gettext_lazy("Ik heb een vraag")),
            (Kind.CHANGE, gettext_lazy("Ik wil iets laten wijzigen")),
        ],
    )  # fmt: skip
    service = forms.ModelChoiceField(
        Service.objects.none(), label=gettext_lazy("Om welke Dienst gaat het?"), required=False,
        empty_label=gettext_lazy("Weet ik niet"),
    )  # fmt: skip
    subject = forms.CharField(
        label=gettext_lazy("Onderwerp"), max_length=texts.SUBJECT_MAX,
        help_text=gettext_lazy("In één zin, zonder namen of nummers van patiënten."),
    )  # fmt: skip
    description = forms.CharField(
        label=gettext_lazy("Omschrijving"), widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Wat deed u, wat verwachtte u en wat gebeurde er?"),
    )  # fmt: skip
    impact = forms.ChoiceField(
        label=gettext_lazy("Wie hebben er last van?"), widget=forms.RadioSelect, required=False,
        choices=[
            (Level.LARGE, gettext_lazy("Meerdere afdelingen. Zonder dit ligt een kritiek proces stil: geen enkel MDO kan doorgaan.")),
            (Level.MEDIUM, gettext_lazy("Eén afdeling, meerdere gebruikers. Het MDO van vandaag kan bijvoorbeeld niet doorgaan.")),
            (Level.SMALL, gettext_lazy("Een of enkele gebruikers. Eén deelnemer kan bijvoorbeeld geen beelden openen.")),
        ],
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label=gettext_lazy("Kunt u nog werken?"), widget=forms.RadioSelect, required=False,
        choices=[
            (Urgency.HIGH, gettext_lazy("Nee, het werk ligt stil.")),
            (Urgency.MEDIUM, gettext_lazy("Even niet, maar dat is tijdelijk op te vangen.")),
            (Urgency.LOW, gettext_lazy("Ja, misschien met een omweg.")),
        ],
    )  # fmt: skip
    breach_of_confidentiality = forms.BooleanField(
        label=gettext_lazy("Gegevens zijn terechtgekomen bij iemand die ze niet mag zien."), required=False,
    )  # fmt: skip
    affected_users = forms.IntegerField(
        label=gettext_lazy("Hoeveel gebruikers hebben er last van?"), min_value=1, max_value=1_000_000,
        required=False, help_text=gettext_lazy("Een schatting is goed."),
    )  # fmt: skip
    first_seen_at = MomentField(label=gettext_lazy("Wanneer zag u het voor het eerst?"), required=False)
    first_seen_action = forms.CharField(
        label=gettext_lazy("Wat deed u op dat moment?"), max_length=300, required=False
    )
    reproducible = forms.ChoiceField(
        label=gettext_lazy("Gebeurt het opnieuw als u hetzelfde doet?"), widget=forms.RadioSelect, required=False,
        choices=[
            ("yes", gettext_lazy("Ja")),
            ("sometimes", gettext_lazy("Soms")),
            ("no", gettext_lazy("Nee")),
            ("unknown", gettext_lazy("Niet geprobeerd")),
        ],
    )  # fmt: skip
    goal = forms.CharField(
        label=gettext_lazy("Wat wilt u ermee bereiken?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    examples = forms.CharField(
        label=gettext_lazy("Voorbeelden"), widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text=gettext_lazy("Hoe het nu gaat en hoe het zou moeten gaan."),
    )  # fmt: skip

    field_order: Iterable[str] = (
        "name", "email", "phone", "kind", "service", "subject", "description", "impact", "urgency",
        "breach_of_confidentiality", "affected_users", "first_seen_at", "first_seen_action", "reproducible", "goal",
        "examples", "files", "images_masked", "client_key",
    )  # fmt: skip

    def __init__(self, *args: Any, services: QuerySet[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]
        for kind, names in ASKED.items():
            for name in names:
                self.fields[name].required = not self.is_bound or self.data.get("kind") == kind

    def report(self, channel: str = Channel.PORTAL, **who: Any) -> Report:
        """The answers that belong to the kind; those to questions of another kind are left out."""
        given = self.cleaned_data
        kept = {name: given[name] for name in OFFERED[given["kind"]] if given[name] is not None}
        common = {
            name: given[name] for name in ("kind", "service", "subject", "description", "images_masked")
        }
        return Report(channel=channel, **common, **kept, **who)


class PublicReportForm(ReportForm):
    """A report by somebody who has not signed in. `website` is left empty by people, who do not see it."""

    text_fields = (*ReportForm.text_fields, "name")

    name = forms.CharField(
        label=gettext_lazy("Uw naam"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mailadres"), widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("Hierop vragen wij u de melding te bevestigen. Gebruik uw adres van het werk."),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Telefoonnummer"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    website = forms.CharField(required=False)

    def who(self) -> list[forms.BoundField]:
        """The questions about the person, which the portal need not ask."""
        return [self["name"], self["email"], self["phone"]]

    @property
    def is_trap_sprung(self) -> bool:
        return bool(self.data.get("website"))

    def public_report(self) -> Report:
        given = self.cleaned_data
        return self.report(
            channel=Channel.WEB, reporter_name=" ".join(given["name"].split()), reporter_email=given["email"],
            reporter_phone=given["phone"],
        )  # fmt: skip


class ReplyForm(Sent):
    text_fields = ("body",)

    body = forms.CharField(label=gettext_lazy("Uw reactie"), widget=forms.Textarea(attrs={"rows": 5}))
    field_order = ("body", "files", "images_masked", "client_key")


class ReopenForm(Words):
    text_fields = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("Wat is er nog niet opgelost?"), widget=forms.Textarea(attrs={"rows": 4})
    )


class EscalateForm(Words):
    text_fields = ("words",)

    reason = forms.ChoiceField(
        label=gettext_lazy("Waar gaat het over?"), widget=forms.RadioSelect,
        choices=[
            (Reason.CONTENT, gettext_lazy("De oplossing, het antwoord of het contact met ons")),
            (Reason.DEADLINE, gettext_lazy("Het duurt langer dan afgesproken")),
            (Reason.PRIORITY, gettext_lazy("De prioriteit klopt volgens mij niet")),
        ],
    )  # fmt: skip
    expected_priority = forms.TypedChoiceField(
        label=gettext_lazy("Welke prioriteit verwacht u?"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("Niet van toepassing")), *((n, str(n)) for n in range(1, 5))],
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("Wat moet er volgens u gebeuren?"), widget=forms.Textarea(attrs={"rows": 4})
    )


class EscalationWords(Words):
    text_fields = ("words",)

    words = forms.CharField(label=gettext_lazy("Waarom?"), widget=forms.Textarea(attrs={"rows": 4}))
