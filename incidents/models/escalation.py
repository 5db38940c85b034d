"""The escalation of a Melding: a case of its own that climbs the ladder of its policy (SLA 4.4, 9.1, 9.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from desk.models import AbstractMessage, Case, Event, Notice, User
from desk.permissions import Role, allows, may
from domain import ladder
from domain.ladder import Ladder, Rung
from incidents.models.melding import Melding
from sla.adapter import terms


class Reason(models.TextChoices):
    PRIORITY = "priority", _("oneens met de prioriteit")
    DEADLINE = "deadline", _("afgesproken tijd niet gehaald")
    CONTENT = "content", _("inhoud of communicatie")
    CANNOT_MEET = "cannot_meet", _("termijn wordt niet gehaald")
    UNACKNOWLEDGED = "unacknowledged", _("prioriteit 1 niet opgepakt")


# What people choose from; the others follow from an act or from the clock.
CHOSEN = [Reason.CONTENT, Reason.DEADLINE, Reason.PRIORITY]
REASONS = [(reason.value, reason.label) for reason in CHOSEN]


class EscalationState(models.TextChoices):
    OPEN = "open", _("in behandeling")
    ANSWERED = "answered", _("beantwoord")
    CLOSED = "closed", _("afgesloten")
    WITHDRAWN = "withdrawn", _("ingetrokken")


UNDER_WAY = [EscalationState.OPEN, EscalationState.ANSWERED]
# Outside office hours the Beschikbaarheidsdienst does the work of the Supportafdeling; so does a machine by day.
STANDS_IN_FOR = {Role.ON_CALL: Role.SUPPORT, Role.MACHINE: Role.SUPPORT}


def rank(steps: Ladder, user: User | None) -> int:
    """The echelon that `user` speaks for: 0 for a contact, the last one for an administrator and for the desk."""
    if user is None or user.role == Role.ADMINISTRATOR:
        return steps[-1].level if steps else 0
    return ladder.rank(steps, STANDS_IN_FOR.get(Role(user.role), Role(user.role)))


def handles(escalation: Any, user: Any) -> bool:
    """The current echelon acts, and so may every higher one."""
    return may(user, "handle_escalation") and rank(escalation.ladder, user) >= int(escalation.level)


def is_own(escalation: Any, user: Any) -> bool:
    """Withdrawing is for the side that started it; what the clock started is answered or solved."""
    starter = escalation.started_by
    if user is None or starter is None or not may(user, "escalate"):
        return False
    return bool((starter.role == Role.CONTACT) == (user.role == Role.CONTACT))


def can_climb(escalation: Any) -> bool:
    return bool(escalation.ladder and escalation.level < escalation.ladder[-1].level)


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def visible_to(self, user: User) -> EscalationQuerySet:
        """The gate: whoever sees the Melding sees its escalation."""
        return self.filter(melding__in=Melding.objects.visible_to(user))

    def under_way(self) -> EscalationQuerySet:
        return self.filter(state__in=UNDER_WAY)


class Escalation(Case):
    """At most one is under way for a Melding; a second reason joins it.

    `level` and `role` are the echelon that has it now. Its words are read by both sides: what is for
    colleagues alone is a note on the Melding.
    """

    case_type = "escalation"
    whose = "melding__contractant_id"
    other_words = {
        "start": _("Escaleren"), "join": _("Aanvullen"), "climb": _("Omhoog door de klok"), "lapse": _("Vervallen"),
    }  # fmt: skip

    @classmethod
    def part_of(cls) -> tuple[type[Case], ...]:
        return (Melding,)

    state = FSMField(
        _("status"), max_length=12, choices=EscalationState.choices, default=EscalationState.OPEN, protected=True
    )  # fmt: skip
    melding = models.ForeignKey(
        Melding, models.PROTECT, related_name="escalations", verbose_name=_("melding")
    )
    reason = models.CharField(_("reden"), max_length=16, choices=Reason.choices)
    expected_priority = models.PositiveSmallIntegerField(_("verwachte prioriteit"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("echelon"))
    role = models.CharField(_("ligt bij"), max_length=30, choices=Role.choices)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("gestart door"),
    )  # fmt: skip
    started_at = models.DateTimeField(_("gestart"))
    ended_at = models.DateTimeField(_("afgesloten op"), null=True, blank=True)

    objects: ClassVar[models.Manager[Escalation]] = EscalationQuerySet.as_manager()

    @property
    def is_discreet(self) -> bool:
        return self.melding.is_discreet

    @property
    def for_party_alone(self) -> bool:
        return self.melding.for_party_alone

    def may_tell(self, notice: Notice) -> bool:
        return self.melding.may_tell(notice) and super().may_tell(notice)

    @classmethod
    def hidden_from(cls, user: User) -> models.QuerySet[Escalation]:
        return cls._base_manager.filter(melding__in=Melding.hidden_from(user))

    class Meta:
        verbose_name = _("escalatie")
        verbose_name_plural = _("escalaties")
        ordering = ("-started_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["melding"], condition=models.Q(state__in=["open", "answered"]), name="one_escalation_under_way"
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["role", "state", "started_at"], name="escalation_of_role")]

    def get_absolute_url(self) -> str:
        return reverse("incidents:escalation", args=[self.number])

    @property
    def ladder(self) -> Ladder:
        return terms(self.melding.policy_version_id).ladder

    @property
    def rung(self) -> Rung | None:
        return ladder.rung(self.ladder, self.level)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    def move_to(self, level: int) -> None:
        """Give it to another echelon; within a change that the door saves."""
        step = ladder.rung(self.ladder, level)
        assert step is not None
        self.level, self.role = step.level, step.role

    def announce(self, event: Event) -> None:
        from incidents.escalation_notices import announce

        announce(self, event)

    @property
    def mail_list(self) -> str:
        return self.melding.mail_list

    def could_not_tell(self, notice: Notice, at: datetime) -> None:
        self.melding.could_not_tell(notice, at)

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from incidents.escalation_notices import NOTICES

        return {**NOTICES}

    @classmethod
    def for_notices(cls) -> models.QuerySet[Escalation]:
        return cls.objects.select_related("melding__policy_version__policy", "melding__contractant")

    def notice_context(self, event: Event) -> dict[str, Any]:
        from incidents.escalation_notices import context

        return context(self, event)

    @transition(
        "state", EscalationState.OPEN, EscalationState.ANSWERED, permission=handles,
        custom={"label": _("Beantwoorden"), "style": "go", "order": 1, "form": "answer"},
    )  # fmt: skip
    def answer(self) -> None: ...

    @transition(
        "state", UNDER_WAY, EscalationState.OPEN, permission=handles, conditions=[can_climb],
        custom={"label": _("Doorzetten naar hoger echelon"), "order": 2, "form": "words"},
    )  # fmt: skip
    def pass_up(self) -> None: ...

    @transition(
        "state", UNDER_WAY, EscalationState.CLOSED, permission=handles,
        custom={"label": _("Afsluiten"), "order": 3, "form": "words"},
    )  # fmt: skip
    def settle(self) -> None: ...

    @transition(
        "state", EscalationState.ANSWERED, EscalationState.CLOSED, permission=allows("follow_escalation"),
        custom={"label": _("Akkoord met het antwoord"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def accept_answer(self) -> None: ...

    @transition(
        "state", EscalationState.ANSWERED, EscalationState.OPEN, permission=allows("follow_escalation"),
        conditions=[can_climb], custom={"label": _("Verder escaleren"), "order": 2, "form": "words"},
    )  # fmt: skip
    def dispute(self) -> None: ...

    @transition(
        "state", UNDER_WAY, EscalationState.WITHDRAWN, permission=is_own,
        custom={"label": _("Intrekken"), "order": 4, "form": "words"},
    )  # fmt: skip
    def withdraw(self) -> None: ...

    # By escalating its Melding once more, and by the desk itself.

    @transition("state", UNDER_WAY, EscalationState.OPEN, permission=allows("escalate"))
    def join(self) -> None: ...

    @transition("state", UNDER_WAY, EscalationState.OPEN, permission=allows("desk_only"))
    def climb(self) -> None: ...

    @transition("state", UNDER_WAY, EscalationState.CLOSED, permission=allows("desk_only"))
    def lapse(self) -> None: ...


class EscalationMessage(AbstractMessage):
    """Why it was escalated, or an answer to it: words for both sides."""

    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="messages")

    class Meta(AbstractMessage.Meta):
        verbose_name = _("bijdrage aan een escalatie")
        verbose_name_plural = _("bijdragen aan escalaties")

    def __str__(self) -> str:
        return f"{self.escalation_id}: {self.verb}"
