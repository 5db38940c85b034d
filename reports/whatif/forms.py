"""What somebody may suppose: field by field, as the pages of Beheer ask it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Contractant, Service
from desk.forms import Refusable
from desk.models import User
from domain import quarters
from domain.months import Month
from domain.priority import PRIORITIES
from incidents.clocks import CLOCKS
from reports.whatif.alteration import Alteration
from sla.forms import CELLS, cell
from sla.models import CalendarVersion, Policy, PolicyVersion, Target
from sla.objections import policy_objections, target_objections, version_objections
from sla.queries import AMSTERDAM
from sla.wording import said

QUARTERS, MONTHS, MOST_DAYS = 8, 24, 60
UNITS = [("", "–"), *((unit.value, unit.label) for unit in (Target.Unit.HOURS, Target.Unit.WORKING_DAYS))]
TARGETS = {f"{clock}_{priority}": (clock, priority) for clock, priority in product(CLOCKS, PRIORITIES)}
DUTCH = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})", re.ASCII)


class DaysField(forms.CharField):
    """Dates as people write them: 2026-05-05 or 5-5-2026, with commas or on lines of their own."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value: Any) -> Any:
        written = [part.strip() for part in re.split(r"[,;\n]", value or "") if part.strip()]
        if len(written) > MOST_DAYS:
            raise forms.ValidationError(_("Hooguit %(most)d dagen.") % {"most": MOST_DAYS})
        return tuple(sorted({_day(part) for part in written}))


def _day(text: str) -> date:
    try:
        if dutch := DUTCH.fullmatch(text):
            day = date(int(dutch[3]), int(dutch[2]), int(dutch[1]))
        else:
            day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        raise forms.ValidationError(_("“%(text)s” is geen datum als 5-5-2026.") % {"text": text[:20]})
    return day


class Question(Refusable):
    """Over which Meldingen, and what is supposed to be otherwise."""

    period = forms.ChoiceField(label=gettext_lazy("Periode"), help_text=gettext_lazy("Van ontvangst."))
    policy = forms.ModelChoiceField(Policy.objects.all(), label=gettext_lazy("Afspraken"), empty_label=None)
    service = forms.ModelChoiceField(
        Service.objects.all(),
        label=gettext_lazy("Dienst"),
        required=False,
        empty_label=gettext_lazy("alle diensten"),
    )
    contractant = forms.ModelChoiceField(
        Contractant.objects.none(), label=gettext_lazy("Contractant"), required=False,
        empty_label=gettext_lazy("alle contractanten"),
    )  # fmt: skip
    version = forms.ModelChoiceField(
        PolicyVersion.objects.select_related("policy"), label=gettext_lazy("Volgens deze versie"), required=False,
        empty_label=gettext_lazy("zoals het was"), help_text=gettext_lazy("Ook een concept dat nog niet is gepubliceerd."),
    )  # fmt: skip
    calendar = forms.ModelChoiceField(
        CalendarVersion.objects.select_related("calendar"), label=gettext_lazy("Met deze kalenderversie"), required=False,
        empty_label=gettext_lazy("zoals het was"), help_text=gettext_lazy("In plaats van de andere versies van die kalender."),
    )  # fmt: skip
    closed = DaysField(
        label=gettext_lazy("Extra gesloten dagen"), required=False,
        help_text=gettext_lazy("Bijvoorbeeld 5-5-2026, 15-5-2026. Een kalender die nooit sluit, blijft open."),
    )  # fmt: skip
    opened = DaysField(
        label=gettext_lazy("Dagen die toch open zijn"), required=False,
        help_text=gettext_lazy("Feestdagen of sluitingsdagen die dan een gewone dag zijn."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: Any = self.fields
        choices["period"].choices = list(_periods(timezone.localdate()))
        choices["contractant"].queryset = Contractant.objects.visible_to(user)
        for name, (_clock, _priority) in TARGETS.items():
            self.fields[name] = forms.DecimalField(
                label=_("Hoeveelheid"), required=False, min_value=0, max_digits=7, decimal_places=2
            )
            self.fields[f"{name}_unit"] = forms.ChoiceField(label=_("Eenheid"), choices=UNITS, required=False)
        for (impact, urgency), name in CELLS.items():
            one = cell(impact, urgency)
            one.required, one.empty_value, one.choices = False, None, [("", "–"), *one.choices]  # type: ignore[misc]
            self.fields[name] = one

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that the page shows one below the other."""
        return [self[name] for name in self.base_fields]

    @property
    def targets(self) -> list[dict[str, Any]]:
        """The table of targets: a row for each priority."""
        return [
            {"priority": priority, "cells": [
                {"label": Target.Clock(clock).label, "amount": self[f"{clock}_{priority}"], "unit": self[f"{clock}_{priority}_unit"]}
                for clock in CLOCKS]}
            for priority in PRIORITIES
        ]  # fmt: skip

    @property
    def matrix(self) -> list[forms.BoundField]:
        return [self[name] for name in CELLS.values()]

    def alters_targets(self) -> bool:
        return any(
            field.data or field.errors
            for row in self.targets
            for cell in row["cells"]
            for field in (cell["amount"], cell["unit"])
        )

    def alters_matrix(self) -> bool:
        return any(field.data or field.errors for field in self.matrix)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            self._complete_targets(given)
        if not self.errors:
            self._check(given)
        return given

    def _complete_targets(self, given: dict[str, Any]) -> None:
        """An amount without a unit is in that of the terms."""
        for name, (clock, priority) in TARGETS.items():
            amount, unit = given[name], given[f"{name}_unit"]
            if unit and amount is None:
                self.add_error(name, _("Geef ook de hoeveelheid."))
            elif amount is not None and not unit:
                held = self._version(given).targets.filter(clock=clock, priority=priority).first()
                if held is None or held.amount is None:
                    self.add_error(name, _("Kies uur of werkdagen: nu is dit in overleg."))
                else:
                    given[f"{name}_unit"] = held.unit

    def _check(self, given: dict[str, Any]) -> None:
        """Whether such terms could be at all, by the same objections as when they are published (SLA 9.1, 9.2)."""
        alteration, version = self.alteration(), self._version(given)
        if not alteration:
            raise forms.ValidationError(_("Vul in wat er anders zou zijn."))
        if version.policy_id != given["policy"].pk:
            self.add_error("version", _("Deze versie hoort bij andere afspraken."))
            return
        if wrong := self._pointless(given):
            for name, objection in wrong.items():
                self.add_error(name, objection)
            return
        if version.is_draft and (wrong := policy_objections(version)):
            self.add_error("version", " ".join(wrong.values()))
            return
        version.matrix = alteration.matrix_of(version)
        for name, objection in {
            **version_objections(version),
            **target_objections(alteration.rows(version)),
        }.items():
            self.add_error(name if name in self.fields else None, objection)
        try:
            alteration.terms_of()(version.pk)
        except ValueError as error:
            self.add_error("calendar" if alteration.calendar else "closed", said(error))

    def _pointless(self, given: dict[str, Any]) -> dict[str, str]:
        """What would change nothing, or two things at once."""
        found = {}
        if calendar := given["calendar"]:
            which = (
                {"version": given["version"]} if given["version"] else {"version__policy": given["policy"]}
            )
            if not Target.objects.filter(**which, calendar__calendar=calendar.calendar_id).exists():
                found["calendar"] = _("Deze afspraken gebruiken deze kalender niet.")
        if both := sorted({*given["closed"]} & {*given["opened"]}):
            found["opened"] = _("Een dag is gesloten of open, niet allebei: %(days)s.") % {
                "days": ", ".join(date_format(day, "j F Y") for day in both)
            }
        return found

    def _version(self, given: dict[str, Any]) -> PolicyVersion:
        """What is altered: the version that was chosen, else the newest that holds."""
        if given["version"]:
            return PolicyVersion.objects.select_related("policy").get(pk=given["version"].pk)
        published = (
            given["policy"].versions.filter(published_at__isnull=False).order_by("-starts_on", "-number")
        )
        if (newest := published.first()) is None:
            raise forms.ValidationError({"policy": _("Van deze afspraken is nog niets gepubliceerd.")})
        return PolicyVersion.objects.get(pk=newest.pk)

    def alteration(self) -> Alteration:
        given = self.cleaned_data
        return Alteration(
            given["version"] and given["version"].pk, given["calendar"] and given["calendar"].pk,
            given["closed"], given["opened"],
            {key: (given[name], given[f"{name}_unit"]) for name, key in TARGETS.items() if given[name] is not None},
            {key: given[name] for key, name in CELLS.items() if given[name]},
        )  # fmt: skip


def _periods(today: date) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Quarters and months, the newest first."""
    quarter, quarters_shown = quarters.first_day(today), []
    for _n in range(QUARTERS):
        label = _("kwartaal %(n)d van %(year)d") % {"n": (quarter.month + 2) // 3, "year": quarter.year}
        quarters_shown.append((quarters.name(quarter), label))
        quarter = quarters.preceding(quarter)
    months = [Month.of(today, AMSTERDAM).shifted(-n) for n in range(MONTHS)]
    yield _("Kwartalen"), quarters_shown
    yield _("Maanden"), [(str(month), date_format(month.first, "F Y")) for month in months]


def period_name(period: str) -> str:
    """As the form calls it."""
    if "Q" in period:
        return _("kwartaal %(n)d van %(year)d") % {"n": int(period[-1]), "year": int(period[:4])}
    return date_format(Month.parse(period).first, "F Y")
