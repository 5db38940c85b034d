"""What somebody may choose to look at, and what an agreement has to say."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from contractants.models import Service
from desk.guard import Guarded
from domain.errors import WrongInput
from domain.months import Month
from reports.performance.agreeing import objections
from reports.performance.reading import one_line

MONTHS = 24  # to choose from; an earlier one by its address


class Sight(forms.Form):
    """Which Dienst and month; what is not there chooses the usual: the first Dienst that was measured, this month."""

    service = forms.ChoiceField(label=_("Dienst"), required=False)
    month = forms.ChoiceField(label=_("Maand"), required=False)

    def __init__(self, given: Any, services: list[Service], current: Month) -> None:
        self.services = {service.slug: service for service in services}
        self.chosen_month = _month(given.get("month", ""), current)
        self.chosen_service = self.services.get(given.get("service", "")) or next(iter(services), None)
        slug = self.chosen_service.slug if self.chosen_service else ""
        super().__init__({"service": slug, "month": str(self.chosen_month)})
        months = {*(current.shifted(-n) for n in range(MONTHS)), self.chosen_month}
        choices = [
            (str(one), date_format(one.first, "F Y").capitalize()) for one in sorted(months, reverse=True)
        ]
        self.fields["month"].choices = choices  # type: ignore[attr-defined]
        self.fields["service"].choices = [(one.slug, one.name) for one in services]  # type: ignore[attr-defined]


def _month(text: str, current: Month) -> Month:
    """Not one in the future: nothing was measured then."""
    try:
        return min(Month.parse(text), current)
    except WrongInput:
        return current


class ActionForm(Guarded, forms.ModelForm[Any]):
    def clean_action(self) -> str:
        return one_line(self.cleaned_data["action"])


class AgreementForm(ActionForm):
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, text in objections(given.get("starts_on"), given.get("agreed_on"), timezone.now()).items():
            self.add_error(name, text)
        return given


class TargetForm(ActionForm):
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("action") and not given.get("label"):
            self.add_error("action", _("Geef de actie, of het label waarin ze staat."))
        return given

    def clean_url(self) -> str:
        """A name within one's own network will do."""
        given: str = self.cleaned_data["url"]
        parts = urlsplit(given)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise forms.ValidationError(_("Dit is geen http(s)-adres."))
        return given
