"""What somebody looks at: a month, of one Dienst or all, of one contractant or all; and which number of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from contractants.models import Contractant, Service
from desk.fields import MonthField
from desk.models import User
from domain.months import Month
from incidents.clocks import CLOCKS
from incidents.models import Melding
from incidents.models.access import MeldingQuerySet
from reports.norm.counting import LISTS, Key
from sla.queries import AMSTERDAM

MONTHS = 36  # to choose from


@dataclass(frozen=True)
class Sight:
    month: Month
    service: Service | None = None
    contractant: Contractant | None = None

    def rows(self, user: User) -> MeldingQuerySet:
        """Which Meldingen are counted."""
        narrowed = {"service": self.service, "contractant": self.contractant}
        chosen = {name: value for name, value in narrowed.items() if value}
        return Melding.objects.counted_for(user).filter(**chosen)

    def address(self, key: Key, part: str) -> str:
        """Of the list that a number counts."""
        number = {"clock": key.clock, "priority": key.priority, "norm": key.promised, "part": part}
        return f"{reverse('reports:norm_meldingen')}?{urlencode({**self.query, **number})}"

    @property
    def query(self) -> dict[str, str]:
        chosen = {"service": self.service, "contractant": self.contractant}
        return {"month": str(self.month), **{name: str(one.pk) for name, one in chosen.items() if one}}

    @property
    def name(self) -> str:
        """Such as "juni 2026, Dienst MDO"."""
        parts = [date_format(self.month.first, "F Y"), self.service, self.contractant]
        return ", ".join(str(part) for part in parts if part)


class SightForm(forms.Form):
    """What is not chosen is the usual: this month, everything."""

    month = MonthField(required=False, widget=forms.Select)
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), label=gettext_lazy("Dienst"), required=False,
        empty_label=gettext_lazy("Alle Diensten"),
    )  # fmt: skip
    contractant = forms.ModelChoiceField(
        Contractant.objects.order_by("name"), label=gettext_lazy("Contractant"), required=False,
        empty_label=gettext_lazy("Alle contractanten"),
    )  # fmt: skip

    def __init__(self, given: Mapping[str, str], now: datetime) -> None:
        super().__init__(given)
        self.this = Month.of(now, AMSTERDAM)
        self.is_valid()
        months = {self._month(), *(self.this.shifted(-n) for n in range(MONTHS))}
        widget = self.fields["month"].widget
        widget.choices = [(str(one), date_format(one.first, "F Y").capitalize()) for one in sorted(months, reverse=True)]  # fmt: skip

    def _month(self) -> Month:
        return self.cleaned_data.get("month") or self.this

    def sight(self) -> Sight:
        """Of a form that is valid."""
        return Sight(self._month(), self.cleaned_data["service"], self.cleaned_data["contractant"])


class NumberForm(SightForm):
    """Which number of the norm; whoever asks for another one gets a 404."""

    clock = forms.ChoiceField(choices=[(clock, clock) for clock in CLOCKS])
    priority = forms.IntegerField(min_value=1, max_value=4)
    norm = forms.DecimalField(max_digits=5, decimal_places=2)
    part = forms.ChoiceField(choices=[(part, part) for part in LISTS])

    def key(self) -> Key:
        return Key(self.cleaned_data["clock"], self.cleaned_data["priority"], self.cleaned_data["norm"])
