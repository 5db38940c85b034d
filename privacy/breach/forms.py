"""What the steps of a security incident ask."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contractants.models import Contractant
from desk import texts
from desk.fields import DayField, MomentField
from desk.forms import Reason, Refusable, Said, StepForm, words
from desk.models import User
from desk.permissions import SEES_RESTRICTED, STAFF
from privacy.breach.actions import Answers
from privacy.models import (
    Affected,
    Aspect,
    BreachRisk,
    Category,
    Consequence,
    FollowUp,
    Letter,
    SecurityIncident,
    Told,
    YesNo,
)

Many = forms.CheckboxSelectMultiple


def rows_of(field: Any) -> forms.ModelChoiceField[Any]:
    """A field of a form as what it is: a choice from rows."""
    chosen: forms.ModelChoiceField[Any] = field
    return chosen


def incident(form: StepForm) -> SecurityIncident:
    assert isinstance(form.case, SecurityIncident)
    return form.case


class OpenForm(Refusable):
    known_at = MomentField(
        label=_("Sinds wanneer weten wij dit?"), required=False,
        help_text=_("Vanaf dit tijdstip lopen de 24 uur. Leeg: nu."),
    )  # fmt: skip
    aspect = forms.ChoiceField(label=_("Wat is aangetast?"), choices=Aspect.choices, widget=forms.RadioSelect)
    subject = forms.CharField(
        label=_("Wat is er gebeurd, in één zin?"), max_length=texts.SUBJECT_MAX,
        help_text=_("Zonder namen of nummers van patiënten."),
    )  # fmt: skip
    description = words(_("Wat is er gebeurd?"), help_text=_("Wat is gezien, door wie, en wat is al gedaan?"))
    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)


class Assess(StepForm):
    """The standard assessment: the same questions each time."""

    personal = forms.ChoiceField(
        label=_("Zijn er persoonsgegevens bij betrokken?"), choices=YesNo.choices, widget=forms.RadioSelect
    )
    categories = forms.MultipleChoiceField(
        label=_("Welke soorten gegevens?"), choices=Category.choices, widget=Many, required=False
    )
    lost = forms.MultipleChoiceField(
        label=_("Wat is aangetast?"), choices=Aspect.choices, widget=Many, required=False
    )
    unintelligible = forms.BooleanField(
        label=_("De gegevens zijn onbegrijpelijk voor wie ze heeft (versleuteld, sleutel veilig)"),
        required=False,
    )
    trusted = forms.BooleanField(
        label=_("Alle ontvangers zijn bekend en vertrouwd, en hebben bevestigd dat zij de gegevens hebben gewist"), required=False
    )  # fmt: skip
    restored = forms.BooleanField(
        label=_("De gegevens zijn tijdig en volledig hersteld, en niemand heeft ze ingezien"), required=False
    )
    recipients = words(_("Bij wie kwamen de gegevens terecht?"), required=False)
    controllers = forms.ModelMultipleChoiceField(
        Contractant.objects.none(), label=_("Om welke verwerkingsverantwoordelijken gaat het?"), required=False,
        help_text=_("Zij worden geïnformeerd, ook als het geen datalek blijkt."),
    )  # fmt: skip
    persons = forms.IntegerField(
        label=_("Aantal betrokkenen, bij benadering"), min_value=0, max_value=20_000_000, required=False,
        help_text=_("Leeg: nog niet bekend."),
    )  # fmt: skip
    records = forms.IntegerField(
        label=_("Aantal gegevensregels, bij benadering"), min_value=0, max_value=2_000_000_000, required=False
    )
    consequences = forms.MultipleChoiceField(
        label=_("Welke gevolgen zijn waarschijnlijk?"),
        choices=Consequence.choices,
        widget=Many,
        required=False,
    )
    explanation = words(_("Toelichting"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = incident(self)
        concerned = case.affected.values("contractant")  # also one that has left since
        offered = Contractant.objects.filter(Q(is_active=True) | Q(pk__in=concerned))
        rows_of(self.fields["controllers"]).queryset = offered.order_by("name")
        newest = case.assessments.order_by("-edition").first()
        if newest is not None:
            self.initial.update(newest.answers, recipients=newest.recipients)
            self.initial["controllers"] = list(case.affected.values_list("contractant", flat=True))
        else:
            self.initial["lost"] = [case.aspect]
            if case.melding is not None and case.melding.contractant_id:
                self.initial["controllers"] = [case.melding.contractant_id]

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        apart = {name: given.pop(name) for name in ("controllers", "recipients", "explanation")}
        given["consequences"] = tuple(given["consequences"])
        return {"answers": Answers(**given), **apart}


class Conclude(StepForm):
    deviation = words(
        _("Waarom wijk je af van de toetsing?"),
        required=False,
        help_text=_("Alleen als de toetsing anders uitkomt."),
    )


class ConcludeBreach(Conclude):
    risk = forms.ChoiceField(
        label=_("Risico voor de betrokkenen"), choices=BreachRisk.choices, widget=forms.RadioSelect
    )
    field_order = ("risk", "deviation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = incident(self).assessments.order_by("-edition").first()
        self.initial["risk"] = newest.risk if newest else ""


class Draft(StepForm):
    english = forms.BooleanField(label=_("In het Engels"), required=False)


class Approve(StepForm):
    letters = forms.ModelMultipleChoiceField(
        Letter.objects.none(), label=_("Welke brieven?"), widget=Many,
        help_text=_("Lees ze eerst. Wat je zelf schreef, keurt een ander goed."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = Letter.objects.filter(affected__incident=incident(self), approved_at=None).exclude(
            author=self.user
        )
        rows_of(self.fields["letters"]).queryset = waiting.select_related("affected__contractant")


class WithController(StepForm):
    controller = forms.ModelChoiceField(Affected.objects.none(), label=_("Verwerkingsverantwoordelijke"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows_of(self.fields["controller"]).queryset = incident(self).affected.select_related("contractant")


class Phone(WithController):
    person = forms.CharField(label=_("Wie heb je gesproken?"), max_length=120)
    phoned_at = MomentField(label=_("Wanneer?"), required=False, help_text=_("Leeg: nu."))


class Decide(WithController):
    authority = forms.ChoiceField(
        label=_("Melding bij de Autoriteit Persoonsgegevens"), choices=Told.choices, required=False
    )
    authority_at = MomentField(label=_("Gemeld bij de AP op"), required=False)
    subjects = forms.ChoiceField(label=_("Melding aan de betrokkenen"), choices=Told.choices, required=False)
    subjects_at = MomentField(label=_("Gemeld aan betrokkenen op"), required=False)


def people() -> Any:
    return User.objects.filter(role__in=STAFF, is_active=True).order_by("name")


class Plan(StepForm):
    what = forms.CharField(label=_("Wat moet er gebeuren?"), max_length=300)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Wie doet het?"), help_text=_("Krijgt daarmee toegang.")
    )
    due_on = DayField(label=_("Uiterlijk"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows_of(self.fields["owner"]).queryset = people()


class Finish(StepForm):
    action = forms.ModelChoiceField(FollowUp.objects.none(), label=_("Welke actie?"))
    handed_to = forms.CharField(
        label=_("Overgedragen aan probleem of wijziging"), max_length=20, required=False, help_text=_("Het nummer. Leeg: de actie is klaar."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows_of(self.fields["action"]).queryset = incident(self).follow_ups.filter(done_at=None)


class Close(StepForm):
    effects = words(_("Wat waren de gevolgen?"))
    measures = words(_("Welke maatregelen zijn genomen?"))
    lessons = words(_("Wat leren wij ervan?"))


class LetIn(StepForm):
    user = forms.ModelChoiceField(User.objects.none(), label=_("Wie?"))  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = incident(self).accesses.values("user")
        rows_of(self.fields["user"]).queryset = (
            people().exclude(role__in=SEES_RESTRICTED).exclude(pk__in=known)
        )


class ShutOut(StepForm):
    user = forms.ModelChoiceField(User.objects.none(), label=_("Wie?"))  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows_of(self.fields["user"]).queryset = User.objects.filter(
            pk__in=incident(self).accesses.values("user")
        )


class LetterForm(Refusable):
    subject = forms.CharField(label=_("Onderwerp"), max_length=200)
    body = words(_("Brief"), max_length=texts.TEXT_MAX)


FORMS: dict[str, type[StepForm]] = {
    "none": StepForm, "reason": Reason, "note": Said, "assess": Assess, "conclude": Conclude, "conclude_breach": ConcludeBreach,
    "draft": Draft, "approve": Approve, "phone": Phone, "decide": Decide, "plan": Plan, "finish": Finish, "close": Close,
    "let_in": LetIn, "shut_out": ShutOut,
}  # fmt: skip


class RegisterForm(forms.Form):
    """What is not chosen is everything."""

    year = forms.TypedChoiceField(label=_("Jaar"), coerce=int, required=False, empty_value=None)
    outcome = forms.ChoiceField(
        label=_("Uitkomst"), required=False,
        choices=[("", _("alle")), ("breach", _("datalek")), ("none", _("geen datalek")), ("late", _("te laat geïnformeerd"))],
    )  # fmt: skip

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year: Any = self.fields["year"]
        year.choices = [("", _("alle")), *((one, str(one)) for one in years)]
