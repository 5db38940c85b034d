"""Recording which Release a contractant uses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes.models import Release
from changes.models.release import OUT
from contractants.models import Contractant
from desk.fields import DayField
from desk.forms import Refusable
from sla.queries import contracts_on


class UseForm(Refusable):
    release = forms.ModelChoiceField(
        Release.objects.none(), label=_("Release"), empty_label=_("Kies een release")
    )
    since = DayField(label=_("In gebruik sinds"), help_text=_("De dag waarop deze versie in productie kwam."))

    def __init__(self, *args: Any, contractant: Contractant, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"since": timezone.localdate()}, **kwargs})
        held = contracts_on(timezone.now()).filter(contractant=contractant)
        field: Any = self.fields["release"]
        field.queryset = (
            Release.objects.filter(service__in=held.values("service"), state__in=OUT)
            .select_related("service").order_by("service__name", "-released_at")
        )  # fmt: skip
        field.label_from_instance = lambda release: release.title
