"""The forms of the roster; whether a shift makes sense, `incidents.actions.duty` says."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from desk.fields import MomentField
from desk.guard import Guarded
from desk.models import User
from desk.permissions import STAFF
from incidents.models import Shift


class Colleague(forms.ModelChoiceField[User]):
    def __init__(self, **options: Any) -> None:
        colleagues = User.objects.filter(is_active=True, role__in=STAFF).order_by("name")
        super().__init__(colleagues, **{"label": gettext_lazy("Wie"), **options})


class ShiftChoice(forms.ModelChoiceField[Shift]):
    def label_from_instance(self, shift: Shift) -> str:
        return f"{shift.person} · {date_format(localtime(shift.starts_at), 'D j M, H:i')}"


class PlanShift(Guarded):
    person = Colleague()
    role = forms.ChoiceField(label=gettext_lazy("Soort dienst"), choices=Shift.Duty.choices)
    starts_at = MomentField(label=gettext_lazy("Van"))
    ends_at = MomentField(label=gettext_lazy("Tot"))
    note = forms.CharField(label=gettext_lazy("Toelichting"), max_length=120, required=False)


class HandTo(forms.Form):
    person = Colleague(label=gettext_lazy("Wie neemt de dienst over?"))

    def __init__(self, *args: Any, shift: Shift, now: datetime, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "hand_to_%s", **options})
        field = cast("forms.ModelChoiceField[User]", self.fields["person"])
        assert field.queryset is not None
        field.queryset = field.queryset.exclude(pk=shift.person_id)


class Swap(forms.Form):
    other = ShiftChoice(Shift.objects.none(), label=gettext_lazy("Ruilen met welke dienst?"))

    def __init__(self, *args: Any, shift: Shift, now: datetime, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "swap_%s", **options})
        coming = Shift.objects.filter(ends_at__gt=now, duty=shift.duty, person__is_active=True)
        others = coming.exclude(person=shift.person_id).select_related("person")
        cast("forms.ModelChoiceField[Shift]", self.fields["other"]).queryset = others
