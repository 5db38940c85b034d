"""The Problem: the cause behind Meldingen, its workaround and its solution, and its life (SLA 12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from contractants.models import Contact, Service
from desk.models import Case, Event, User
from desk.permissions import SEES_ALL, Role, allows
from incidents.models import Kind, Level, Melding
from problems.models.kinds import Impact, Likelihood, Origin, ProblemState, Risk, SolutionKind
from sla.queries import contracts_on

UNSOLVED = [
    ProblemState.IDENTIFIED, ProblemState.ANALYSED, ProblemState.WORKAROUND_KNOWN, ProblemState.KNOWN_ERROR,
    ProblemState.SOLUTION_PLANNED,
]  # fmt: skip
NOT_CLOSED = [*UNSOLVED, ProblemState.SOLVED]
CAUSE_FIRST = _(
    "Leg eerst de oorzaak vast: achter dit probleem zit een incident met prioriteit 1 of grote impact."
)
# SLA 13 asks a root cause of these: priority 1, and major, which is read as a large impact.
GRAVE = models.Q(kind=Kind.INCIDENT) & (models.Q(priority=1) | models.Q(impact=Level.LARGE))


def has_cause_where_required(problem: Any) -> bool:
    return bool(problem.cause) or not problem.needs_cause


def has_workaround(problem: Any) -> bool:
    return bool(problem.workaround)


def can_be_published(problem: Any) -> bool:
    return problem.service_id is not None


def is_published(problem: Any) -> bool:
    return problem.published_at is not None


class ProblemQuerySet(models.QuerySet["Problem"]):
    def visible_to(self, user: User) -> ProblemQuerySet:
        """The gate: all for staff and machines. A contact reads advice, by `published_to`."""
        return self if user.is_authenticated and user.is_active and user.role in SEES_ALL else self.none()

    def published_to(self, user: User, at: datetime) -> ProblemQuerySet:
        """The known errors that `user` is advised about: those of the Diensten for which its contractant has a
        contract at `at`. Of these only `public_title`, `advice`, Dienst and dates are for contractants."""
        advised = self.filter(published_at__isnull=False).exclude(state=ProblemState.CLOSED)
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role != Role.CONTACT:
            return advised if user.role in SEES_ALL else self.none()
        own = Contact.objects.filter(user=user, is_active=True).values("contractant")
        return advised.filter(service__in=contracts_on(at).filter(contractant__in=own).values("service"))


class ProblemManager(models.Manager["Problem"]):
    def get_queryset(self) -> ProblemQuerySet:
        """Without the search column, which no page shows."""
        return ProblemQuerySet(self.model, using=self._db).defer("search")

    def visible_to(self, user: User) -> ProblemQuerySet:
        return self.get_queryset().visible_to(user)

    def published_to(self, user: User, at: datetime) -> ProblemQuerySet:
        return self.get_queryset().published_to(user, at)


class Problem(Case):
    """`risk` is what `domain.risk` makes of likelihood and impact. `evidence` is what showed it, where a trend did:
    `summary` (a sentence), `url` (a path in the desk) and `facts` (name to value), each of them optional.

    What contractants read is `public_title` and `advice`, from `published_at` on, and nothing else.
    """

    case_type = "problem"
    other_words = {"open": _("Vastleggen"), "note": _("Notitie maken"), "apply": _("Workaround toepassen")}

    state = FSMField(
        _("status"), max_length=20, choices=ProblemState.choices, default=ProblemState.IDENTIFIED, protected=True
    )  # fmt: skip
    title = models.CharField(_("titel"), max_length=200)
    description = models.TextField(_("omschrijving"))
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("dienst")
    )
    origin = models.CharField(_("herkomst"), max_length=10, choices=Origin.choices)
    evidence = models.JSONField(_("onderbouwing"), default=dict, blank=True)
    likelihood = models.CharField(_("kans"), max_length=10, choices=Likelihood.choices)
    impact = models.CharField(_("impact"), max_length=10, choices=Impact.choices)
    risk = models.PositiveSmallIntegerField(_("risico"), choices=Risk.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="problems",
        verbose_name=_("eigenaar"),
    )  # fmt: skip
    meldingen = models.ManyToManyField(Melding, related_name="problems", verbose_name=_("meldingen"))
    identified_at = models.DateTimeField(_("onderkend op"))

    cause = models.TextField(_("oorzaak"), blank=True)
    factors = models.TextField(_("bijdragende factoren"), blank=True)
    workaround = models.TextField(_("workaround"), blank=True)
    is_known_error = models.BooleanField(_("known error"), default=False)
    use_count = models.PositiveIntegerField(_("keer toegepast"), default=0, editable=False)

    public_title = models.CharField(_("titel voor contractanten"), max_length=200, blank=True)
    advice = models.TextField(_("advies aan contractanten"), blank=True)
    published_at = models.DateTimeField(_("bekendgemaakt"), null=True, blank=True)

    solution_kind = models.CharField(
        _("oplossing door"), max_length=12, choices=SolutionKind.choices, blank=True
    )
    solution_reference = models.CharField(_("verwijzing"), max_length=120, blank=True)
    solution = models.TextField(_("oplossing"), blank=True)
    solved_at = models.DateTimeField(_("opgelost op"), null=True, blank=True)

    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch")
        + SearchVector("description", "workaround", weight="B", config="dutch"),
        output_field=SearchVectorField(), db_persist=True,
    )  # fmt: skip

    objects: ClassVar[ProblemManager] = ProblemManager()

    class Meta:
        verbose_name = _("probleem")
        verbose_name_plural = _("problemen")
        ordering = ("risk", "-identified_at", "-id")
        constraints = [
            models.CheckConstraint(condition=models.Q(risk__range=(1, 4)), name="risk_1_to_4"),
            models.CheckConstraint(
                condition=models.Q(published_at=None)
                | (models.Q(service__isnull=False) & ~models.Q(advice="")),
                name="published_problem_advises",
            ),
        ]
        indexes = [
            models.Index(fields=["risk", "identified_at", "id"], name="problem_by_risk"),
            models.Index(fields=["owner", "state"], name="problem_of_owner"),
            GinIndex(fields=["search"], name="problem_search"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("problems:problem", args=[self.number])

    @property
    def subject(self) -> str:
        return self.title

    @property
    def needs_cause(self) -> bool:
        """Whether it is behind an Incident of which a root cause has to be reported (SLA 13)."""
        return self.meldingen.filter(GRAVE).exists()

    def put(self, **texts: str | None) -> None:
        """Each of these fields that is given; None leaves what was written."""
        for name, text in texts.items():
            if text is not None:
                setattr(self, name, text)

    def with_actions(self) -> Problem:
        """With its actions and whose they are at hand, fetched once."""
        todo: Any = self._meta.get_field("actions").related_model
        models.prefetch_related_objects(
            [self], models.Prefetch("actions", todo._default_manager.select_related("who"))
        )
        return self

    def announce(self, event: Event) -> None:
        from problems.notices import announce

        announce(self, event)

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from problems.notices import NOTICES

        return {**NOTICES}

    @classmethod
    def for_notices(cls) -> models.QuerySet[Problem]:
        return cls.objects.get_queryset().select_related("service", "owner")

    def notice_context(self, event: Event) -> dict[str, Any]:
        from problems.notices import context

        return context(self, event)

    # The way to the solution.

    @transition(
        "state", ProblemState.IDENTIFIED, ProblemState.ANALYSED, permission=allows("problem.analyse"),
        custom={"label": _("Analyse vastleggen"), "style": "go", "order": 1, "form": "cause"},
    )  # fmt: skip
    def analyse(self) -> None: ...

    @transition(
        "state", [ProblemState.IDENTIFIED, ProblemState.ANALYSED], ProblemState.WORKAROUND_KNOWN,
        permission=allows("problem.find_workaround"),
        custom={"label": _("Workaround vastleggen"), "order": 2, "form": "workaround"},
    )  # fmt: skip
    def find_workaround(self) -> None: ...

    @transition(
        "state", [ProblemState.ANALYSED, ProblemState.WORKAROUND_KNOWN], ProblemState.KNOWN_ERROR,
        permission=allows("problem.confirm"),
        custom={"label": _("Known error vaststellen"), "style": "go", "order": 1, "form": "known_error"},
    )  # fmt: skip
    def confirm(self) -> None: ...

    @transition(
        "state", [ProblemState.ANALYSED, ProblemState.WORKAROUND_KNOWN, ProblemState.KNOWN_ERROR],
        ProblemState.SOLUTION_PLANNED, permission=allows("problem.plan_solution"),
        custom={"label": _("Oplossing plannen"), "order": 3, "form": "plan"},
    )  # fmt: skip
    def plan_solution(self) -> None: ...

    @transition(
        "state", ProblemState.SOLUTION_PLANNED, ProblemState.SOLVED, permission=allows("problem.solve"),
        conditions=[has_cause_where_required],
        custom={
            "label": _("Oplossen"), "style": "go", "order": 1, "form": "solution",
            "unmet": CAUSE_FIRST,
        },
    )  # fmt: skip
    def solve(self) -> None: ...

    @transition(
        "state", ProblemState.SOLVED, ProblemState.CLOSED, permission=allows("problem.close"),
        custom={"label": _("Sluiten"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def close(self) -> None: ...

    @transition(
        "state", UNSOLVED, ProblemState.CLOSED, permission=allows("problem.abandon"),
        conditions=[has_cause_where_required],
        custom={
            "label": _("Sluiten zonder oplossing"), "order": 30, "form": "reason", "unmet": CAUSE_FIRST,
        },
    )  # fmt: skip
    def abandon(self) -> None: ...

    @transition(
        "state", [ProblemState.SOLVED, ProblemState.CLOSED], ProblemState.IDENTIFIED,
        permission=allows("problem.reopen"), custom={"label": _("Heropenen"), "order": 20, "form": "reason"},
    )  # fmt: skip
    def reopen(self) -> None: ...

    # What changes about it meanwhile.

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.publish"), conditions=[can_be_published],
        custom={
            "label": _("Bekendmaken aan contractanten"), "order": 4, "form": "publish",
            "unmet": _("Kies eerst de dienst: wie daar een contract voor heeft, krijgt het advies."),
        },
    )  # fmt: skip
    def publish(self) -> None: ...

    @transition(
        "state", "*", None, permission=allows("problem.publish"), conditions=[is_published],
        custom={"label": _("Bekendmaking intrekken"), "order": 21, "form": "reason"},
    )  # fmt: skip
    def withdraw(self) -> None: ...

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.link"),
        custom={"label": _("Meldingen koppelen"), "order": 5, "form": "link"},
    )  # fmt: skip
    def link(self) -> None: ...

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.link"),
        custom={"label": _("Melding ontkoppelen"), "order": 15, "form": "unlink"},
    )  # fmt: skip
    def unlink(self) -> None: ...

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.assign"),
        custom={"label": _("Toewijzen"), "order": 10, "form": "assign"},
    )  # fmt: skip
    def assign(self) -> None: ...

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.assess"),
        custom={"label": _("Risico bepalen"), "order": 11, "form": "assess"},
    )  # fmt: skip
    def assess(self) -> None: ...

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.revise"),
        custom={"label": _("Gegevens wijzigen"), "order": 12, "form": "revise"},
    )  # fmt: skip
    def revise(self) -> None: ...

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.analyse"),
        custom={"label": _("Oorzaak bijwerken"), "order": 13, "form": "cause"},
    )  # fmt: skip
    def record_cause(self) -> None: ...

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.analyse"),
        custom={"label": _("Moment toevoegen"), "order": 13, "form": "moment"},
    )  # fmt: skip
    def add_moment(self) -> None: ...

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.analyse"),
        custom={"label": _("Actie toevoegen"), "order": 14, "form": "action"},
    )  # fmt: skip
    def add_action(self) -> None: ...

    @transition(
        "state", NOT_CLOSED, None, permission=allows("problem.analyse"),
        custom={"label": _("Actie afronden"), "order": 15, "form": "finish"},
    )  # fmt: skip
    def finish_action(self) -> None: ...

    @transition("state", "*", None, permission=allows("problem.note"))
    def note(self) -> None: ...

    @transition("state", NOT_CLOSED, None, permission=allows("problem.apply"), conditions=[has_workaround])
    def apply(self) -> None: ...
