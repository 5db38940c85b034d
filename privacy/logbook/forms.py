"""What the trail is searched by."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Contractant
from desk.fields import DayField
from desk.models import User
from desk.models.audit import Mode, Result

ANY = ("", gettext_lazy("Alles"))


class Search(forms.Form):
    person = forms.CharField(label=gettext_lazy("Persoon"), required=False, max_length=120,
                             help_text=gettext_lazy("Naam of e-mailadres, of een deel daarvan."))  # fmt: skip
    number = forms.CharField(label=gettext_lazy("Nummer"), required=False, max_length=100,
                             help_text=gettext_lazy("Bijvoorbeeld M26-00001."))  # fmt: skip
    contractant = forms.ModelChoiceField(Contractant.objects.all(), label=gettext_lazy("Contractant"), required=False,
                                         empty_label=gettext_lazy("Alle contractanten"))  # fmt: skip
    act = forms.SlugField(label=gettext_lazy("Handeling"), required=False, max_length=80,
                          help_text=gettext_lazy("De code die in de lijst onder de handeling staat."))  # fmt: skip
    mode = forms.ChoiceField(label=gettext_lazy("Aard"), required=False, choices=[ANY, *Mode.choices])
    result = forms.ChoiceField(label=gettext_lazy("Uitkomst"), required=False, choices=[ANY, *Result.choices])
    since = DayField(label=gettext_lazy("Van"), required=False)
    until = DayField(label=gettext_lazy("Tot en met"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("Deze dag ligt voor de eerste."))
        return given

    def chosen(self) -> Q:
        """The condition that was asked for; days are those of Amsterdam."""
        given = self.cleaned_data
        chosen = Q(**{name: given[name] for name in ("act", "mode", "result") if given[name]})
        if given["number"]:
            chosen &= Q(number__in=[given["number"], given["number"].upper()])
        if given["contractant"]:
            chosen &= Q(contractant=given["contractant"].pk)
        if given["person"]:
            named = Q(name__icontains=given["person"]) | Q(email__icontains=given["person"])
            chosen &= Q(user__in=list(User.objects.filter(named).values_list("pk", flat=True)))
        if given["since"]:
            chosen &= Q(at__gte=_midnight(given["since"]))
        if given["until"]:
            chosen &= Q(at__lt=_midnight(given["until"] + timedelta(days=1)))
        return chosen


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), get_default_timezone())
