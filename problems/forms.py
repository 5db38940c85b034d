"""Forms of a new Problem and of each step of its life."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Service
from desk.fields import MatrixField, MatrixInput, MomentField
from desk.forms import Reason, Refusable, Said, StepForm, words
from desk.guard import Guarded
from desk.models import User
from desk.permissions import STAFF
from desk.texts import SUBJECT_MAX
from domain import risk
from incidents.models import Melding
from problems.models import Impact, Likelihood, Problem, Risk, SolutionKind
from problems.models.problem import NOT_CLOSED

MOST = 100
READ_BY_REPORTER = gettext_lazy("Dit leest de melder als een collega de workaround toepast.")


class RiskInput(MatrixInput):
    columns_title = gettext_lazy("Kans")
    called = gettext_lazy("Impact %(impact)s, kans %(urgency)s")
    marks = dict(Risk.choices)


class RiskField(MatrixField):
    """Impact and likelihood in one choice, with the risk that follows in each cell (SLA 12.2)."""

    def __init__(self, **options: Any) -> None:
        grid = {(impact, chance): found for (chance, impact), found in risk.MATRIX.items()}
        super().__init__(
            impacts=Impact.choices, urgencies=Likelihood.choices, priorities=grid,
            **{"label": gettext_lazy("Risico"), "widget": RiskInput, **options},
        )  # fmt: skip


class MeldingenField(forms.CharField):
    """Numbers of Meldingen, with spaces or commas between them; `rows` says which there are to choose from."""

    def __init__(self, **options: Any) -> None:
        example = forms.TextInput(attrs={"placeholder": "M26-00864, M26-00871"})
        label = gettext_lazy("Nummers van meldingen")
        super().__init__(**{"label": label, "widget": example, "max_length": 2000, **options})

    def chosen(self, text: str, user: User) -> list[Melding]:
        numbers = list(dict.fromkeys(re.findall(r"[^\s,;]+", text.upper())))[:MOST]
        found = list(Melding.objects.visible_to(user).filter(number__in=numbers).order_by("number"))
        if unknown := sorted(set(numbers) - {melding.number for melding in found}):
            raise forms.ValidationError(_("Er is geen melding %(number)s.") % {"number": ", ".join(unknown)})
        return found


class ColleagueField(forms.ModelChoiceField[User]):
    def __init__(self, **options: Any) -> None:
        staff = User.objects.filter(role__in=STAFF, is_active=True).order_by("name")
        super().__init__(staff, **options)


class ServiceField(forms.ModelChoiceField[Service]):
    def __init__(self, **options: Any) -> None:
        rows = Service.objects.filter(is_active=True).order_by("name")
        super().__init__(rows, **{"label": gettext_lazy("Dienst"), "required": False, **options})


class NewProblem(Refusable):
    """What is seen; the cause comes later. `origin` follows from the Meldingen."""

    title = forms.CharField(label=gettext_lazy("Titel"), max_length=SUBJECT_MAX)
    description = words(gettext_lazy("Omschrijving"))
    service = ServiceField()
    risk = RiskField()
    workaround = words(
        gettext_lazy("Workaround, als die er al is"), required=False, help_text=READ_BY_REPORTER
    )
    meldingen = MeldingenField(required=False)
    owner = ColleagueField(
        label=gettext_lazy("Eigenaar"), required=False, empty_label=gettext_lazy("Niemand")
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for name in ("description", "workaround"):
            self.fields[name].widget.attrs["data-draft"] = f"problem-new-{name}"

    def clean_meldingen(self) -> list[Melding]:
        field: MeldingenField = self.fields["meldingen"]  # type: ignore[assignment]
        return field.chosen(self.cleaned_data["meldingen"], self.user)

    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("client_key")
        impact, likelihood = given.pop("risk")
        return {**given, "impact": impact, "likelihood": likelihood}


class ProblemForm(StepForm):
    """Begins with what the Problem has already."""

    case: Problem

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) & set(self.case.__dict__):
            self.initial.setdefault(name, self.case.__dict__[name])


class Cause(ProblemForm):
    cause = words(gettext_lazy("Oorzaak"))
    factors = words(gettext_lazy("Bijdragende factoren"), required=False)


class Workaround(ProblemForm):
    workaround = words(gettext_lazy("Workaround"), help_text=READ_BY_REPORTER)


class KnownError(ProblemForm):
    cause = words(gettext_lazy("Oorzaak"))
    workaround = words(gettext_lazy("Workaround, als die er is"), required=False, help_text=READ_BY_REPORTER)


class Plan(ProblemForm):
    solution_kind = forms.ChoiceField(
        label=gettext_lazy("Oplossing door"), choices=SolutionKind.choices, widget=forms.RadioSelect
    )
    solution_reference = forms.CharField(
        label=gettext_lazy("Verwijzing"), max_length=120,
        help_text=gettext_lazy("Het nummer van de wijziging of het onderhoud, of waar het in komt."),
    )  # fmt: skip


class Solution(ProblemForm):
    solution = words(gettext_lazy("Oplossing"))


class Publish(ProblemForm):
    """What contractants will read: nothing of the desk's own words but what is put here."""

    public_title = forms.CharField(label=gettext_lazy("Titel voor contractanten"), max_length=SUBJECT_MAX)
    advice = words(
        gettext_lazy("Advies aan contractanten"),
        help_text=gettext_lazy("Wat zij merken, wat zij kunnen doen en wat wij eraan doen. Wie een contract voor de dienst heeft, leest dit in het portaal."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["advice"] = self.case.advice or self.case.workaround


class Link(StepForm):
    meldingen = MeldingenField()

    def clean_meldingen(self) -> list[Melding]:
        field: MeldingenField = self.fields["meldingen"]  # type: ignore[assignment]
        return field.chosen(self.cleaned_data["meldingen"], self.user)


class Unlink(StepForm):
    melding = forms.CharField(label=gettext_lazy("Nummer van de melding"), max_length=20)

    def clean_melding(self) -> Melding:
        number = str(self.cleaned_data["melding"]).strip().upper()
        found = Melding.objects.visible_to(self.user).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("Er is geen melding met dit nummer."))
        return found


class Assign(ProblemForm):
    owner = ColleagueField(
        label=gettext_lazy("Eigenaar"), required=False, empty_label=gettext_lazy("Niemand")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["owner"] = self.case.owner_id or self.user.pk


class Assess(ProblemForm):
    risk = RiskField()
    reason = words(gettext_lazy("Reden"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["risk"] = f"{self.case.impact}-{self.case.likelihood}"

    def arguments(self) -> dict[str, Any]:
        impact, likelihood = self.cleaned_data["risk"]
        return {"impact": impact, "likelihood": likelihood, "reason": self.cleaned_data["reason"]}


class Revise(ProblemForm):
    title = forms.CharField(label=gettext_lazy("Titel"), max_length=SUBJECT_MAX)
    description = words(gettext_lazy("Omschrijving"))
    service = ServiceField()
    workaround = words(gettext_lazy("Workaround"), required=False, help_text=READ_BY_REPORTER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["service"] = self.case.service_id


class Moment(StepForm):
    moment = MomentField(label=gettext_lazy("Tijdstip"))
    what = forms.CharField(label=gettext_lazy("Wat er gebeurde"), max_length=500)


class Action(StepForm):
    what = forms.CharField(label=gettext_lazy("Wat er moet gebeuren"), max_length=500)
    who = ColleagueField(label=gettext_lazy("Wie"))
    due = forms.DateField(
        label=gettext_lazy("Uiterlijk"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["who"] = self.user.pk


class Finish(ProblemForm):
    action = forms.TypedChoiceField(label=gettext_lazy("Actie"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        todo = {one.pk: one for one in self.case.with_actions().actions.all() if one.done_at is None}
        chosen: forms.TypedChoiceField = self.fields["action"]  # type: ignore[assignment]
        chosen.choices = [(pk, one.what) for pk, one in todo.items()]
        chosen.coerce = lambda pk: todo[int(pk)]


class Apply(Guarded):
    """One click beside a Melding: which one, and as of which version; `read` is that of the Problem."""

    melding = forms.CharField(max_length=20)
    version = forms.IntegerField(min_value=0, max_value=10**9)
    read = forms.IntegerField(min_value=0, max_value=10**9)


class WithTicked(forms.Form):
    """Which open Problem the ticked Meldingen belong to."""

    problem = forms.ModelChoiceField(
        Problem.objects.none(), label=gettext_lazy("Probleem"), to_field_name="number",
        empty_label=gettext_lazy("Kies een probleem"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["problem"]
        chosen.queryset = Problem.objects.visible_to(user).filter(state__in=NOT_CLOSED)
        chosen.label_from_instance = lambda problem: f"{problem.number} {problem.title}"


FORMS: dict[str, type[StepForm]] = {
    "none": StepForm, "reason": Reason, "note": Said, "cause": Cause, "workaround": Workaround,
    "known_error": KnownError, "plan": Plan, "solution": Solution, "publish": Publish, "link": Link,
    "unlink": Unlink, "assign": Assign, "assess": Assess, "revise": Revise, "moment": Moment,
    "action": Action, "finish": Finish,
}  # fmt: skip
