"""The forms on the page of one Melding: what each step of its life asks for."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Contact, Contractant, Service
from desk.fields import FilesField, MomentField
from desk.models import User
from incidents.forms import BOTH_SIDES, EXPECTED, ActForm, Setting, matrix_field, words
from incidents.models import Channel, Kind, Melding, Message, Relation
from incidents.models.escalation import REASONS
from incidents.times import moment
from sla.adapter import terms


class PickUp(ActForm):
    # Pressed on the banner, without this form, the action's own defaults hold.
    asked = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=False)
    contacted = forms.BooleanField(
        label=gettext_lazy("Ik heb de melder gesproken"), required=False,
        help_text=gettext_lazy("Registratie, eerste contact en start van de diagnose halen samen de reactietijd."),
    )  # fmt: skip
    diagnosed = forms.BooleanField(label=gettext_lazy("De diagnose is gestart"), required=False, initial=True)

    def arguments(self) -> dict[str, Any]:
        asked = self.cleaned_data.pop("asked")
        return dict(self.cleaned_data) if asked else {}


class Resolve(ActForm):
    solution = words(gettext_lazy("Oplossing"), help_text=gettext_lazy("Dit leest de melder."))
    workaround = forms.BooleanField(
        label=gettext_lazy("Dit is een workaround"), required=False,
        help_text=gettext_lazy("Er blijft werk over: maak daarna een vervolgmelding."),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=gettext_lazy("De melder"), widget=forms.RadioSelect, initial="told",
        choices=[
            ("told", gettext_lazy("is ingelicht")),
            ("attempted", gettext_lazy("is niet bereikt; de poging is aantoonbaar")),
        ],
    )  # fmt: skip


class Question(ActForm):
    question = words(gettext_lazy("Vraag aan de melder"), help_text=gettext_lazy("Dit leest de melder."))


class Chain(ActForm):
    party = forms.CharField(label=gettext_lazy("Ketenpartij"), max_length=120)
    reference = forms.CharField(label=gettext_lazy("Hun kenmerk"), max_length=80, required=False)
    question = words(gettext_lazy("Wat is gevraagd"))


class Reason(ActForm):
    reason = words(gettext_lazy("Reden"), help_text=gettext_lazy("Dit leest de melder."))


class Assign(ActForm):
    assignee = forms.TypedChoiceField(label=gettext_lazy("Behandelaar"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: forms.TypedChoiceField = self.fields["assignee"]  # type: ignore[assignment]
        chosen.choices = [("", _("Niemand")), *self.setting.choices.colleagues.items()]
        chosen.coerce, chosen.empty_value = (lambda pk: User.objects.get(pk=pk)), None
        chosen.initial = self.setting.melding.assignee_id or self.setting.user.pk


class Priority(ActForm):
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Prioriteit"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("Volgens impact en urgentie")), *((n, f"P{n}") for n in range(1, 5))],
    )  # fmt: skip
    reason = words(
        gettext_lazy("Reden"),
        help_text=gettext_lazy("Interne notitie. De melder hoort de nieuwe prioriteit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.setting.melding
        self.fields = {"matrix": matrix_field(terms(case.policy_version_id).matrix), **self.fields}
        if case.impact and case.urgency:
            self.fields["matrix"].initial = f"{case.impact}-{case.urgency}"

    def arguments(self) -> dict[str, Any]:
        impact, urgency = self.cleaned_data.pop("matrix")
        return {**self.cleaned_data, "impact": impact, "urgency": urgency}


class AgreeDate(ActForm):
    due = MomentField(
        label=gettext_lazy("Opgelost uiterlijk"), help_text=gettext_lazy("Zoals afgesproken met de melder.")
    )


class Escalate(ActForm):
    reason = forms.ChoiceField(label=gettext_lazy("Waar gaat het over"), choices=REASONS)
    expected_priority = forms.TypedChoiceField(
        label=gettext_lazy("Verwachte prioriteit"), choices=EXPECTED, coerce=int, empty_value=None, required=False,
        help_text=gettext_lazy("Alleen bij een verschil van mening over de prioriteit."),
    )  # fmt: skip
    words = words(gettext_lazy("Reden van de escalatie"), help_text=BOTH_SIDES)


class CannotMeet(ActForm):
    expected_at = MomentField(label=gettext_lazy("Nieuwe verwachting: opgelost uiterlijk"))
    reason = words(
        gettext_lazy("Waarom lukt het niet op tijd"),
        help_text=gettext_lazy("Dit leest de melder. De melding wordt meteen geëscaleerd."),
    )


class Facts(ActForm, forms.ModelForm[Melding]):
    contact = forms.EmailField(
        label=gettext_lazy("Contactpersoon (e-mailadres)"), required=False,
        help_text=gettext_lazy("Van een geregistreerde contactpersoon; de contractant volgt daaruit."),
    )  # fmt: skip
    first_seen_at = MomentField(label=gettext_lazy("Voor het eerst gezien"), required=False)
    expected_priority = forms.TypedChoiceField(
        label=gettext_lazy("Verwachte prioriteit"),
        choices=EXPECTED,
        coerce=int,
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Melding
        fields = ("service", "affected_users", "first_seen_at", "first_seen_action", "reproducible",
                  "expected_priority", "goal", "examples", "contractant", "reporter_name", "reporter_email",
                  "reporter_phone")  # fmt: skip
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("goal", "examples")}

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, instance=setting.melding, **kwargs)
        case = setting.melding
        self.initial["contact"] = case.contact.user.email if case.contact else ""
        self._offer("service", Service.objects.filter(is_active=True), setting.choices.services)
        self._offer("contractant", Contractant.objects.visible_to(setting.user), setting.choices.contractants)
        if case.kind != Kind.CHANGE:
            del self.fields["goal"], self.fields["examples"]
        if case.channel == Channel.MONITORING:
            del self.fields["first_seen_at"]

    def _offer(self, name: str, rows: QuerySet[Any], shown: dict[int, str]) -> None:
        """Accept any of `rows`; `shown` are the same, read already."""
        chosen: forms.ModelChoiceField[Any] = self.fields[name]  # type: ignore[assignment]
        chosen.queryset = rows
        chosen.choices = [("", chosen.empty_label), *shown.items()]

    def _post_clean(self) -> None:
        """The Melding itself stays as it is: only the door may change it."""

    def clean_contact(self) -> Contact | None:
        if not (email := self.cleaned_data["contact"]):
            return None
        found = Contact.objects.filter(user__email__iexact=email, is_active=True)
        if (contact := found.select_related("contractant").first()) is None:
            raise forms.ValidationError(_("Er is geen actieve contactpersoon met dit adres."))
        return contact

    def clean(self) -> dict[str, Any]:
        if not self.changed_data and not self.errors:
            raise forms.ValidationError(_("Er is niets gewijzigd."))
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in self.changed_data}
        if contact := facts.get("contact"):
            facts["contractant"] = contact.contractant
        return {"facts": facts}


class Convert(ActForm):
    kind = forms.ChoiceField(label=gettext_lazy("Wordt een"), widget=forms.RadioSelect)
    reason = words(gettext_lazy("Reden"), help_text=gettext_lazy("Interne notitie."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: forms.ChoiceField = self.fields["kind"]  # type: ignore[assignment]
        chosen.choices = [(kind, name) for kind, name in Kind.choices if kind != self.setting.melding.kind]


class FollowUp(ActForm):
    subject = forms.CharField(label=gettext_lazy("Onderwerp"), max_length=200)
    description = words(gettext_lazy("Wat moet er nog gebeuren"))
    priority = forms.TypedChoiceField(label=gettext_lazy("Prioriteit"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].initial = self.setting.melding.subject
        chosen: forms.TypedChoiceField = self.fields["priority"]  # type: ignore[assignment]
        chosen.choices = [(n, f"P{n}") for n in range(self.setting.melding.priority + 1, 5)]


class Merge(ActForm):
    into = forms.CharField(
        label=gettext_lazy("Nummer van de andere melding"), max_length=20,
        help_text=gettext_lazy("Het gesprek en de bijlagen verhuizen daarheen; deze melding eindigt als dubbel."),
    )  # fmt: skip

    def clean_into(self) -> Melding:
        return self.melding("into")


class Duplicate(ActForm):
    other = forms.CharField(
        label=gettext_lazy("Nummer van de andere melding"), max_length=20,
        help_text=gettext_lazy("Elk houdt het eigen gesprek; deze melding eindigt als dubbel."),
    )  # fmt: skip

    def clean_other(self) -> Melding:
        return self.melding("other")


class Relate(ActForm):
    kind = forms.ChoiceField(label=gettext_lazy("Deze melding is"), choices=Relation.Kind.choices)
    other = forms.CharField(label=gettext_lazy("Nummer van de andere melding"), max_length=20)

    def clean_other(self) -> Melding:
        return self.melding("other")


class Split(ActForm):
    subject = forms.CharField(label=gettext_lazy("Onderwerp van de nieuwe melding"), max_length=200)
    messages = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Berichten die verhuizen"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: forms.TypedMultipleChoiceField = self.fields["messages"]  # type: ignore[assignment]
        chosen.choices = [(one.pk, _line(one)) for one in self.setting.messages]


def _line(message: Message) -> str:
    start = Truncator(" ".join(message.body.split())).chars(70)
    return f"{message.author or message.author_name}, {moment(message.at, message.at)}: {start}"


class Reply(ActForm):
    """A public answer; `client_key` makes sending it twice sending it once."""

    body = words(gettext_lazy("Antwoord"))
    files = FilesField()  # type: ignore[assignment]
    images_masked = forms.BooleanField(
        label=gettext_lazy("Op de foto of video zijn geen persoonsgegevens te zien"), required=False
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)


class Note(ActForm):
    """An internal note: no contractant reads it."""

    body = words(gettext_lazy("Interne notitie"))
    files = FilesField()  # type: ignore[assignment]
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)


# By the `form` that a transition declares; "none" asks nothing.
FORMS: dict[str, type[ActForm]] = {
    "none": ActForm, "pick_up": PickUp, "resolve": Resolve, "question": Question, "chain": Chain, "reason": Reason,
    "assign": Assign, "priority": Priority, "agree_date": AgreeDate, "facts": Facts, "convert": Convert,
    "follow_up": FollowUp, "merge": Merge, "duplicate": Duplicate, "relate": Relate, "split": Split,
    "escalate": Escalate, "cannot_meet": CannotMeet, "reply": Reply, "note": Note,
}  # fmt: skip
