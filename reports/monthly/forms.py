"""What is asked to find reports, and to make one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contractants.models import Contractant, Service
from desk.fields import MonthField
from desk.forms import Refusable
from reports.models import ReportState


class Filters(forms.Form):
    """Of the list; what makes no sense narrows nothing."""

    month = MonthField(required=False)
    state = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Elke status")), *ReportState.choices]
    )
    service = forms.ModelChoiceField(
        Service.objects.all(), label=_("Dienst"), required=False, to_field_name="slug",
        empty_label=_("Elke Dienst"),
    )  # fmt: skip

    def narrow(self, rows: Any) -> Any:
        self.is_valid()
        given = self.cleaned_data
        if given.get("month"):
            rows = rows.filter(month=given["month"].first)
        for name in ("state", "service"):
            if given.get(name):
                rows = rows.filter(**{name: given[name]})
        return rows


class MakeForm(Refusable):
    """One report, now; also about a Dienst or contractant of which the last months are still to be told."""

    month = MonthField()
    service = forms.ModelChoiceField(
        Service.objects.all(), label=_("Dienst"), empty_label=_("Kies een Dienst")
    )
    contractant = forms.ModelChoiceField(
        Contractant.objects.all(), label=_("Contractant"), required=False,
        empty_label=_("Alle contractanten samen"),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "make_%s", **options})  # beside the filters, which ask the same
