"""What Onderhoud asks; whether it fits, `changes.planning` says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from changes.models import OPEN, Change, Maintenance, MaintenanceKind, Release
from changes.models.release import AHEAD
from contractants.models import Service
from desk.fields import MomentField
from desk.forms import Refusable, Said, StepForm
from desk.forms import words as text
from desk.guard import Guarded

WHY = gettext_lazy("Alleen nodig waar een regel dat vraagt. Contractanten lezen dit niet.")
FIELDS = (
    "title", "services", "kind", "starts_at", "ends_at", "has_impact", "description", "change", "release", "reason"
)  # fmt: skip


class Numbered(forms.ModelChoiceField[Any]):
    def label_from_instance(self, case: Any) -> str:
        return f"{case.number} {case.subject}"


class PlanFields(Guarded):
    title = forms.CharField(label=gettext_lazy("Titel"), max_length=200)
    services = forms.ModelMultipleChoiceField(
        Service.objects.filter(is_active=True), label=gettext_lazy("Diensten"), widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Soort"), choices=MaintenanceKind.choices)
    starts_at = MomentField(label=gettext_lazy("Van"))
    ends_at = MomentField(label=gettext_lazy("Tot"))
    has_impact = forms.BooleanField(
        label=gettext_lazy("Merkbaar voor gebruikers"), required=False, initial=True,
        help_text=gettext_lazy("De dienst is dan niet of beperkt beschikbaar, of duidelijk trager."),
    )  # fmt: skip
    description = text(
        gettext_lazy("Omschrijving voor contractanten"), required=False,
        help_text=gettext_lazy("Dit staat in de aankondiging en in het portaal."),
    )  # fmt: skip
    change = Numbered(Change.objects.filter(state__in=OPEN), label=gettext_lazy("Wijziging"), required=False)
    release = Numbered(
        Release.objects.filter(state__in=AHEAD).select_related("service"),
        label=gettext_lazy("Release"),
        required=False,
    )
    reason = text(gettext_lazy("Waarom toch zo?"), required=False, help_text=WHY)


class NewMaintenance(PlanFields, Refusable):
    """Everything about Onderhoud that is new."""


class OfMaintenance(StepForm):
    """A step of Onderhoud; what is looked at while it is filled in is checked against the rules at once."""

    case: Any
    live: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.live:
            self.fields[name].widget.attrs |= {
                "hx-get": f"{reverse('changes:maintenance_check')}?maintenance={self.case.number}",
                "hx-trigger": "change", "hx-target": "#checks", "hx-include": "closest form",
                "hx-params": "not csrfmiddlewaretoken,version",
            }  # fmt: skip


class Revise(PlanFields, OfMaintenance):
    live = ("services", "kind", "starts_at", "ends_at", "has_impact")

    def __init__(self, *args: Any, case: Maintenance, **kwargs: Any) -> None:
        known = {name: getattr(case, name) for name in FIELDS if name != "services"}
        super().__init__(*args, case=case, initial={**known, "services": case.services.all()}, **kwargs)


class Plan(OfMaintenance):
    reason = text(gettext_lazy("Waarom toch zo?"), required=False, help_text=WHY)

    def __init__(self, *args: Any, case: Maintenance, **kwargs: Any) -> None:
        super().__init__(*args, case=case, initial={"reason": case.reason}, **kwargs)


class Replan(OfMaintenance):
    live = ("starts_at", "ends_at")
    starts_at = MomentField(label=gettext_lazy("Van"))
    ends_at = MomentField(label=gettext_lazy("Tot"))
    reason = text(gettext_lazy("Waarom toch zo?"), required=False, help_text=WHY)


class Move(Replan):
    words = text(
        gettext_lazy("Toelichting voor contractanten"), required=False,
        help_text=gettext_lazy("Is het al aangekondigd, dan krijgen zij bericht van de nieuwe tijd."),
    )  # fmt: skip


class Cancel(OfMaintenance):
    words = text(
        gettext_lazy("Waarom gaat het niet door?"),
        help_text=gettext_lazy("Contractanten die er al van wisten, lezen dit."),
    )


class Checked(forms.Form):
    """What the page has so far, to weigh while somebody is filling it in."""

    services = forms.ModelMultipleChoiceField(Service.objects.filter(is_active=True), required=False)
    kind = forms.ChoiceField(choices=MaintenanceKind.choices, required=False)
    starts_at = MomentField(required=False)
    ends_at = MomentField(required=False)
    has_impact = forms.BooleanField(required=False)


FORMS: dict[str, type[StepForm]] = {
    "revise": Revise, "plan": Plan, "move": Move, "replan": Replan, "cancel": Cancel, "none": OfMaintenance, "note": Said,
}  # fmt: skip
