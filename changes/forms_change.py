"""What the steps of a Change ask, and the request itself."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from changes.actions.request import Request
from changes.approvals import Risk
from changes.models import Change, ChangeKind, Release, ReleaseState, StandardChange
from contractants.models import Contact, Service
from desk.fields import DayField
from desk.forms import Reason, Refusable, Said, StepForm, words
from desk.models import User
from incidents.models import Melding
from problems.models import Problem

TOLD = _("De contactpersoon leest dit.")


class Assess(StepForm):
    cost = words(_("Kosten"), help_text=_("Uren, licenties, wat het anderen kost."))
    risk = words(_("Risico"), help_text=_("Wat er mis kan gaan, en hoe het terug te draaien is."))
    risk_level = forms.ChoiceField(
        label=_("Mate van risico"), choices=Risk.choices, widget=forms.RadioSelect,
        help_text=_("Bepaalt wie er moet goedkeuren."),
    )  # fmt: skip
    benefit = words(_("Baten"), help_text=_("Wat het oplevert, en voor wie."))

    def __init__(self, *args: Any, case: Change, **kwargs: Any) -> None:
        names = ("cost", "risk", "risk_level", "benefit")
        super().__init__(*args, case=case, initial={name: getattr(case, name) for name in names}, **kwargs)


class Honour(StepForm):
    words = words(_("Toelichting"), required=False, help_text=TOLD)


class Told(StepForm):
    reason = words(_("Reden"), help_text=TOLD)


class Plan(StepForm):
    release = forms.ModelChoiceField(Release.objects.none(), label=_("Release"))
    release_note = words(_("Tekst in de releasenotes"), help_text=_("Voor alle contractanten met deze dienst; te wijzigen tot de release uit is."))  # fmt: skip

    def __init__(self, *args: Any, case: Change, **kwargs: Any) -> None:
        initial = {"release": case.release_id, "release_note": case.release_note}
        super().__init__(*args, case=case, initial=initial, **kwargs)
        field: Any = self.fields["release"]
        field.queryset = takes_more(case)
        field.label_from_instance = _dated
        if case.from_incident:
            field.help_text = _("Komt uit een incident, en gaat mee in de eerstvolgende release.")


def takes_more(case: Change) -> Any:
    """The Releases that it may go into; one that comes from an Incident goes into the next (SLA 10.3)."""
    rows = Release.objects.filter(service=case.service_id, state=ReleaseState.PLANNED)
    rows = rows.select_related("service").order_by("planned_on", "id")
    return rows.filter(pk__in=rows.values("pk")[:1]) if case.from_incident else rows


def _dated(release: Release) -> str:
    return f"{release.title} ({release.planned_on:%d-%m-%Y})"


class Describe(StepForm):
    release_note = words(_("Tekst in de releasenotes"))

    def __init__(self, *args: Any, case: Change, **kwargs: Any) -> None:
        super().__init__(*args, case=case, initial={"release_note": case.release_note}, **kwargs)


class Verify(StepForm):
    result = words(
        _("Wat is getest, met welke uitkomst"), required=False, help_text=_("Alleen collega’s lezen dit.")
    )


class AgreeDate(StepForm):
    on = DayField(label=_("Klaar op"), help_text=_("De contactpersoon krijgt hiervan bericht."))


FORMS: dict[str, type[StepForm]] = {
    "none": StepForm, "assess": Assess, "approve": StepForm, "honour": Honour, "told": Told, "plan": Plan,
    "describe": Describe, "verify": Verify, "agree_date": AgreeDate, "reason": Reason, "reply": Said, "note": Said,
}  # fmt: skip


class NewRequest(Refusable):
    """A contact asks for a Change (SLA 10.2)."""

    service = forms.ModelChoiceField(Service.objects.none(), label=_("Dienst"))
    subject = forms.CharField(label=_("Onderwerp"), max_length=200)
    description = words(_("Omschrijving"), help_text=_("Wat moet er anders?"))
    goal = words(_("Beoogd doel"), help_text=_("Welk voordeel geeft dat vergeleken met nu?"))
    examples = words(_("Voorbeelden"), required=False, help_text=_("Als u die heeft."))
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args: Any, services: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["service"]
        field.queryset = services
        if len(services) == 1:
            field.initial = services[0]

    def request(self, **more: Any) -> Request:
        given = {name: value for name, value in self.cleaned_data.items() if name != "client_key"}
        return Request(**{**given, **more})


class NewChange(NewRequest):
    """Staff take one in, of the supplier itself or on behalf of a contact (SLA 10.1)."""

    kind = forms.ChoiceField(label=_("Soort"), choices=ChangeKind.choices, initial=ChangeKind.REQUEST)
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=_("Contactpersoon"), required=False,
        help_text=_("Alleen een geregistreerde contactpersoon mag een wijziging aanvragen (SLA 10.1)."),
    )  # fmt: skip
    standard = forms.ModelChoiceField(
        StandardChange.objects.select_related("service"), label=_("Standaardwijziging"), required=False
    )
    field_order = ("kind", "contact", "service", "standard")

    def __init__(
        self, *args: Any, user: User, melding: Melding | None = None, problem: Problem | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        known = _known(melding or problem)
        super().__init__(*args, services=Service.objects.filter(is_active=True), initial=known, **kwargs)
        self.source = {"melding": melding, "problem": problem}
        field: Any = self.fields["contact"]
        field.queryset = _contacts(user, melding)
        if not StandardChange.objects.exists():
            del self.fields["standard"]
            self.fields["kind"].choices = ChangeKind.choices[:2]  # type: ignore[attr-defined]

    def request(self, **more: Any) -> Request:
        return super().request(**self.source, **more)


def _known(source: Melding | Problem | None) -> dict[str, Any]:
    """What the form starts with; a Problem is the supplier's own (SLA 10.1). A Change is read by more people than a
    restricted Melding."""
    words = ("subject", "description", "goal", "examples")
    names = ("contact", "service", *(() if getattr(source, "restricted_at", None) else words))
    found = {name: value for name in names if (value := getattr(source, name, None))}
    return {**found, "kind": ChangeKind.OWN} if isinstance(source, Problem) else found


def _contacts(user: User, melding: Melding | None) -> Any:
    rows: Any = Contact.objects.all()
    rows = rows.visible_to(user).filter(is_active=True, user__is_active=True)
    if melding is not None and melding.contractant_id:
        rows = rows.filter(contractant=melding.contractant_id)
    return rows.select_related("user", "contractant").order_by("contractant__name", "user__name")
