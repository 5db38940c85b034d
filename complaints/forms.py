"""What the steps of a complaint ask."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.actions.register import abouts
from complaints.actions.treating import candidates, managers
from complaints.models import About, Complaint
from complaints.queries import services
from contractants.models import Contact, Service
from desk import texts
from desk.fields import MomentField
from desk.forms import Reason, Refusable, Said, StepForm, words
from desk.forms_files import WithFiles
from desk.models import User
from desk.permissions import Role
from incidents.models import Melding


def rows_of(field: Any) -> forms.ModelChoiceField[Any]:
    """A field of a form as what it is: a choice from rows."""
    chosen: forms.ModelChoiceField[Any] = field
    return chosen


class Assign(StepForm):
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Toewijzen aan"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.case, Complaint)
        people = candidates(self.case).exclude(pk=self.case.assignee_id or 0)
        rows_of(self.fields["assignee"]).queryset = people


class Involve(StepForm):
    manager = forms.ModelChoiceField(User.objects.none(), label=_("Servicelevelmanager"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.case, Complaint)
        rows_of(self.fields["manager"]).queryset = managers(self.case)


class Solution(StepForm):
    solution = words(
        _("Oplossing"), help_text=_("De contactpersoon leest dit en accepteert de oplossing of wijst die af.")
    )


class Report(StepForm):
    complained = words(_("Wat was de klacht?"))
    found = words(_("Wat hebben wij gevonden?"))
    done = words(_("Wat hebben wij gedaan?"))
    prevention = words(_("Hoe voorkomen wij herhaling?"))


class RelateMelding(StepForm):
    melding = forms.CharField(label=_("Nummer van de melding"), max_length=20, help_text="M26-00864")

    def clean_melding(self) -> Melding:
        number = self.cleaned_data["melding"].strip().upper()
        assert isinstance(self.case, Complaint)
        own = Melding.objects.visible_to(self.user).filter(contractant=self.case.contractant)
        melding = own.filter(number=number).first()
        if melding is None:
            raise forms.ValidationError(_("Deze contractant heeft geen melding met dit nummer."))
        return melding


class AboutForm(StepForm):
    about = forms.ChoiceField(label=_("De klacht gaat over"), choices=About.choices, widget=forms.RadioSelect)
    service = forms.ModelChoiceField(
        Service.objects.none(), label=_("Om welke Dienst gaat het?"), required=False,
        empty_label=_("Kies een Dienst"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.case, Complaint)
        self.initial.update(about=self.case.about, service=self.case.service_id)
        rows_of(self.fields["service"]).queryset = services(self.user)


class Reply(WithFiles, Said):
    field_order = ("body", "files", "images_masked", "client_key")


FORMS: dict[str, type[StepForm]] = {
    "none": StepForm, "reason": Reason, "reply": Reply, "note": Said, "assign": Assign, "involve": Involve,
    "solution": Solution, "report": Report, "melding": RelateMelding, "about": AboutForm,
}  # fmt: skip


BESIDE = ("files", "images_masked", "client_key")


class NewComplaint(WithFiles, Refusable):
    """A complaint of a contact of its own; `meldingen` are those of the contractant, by number."""

    about = forms.ChoiceField(
        label=_("Waar gaat de klacht over?"), choices=About.choices, widget=forms.RadioSelect
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), label=_("Om welke Dienst gaat het?"), required=False,
        empty_label=_("Kies een Dienst"),
    )  # fmt: skip
    meldingen = forms.CharField(
        label=_("Om welke melding gaat het?"), required=False, max_length=200,
        help_text=_("Het nummer, zoals M26-00864; meer nummers met een spatie ertussen."),
    )  # fmt: skip
    subject = forms.CharField(
        label=_("Onderwerp"), max_length=texts.SUBJECT_MAX,
        help_text=_("In één zin, zonder namen of nummers van patiënten."),
    )  # fmt: skip
    description = words(_("Klacht"), help_text=_("Wat is er gebeurd, en wat had u verwacht?"))
    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    field_order: Iterable[str] = (
        "contact", "received_at", "about", "service", "meldingen", "subject", "description", "files", "images_masked",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        rows_of(self.fields["service"]).queryset = services(self.user)

    def sent(self) -> dict[str, Any]:
        """What the action takes beside `Received`."""
        return {name: self.cleaned_data[name] for name in BESIDE}

    def received(self) -> dict[str, Any]:
        """The facts of `Received`."""
        return {name: value for name, value in self.cleaned_data.items() if name not in BESIDE}

    def clean_meldingen(self) -> list[Melding]:
        numbers = [number.upper() for number in self.cleaned_data["meldingen"].replace(",", " ").split()]
        found = {one.number: one for one in Melding.objects.visible_to(self.user).filter(number__in=numbers)}
        if unknown := [number for number in numbers if number not in found]:
            raise forms.ValidationError(
                _("Er is geen melding met nummer %(numbers)s."), params={"numbers": ", ".join(unknown)}
            )
        return list(found.values())


class RegisterForm(NewComplaint):
    """For staff: the complaint of a contact, as it came in on paper or by mail."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("Contactpersoon"))
    received_at = MomentField(label=_("Ontvangen op"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Contact.objects.visible_to(self.user).filter(is_active=True, contractant__is_active=True)
        rows_of(self.fields["contact"]).queryset = known.select_related("user", "contractant").order_by(
            "contractant__name", "user__name"
        )
        rows_of(self.fields["contact"]).label_from_instance = lambda obj: f"{obj.contractant}: {obj}"  # type: ignore[method-assign]
        allowed = abouts(self.user)
        about: Any = self.fields["about"]
        about.choices = [choice for choice in About.choices if choice[0] in allowed]
        if self.user.role in {Role.SUPPORT, Role.ON_CALL}:
            about.help_text = _(
                "Gaat de klacht over de Supportafdeling? Verwijs de contactpersoon dan naar de productmanager, de "
                "servicelevelmanager of het portaal; registreer die hier niet."
            )
