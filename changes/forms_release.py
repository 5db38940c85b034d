"""What the steps of a Release ask, and putting one on the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from changes.models import Release, ReleaseKind
from contractants.models import Service
from desk.fields import DayField, FilesField
from desk.forms import Refusable, Said, StepForm, words


class Reschedule(StepForm):
    planned_on = DayField(label=_("Nieuwe datum"))
    reason = words(_("Reden"), help_text=_("Contractanten lezen dit."))


class Introduction(StepForm):
    introduction = words(_("Inleiding bij de releasenotes"))

    def __init__(self, *args: Any, case: Release, **kwargs: Any) -> None:
        super().__init__(*args, case=case, initial={"introduction": case.introduction}, **kwargs)


class Documents(StepForm):
    files = FilesField(  # type: ignore[assignment]  # the form keeps its uploads under that name too
        label=_("Documenten"), required=True, help_text=_("Contractanten zien deze zodra de release uit is.")
    )


class Cve(StepForm):
    reason = words(
        _("Reden"),
        help_text=_("Noem de CVE. Contractanten lezen dit, en zijn verplicht mee te werken (SLA 11)."),
    )


class Told(StepForm):
    reason = words(_("Reden"), help_text=_("Contractanten lezen dit."))


FORMS: dict[str, type[StepForm]] = {
    "none": StepForm, "reschedule": Reschedule, "introduction": Introduction, "documents": Documents, "cve": Cve,
    "reason": Told, "note": Said,
}  # fmt: skip


class NewRelease(Refusable):
    service = forms.ModelChoiceField(Service.objects.filter(is_active=True), label=_("Dienst"))
    kind = forms.ChoiceField(label=_("Soort"), choices=ReleaseKind.choices, initial=ReleaseKind.RELEASE)
    name = forms.CharField(label=_("Versie"), max_length=20, help_text=_("Zoals 8.2 of 8.2.1. Het eerste getal is de hoofdversie."))  # fmt: skip
    planned_on = DayField(label=_("Gepland op"))
