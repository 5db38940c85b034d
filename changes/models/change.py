"""The Change: a request to change a Dienst, from its assessment to its Release (SLA 2.36, 10)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from changes.approvals import Risk, needed
from changes.models.kinds import COMING, CONCERNS_CONTRACTANT, OPEN, UNDECIDED, ChangeKind, ChangeState
from changes.models.release import Release
from changes.models.standard import StandardChange
from contractants.models import Contact, Contractant, Service
from desk.models import PASSED, Event, Limit, TimedCase, User
from desk.permissions import SEES_ALL, Role, allows, may
from incidents.models import Melding
from problems.models import Problem
from sla.models import PolicyVersion

if TYPE_CHECKING:
    from changes.models.conversation import ChangeApproval


def is_own(change: Any, user: Any) -> bool:
    """A request is taken back by the contact whose it is."""
    if not may(user, "change.withdraw"):
        return False
    return user is None or (change.contact is not None and change.contact.user_id == user.pk)


def may_approve(change: Any, user: Any) -> bool:
    """Each role that the risk asks for, once; nobody what they asked for or assessed themselves."""
    if not may(user, "change.approve") or user is None:
        return user is None
    return user.role in change.awaiting and user.pk not in {change.requested_by_id, change.assessed_by_id}


def is_approved(change: Any) -> bool:
    return bool(change.risk_level) and not change.awaiting


def is_asked_for(change: Any) -> bool:
    return change.contact_id is not None


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: User) -> ChangeQuerySet:
        """All for staff and machines, those of the own contractant for a contact."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        own = Contact.objects.filter(user=user, is_active=True).values("contractant")[:1]
        return self.filter(contractant=own)

    def awaiting(self, user: User) -> ChangeQuerySet:
        """What `user` has to approve."""
        from changes.models.conversation import ChangeApproval

        risks = [str(risk) for risk in Risk if user.role in needed(risk)]
        given = ChangeApproval.objects.filter(
            change=models.OuterRef("pk"), assessment=models.OuterRef("assessment"), role=user.role
        )
        return (
            self.filter(~models.Exists(given), state=ChangeState.ASSESSED, risk_level__in=risks)
            .exclude(assessed_by=user)
            .exclude(requested_by=user)
        )


class Change(TimedCase):
    """A Wijziging. Moments are UTC; `response_due` follows from the policy that held at receipt (SLA 10.3), and the date of
    completion is agreed with the contact. `assessment` counts the assessments: approvals are of the last one."""

    case_type = "change"
    whose = "contractant_id"
    other_words = {
        "register": _("Aanvragen"), "go_live": _("Vrijgeven"), "unplan": _("Uit de release halen"), **PASSED,
    }  # fmt: skip
    told_to_party = CONCERNS_CONTRACTANT | {"reply"}

    state = FSMField(
        _("status"), max_length=12, choices=ChangeState.choices, default=ChangeState.REQUESTED, protected=True
    )  # fmt: skip
    kind = models.CharField(_("soort"), max_length=10, choices=ChangeKind.choices)
    standard = models.ForeignKey(
        StandardChange, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("standaardwijziging"),
    )  # fmt: skip
    subject = models.CharField(_("onderwerp"), max_length=200)
    description = models.TextField(_("omschrijving"))
    goal = models.TextField(_("beoogd doel"))
    examples = models.TextField(_("voorbeelden"), blank=True)
    service = models.ForeignKey(Service, models.PROTECT, related_name="changes", verbose_name=_("dienst"))
    contractant = models.ForeignKey(
        Contractant, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("contractant")
    )  # fmt: skip
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("contactpersoon")
    )  # fmt: skip
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("ingediend door"))  # fmt: skip
    requested_at = models.DateTimeField(_("ontvangen"))
    melding = models.ForeignKey(
        Melding, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("melding")
    )
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("probleem")
    )
    from_incident = models.BooleanField(_("naar aanleiding van een incident"), default=False)

    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", verbose_name=_("afspraken"))  # fmt: skip
    response_due = models.DateTimeField(_("reactie uiterlijk"), null=True, blank=True, editable=False)
    responded_at = models.DateTimeField(_("eerste reactie"), null=True, blank=True, editable=False)
    agreed_on = models.DateField(_("afgesproken datum"), null=True, blank=True)

    cost = models.TextField(_("kosten"), blank=True)
    risk = models.TextField(_("risico"), blank=True)
    risk_level = models.CharField(_("mate van risico"), max_length=10, choices=Risk.choices, blank=True)
    benefit = models.TextField(_("baten"), blank=True)
    assessment = models.PositiveSmallIntegerField(_("beoordeling"), default=0)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("beoordeeld door"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("besloten op"), null=True, blank=True)
    release = models.ForeignKey(Release, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("release"))  # fmt: skip
    release_note = models.TextField(_("tekst in de releasenotes"), blank=True)
    ended_at = models.DateTimeField(_("afgerond op"), null=True, blank=True)

    objects: ClassVar[models.Manager[Change]] = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("wijziging")
        verbose_name_plural = _("wijzigingen")
        ordering = ("-requested_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="request") | models.Q(contact__isnull=False), name="request_has_contact"
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["state", "requested_at"], name="change_of_state"),
            models.Index(fields=["contractant", "requested_at"], name="change_of_contractant"),
            models.Index(
                fields=["sweep_at"], condition=models.Q(sweep_at__isnull=False), name="change_to_sweep"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("changes:change", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def given(self) -> list[ChangeApproval]:
        """The approvals of the last assessment."""
        return [one for one in self.approvals.all() if one.assessment == self.assessment]

    @property
    def awaiting(self) -> list[Role]:
        """The roles that still have to approve."""
        done = {one.role for one in self.given}
        return [role for role in needed(self.risk_level) if role not in done]

    def is_late(self, now: datetime) -> bool:
        """Whether the first reaction is, or was, strictly after its time."""
        return self.response_due is not None and (self.responded_at or now) > self.response_due

    def react(self, by: User | None, at: datetime) -> None:
        """Note the first reaction of staff; within a change that the door saves (SLA 2.25, 10.3)."""
        if self.responded_at is None and by is not None and by.role != Role.CONTACT:
            self.responded_at = at

    @property
    def party(self) -> UUID | None:
        return self.contractant.public_id if self.contractant else None

    @property
    def mail_list(self) -> str:
        return f"contractant-{self.contractant_id}"

    def limit(self) -> Limit | None:
        from changes.targets import limit

        return limit(self)

    def announce(self, event: Event) -> None:
        from changes.notices import announce_change

        announce_change(self, event)

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from changes.notices import OF_CHANGE

        return {**OF_CHANGE}

    @classmethod
    def for_notices(cls) -> models.QuerySet[Change]:
        return cls.objects.select_related("service", "contractant", "release", "policy_version__policy")

    def notice_context(self, event: Event) -> dict[str, Any]:
        from changes.notices import context_of_change

        return context_of_change(self, event)

    @transition(
        "state", UNDECIDED, ChangeState.ASSESSED, permission=allows("change.assess"),
        custom={"label": _("Beoordelen"), "style": "go", "order": 2, "form": "assess"},
    )  # fmt: skip
    def assess(self) -> None: ...

    @transition(
        "state", ChangeState.ASSESSED, None, permission=may_approve,
        custom={"label": _("Goedkeuren"), "style": "go", "order": 1, "form": "approve"},
    )  # fmt: skip
    def approve(self) -> None: ...

    @transition(
        "state", ChangeState.ASSESSED, ChangeState.HONOURED, permission=allows("change.decide"), conditions=[is_approved],
        custom={
            "label": _("Honoreren"), "style": "go", "order": 1, "form": "honour",
            "unmet": _("Nog niet iedereen die moet goedkeuren, heeft dat gedaan."),
        },
    )  # fmt: skip
    def honour(self) -> None: ...

    @transition(
        "state", UNDECIDED, ChangeState.REJECTED, permission=allows("change.decide"),
        custom={"label": _("Afwijzen"), "style": "alarm", "order": 3, "form": "told"},
    )  # fmt: skip
    def reject(self) -> None: ...

    @transition(
        "state", [ChangeState.HONOURED, ChangeState.PLANNED], ChangeState.PLANNED, permission=allows("change.plan"),
        custom={"label": _("Inplannen in een release"), "style": "go", "order": 1, "form": "plan"},
    )  # fmt: skip
    def plan(self) -> None: ...

    @transition(
        "state", ChangeState.PLANNED, ChangeState.BUILT, permission=allows("change.build"),
        custom={"label": _("Gebouwd"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def build(self) -> None: ...

    @transition(
        "state", ChangeState.BUILT, ChangeState.TESTED, permission=allows("change.build"),
        custom={"label": _("Getest"), "style": "go", "order": 1, "form": "verify"},
    )  # fmt: skip
    def verify(self) -> None: ...

    @transition(
        "state", ChangeState.TESTED, ChangeState.ACCEPTED, permission=allows("change.decide"),
        custom={"label": _("Accepteren"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def accept(self) -> None: ...

    @transition(
        "state", [ChangeState.BUILT, ChangeState.TESTED, ChangeState.ACCEPTED], ChangeState.PLANNED,
        permission=allows("change.build"),
        custom={"label": _("Terug naar de bouw"), "order": 5, "form": "reason"},
    )  # fmt: skip
    def send_back(self) -> None: ...

    @transition(
        "state", [ChangeState.HONOURED, *COMING], None, permission=allows("change.describe"),
        custom={"label": _("Tekst voor releasenotes"), "order": 4, "form": "describe"},
    )  # fmt: skip
    def describe(self) -> None: ...

    @transition(
        "state", OPEN, None, permission=allows("change.agree_date"), conditions=[is_asked_for],
        custom={"label": _("Datum afspreken"), "order": 6, "form": "agree_date"},
    )  # fmt: skip
    def agree_date(self) -> None: ...

    @transition(
        "state", OPEN, ChangeState.CANCELLED, permission=allows("change.decide"),
        custom={"label": _("Annuleren"), "style": "alarm", "order": 9, "form": "told"},
    )  # fmt: skip
    def cancel(self) -> None: ...

    @transition(
        "state", UNDECIDED, ChangeState.CANCELLED, permission=is_own,
        custom={"label": _("Aanvraag intrekken"), "order": 9, "form": "reason"},
    )  # fmt: skip
    def withdraw(self) -> None: ...

    @transition("state", "*", None, permission=allows("change.reply"))
    def reply(self) -> None: ...

    @transition("state", "*", None, permission=allows("change.note"))
    def note(self) -> None: ...

    # By its Release.

    @transition("state", ChangeState.ACCEPTED, ChangeState.RELEASED, permission=allows("desk_only"))
    def go_live(self) -> None: ...

    @transition(
        "state", [*COMING, ChangeState.RELEASED], ChangeState.HONOURED, permission=allows("desk_only")
    )
    def unplan(self) -> None: ...
