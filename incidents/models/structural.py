"""Service levels that are structurally not met, and the talk to which that gives a right (art. 2.12)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from contractants.models import Contact, Contractant, Service
from desk.models import Case, Event, User
from desk.permissions import SEES_ALL, Role, allows, may
from domain import quarters
from domain.months import Month
from incidents.models.melding import Melding


class FailureState(models.TextChoices):
    DETECTED = "detected", _("vastgesteld")
    REQUESTED = "requested", _("overleg gevraagd")
    CLOSED = "closed", _("overleg gevoerd")


class Ground(models.TextChoices):
    """Why it counts as structural, each with a finder in `incidents.actions.structural`."""

    PRIORITY_1 = "priority_1", _("drie of meer incidenten met prioriteit 1 buiten de norm")
    AVAILABILITY = "availability", _("drie kwartalen achter elkaar de beschikbaarheid niet gehaald")


def may_ask(failure: Any, user: Any) -> bool:
    """The hoofdcontactpersoon asks for the talk, or staff on their behalf: in writing, the contract says."""
    if not may(user, "request_talk"):
        return False
    return user is None or user.role != Role.CONTACT or is_main(user)


def is_main(user: User) -> bool:
    return Contact.objects.filter(user=user, is_active=True, role=Contact.Role.MAIN).exists()


class StructuralTalk(models.Model):
    """The talk about one Dienst in one quarter: with the contractant that asked, or, where two or more did, with the
    umbrella organisation in their place."""

    quarter = models.DateField(_("kwartaal vanaf"))
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dienst")
    )
    umbrella = models.CharField(_("koepelorganisatie"), max_length=120, blank=True)
    planned_at = models.DateTimeField(_("gepland op"), null=True, blank=True)
    held_at = models.DateTimeField(_("gevoerd op"), null=True, blank=True)
    outcome = models.TextField(_("uitkomst"), blank=True)

    class Meta:
        verbose_name = _("structureel overleg")
        verbose_name_plural = _("structurele overleggen")
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "service"], condition=models.Q(held_at=None), nulls_distinct=False,
                name="one_talk_ahead",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{quarters.name(self.quarter)} {self.service or ''}".strip()

    @property
    def with_umbrella(self) -> bool:
        return self.failures.count() > 1


class StructuralFailureQuerySet(models.QuerySet["StructuralFailure"]):
    def visible_to(self, user: User) -> StructuralFailureQuerySet:
        """All for staff; for the hoofdcontactpersoon those of the own contractant."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        own = Contact.objects.filter(user=user, is_active=True, role=Contact.Role.MAIN)
        return self.filter(contractant__in=own.values("contractant"))


class StructuralFailure(Case):
    """What was found for one contractant in one quarter, with the Meldingen that show it; of availability also the
    `months` below the promise: "2026-05" to its percentage. `quarter` is then the last of the three."""

    case_type = "structural"
    whose = "contractant_id"
    in_address = ("failure",)
    other_words = {"detect": _("Vaststellen"), "add_evidence": _("Bewijs aanvullen")}

    state = FSMField(
        _("status"), max_length=12, choices=FailureState.choices, default=FailureState.DETECTED, protected=True
    )  # fmt: skip
    contractant = models.ForeignKey(
        Contractant, models.PROTECT, related_name="structural_failures", verbose_name=_("contractant")
    )
    quarter = models.DateField(_("kwartaal vanaf"))
    ground = models.CharField(_("grond"), max_length=20, choices=Ground.choices)
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dienst")
    )
    meldingen = models.ManyToManyField(
        Melding, related_name="structural_failures", verbose_name=_("meldingen")
    )
    months = models.JSONField(_("maanden"), default=dict, blank=True)
    detected_at = models.DateTimeField(_("vastgesteld"))
    requested_at = models.DateTimeField(_("overleg gevraagd op"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("gevraagd door"),
    )  # fmt: skip
    request = models.TextField(_("verzoek"), blank=True)
    talk = models.ForeignKey(
        StructuralTalk,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="failures",
        verbose_name=_("overleg"),
    )

    objects: ClassVar[models.Manager[StructuralFailure]] = StructuralFailureQuerySet.as_manager()

    class Meta:
        verbose_name = _("structurele tekortkoming")
        verbose_name_plural = _("structurele tekortkomingen")
        ordering = ("-quarter", "contractant__name")
        constraints = [
            models.UniqueConstraint(
                fields=["contractant", "quarter", "ground"], condition=~models.Q(ground=Ground.AVAILABILITY),
                name="one_failure_a_quarter",
            ),
            models.UniqueConstraint(
                fields=["contractant", "quarter", "service"], condition=models.Q(ground=Ground.AVAILABILITY),
                name="one_unavailable_service_a_quarter",
            ),
        ]  # fmt: skip

    def get_absolute_url(self) -> str:
        return reverse("incidents:failure", args=[self.number])

    @property
    def quarter_name(self) -> str:
        return quarters.name(self.quarter)

    @property
    def below(self) -> list[tuple[date, Decimal]]:
        """The months below the promised availability, by their first day."""
        return [
            (Month.parse(month).first, Decimal(percent)) for month, percent in sorted(self.months.items())
        ]

    def announce(self, event: Event) -> None:
        from incidents.structural_notices import announce

        announce(self, event)

    @property
    def mail_list(self) -> str:
        return f"contractant-{self.contractant_id}"

    @classmethod
    def for_notices(cls) -> models.QuerySet[StructuralFailure]:
        return cls.objects.select_related("contractant", "service", "talk")

    def notice_context(self, event: Event) -> dict[str, Any]:
        from incidents.structural_notices import context

        return context(self, event)

    @transition(
        "state", FailureState.DETECTED, FailureState.REQUESTED, permission=may_ask,
        custom={"label": _("Overleg vragen"), "style": "go", "order": 1, "form": "request"},
    )  # fmt: skip
    def request_talk(self) -> None: ...

    @transition(
        "state", FailureState.REQUESTED, None, permission=allows("hold_talk"),
        custom={"label": _("Overleg plannen"), "order": 1, "form": "plan"},
    )  # fmt: skip
    def plan_talk(self) -> None: ...

    @transition(
        "state", FailureState.REQUESTED, FailureState.CLOSED, permission=allows("hold_talk"),
        custom={"label": _("Uitkomst vastleggen"), "style": "go", "order": 2, "form": "outcome"},
    )  # fmt: skip
    def record_outcome(self) -> None: ...

    @transition(
        "state", [FailureState.DETECTED, FailureState.REQUESTED], None, permission=allows("desk_only")
    )
    def add_evidence(self) -> None: ...


def next_failure_number(quarter: Any) -> str:
    """`S26-00001`: the year of the quarter and a database sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('structural_number')")
        (serial,) = cursor.fetchone()
    return f"S{quarter:%y}-{serial:05d}"
