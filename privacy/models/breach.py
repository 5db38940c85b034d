"""The security incident and its life: what it is, whether it is a breach, who was told in time (SLA 7.3, 7.4, 9.1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from desk.models import PASSED, Case, Event, Limit, Notice, TimedCase, User
from desk.permissions import SEES_RESTRICTED, STAFF, Role, may
from incidents.models import Melding
from privacy.models.breach_choices import Aspect, BreachRisk, BreachState

if TYPE_CHECKING:
    from desk.mail.enclosures import Post

S = BreachState
LETTER = "breach_letter"  # the notice that is itself what a controller is told


def handles(case: Any, user: Any) -> bool:
    return may(user, "breach.handle") and (user is None or case.is_open_to(user))


def approves(case: Any, user: Any) -> bool:
    return may(user, "breach.approve") and (user is None or case.is_open_to(user))


def helps(case: Any, user: Any) -> bool:
    """Whoever was let in."""
    return may(user, "breach.help") and (user is None or case.is_open_to(user))


def is_assessed(case: Any) -> bool:
    return bool(case.pk and case.assessments.exists())


def concerns_somebody(case: Any) -> bool:
    return bool(case.pk and case.affected.exists())


def concerns_nobody(case: Any) -> bool:
    return not concerns_somebody(case)


def everybody_told(case: Any) -> bool:
    """And no letter waits to be approved."""
    waiting = case.pk and case.affected.filter(letters__approved_at=None, letters__isnull=False).exists()
    return not waiting and case.told_at() is not None


def nobody_left_untold(case: Any) -> bool:
    return concerns_nobody(case) or case.told_at() is not None


def all_done(case: Any) -> bool:
    return bool(case.pk) and not case.follow_ups.filter(done_at=None).exists()


class BreachQuerySet(models.QuerySet["SecurityIncident"]):
    def visible_to(self, user: User) -> BreachQuerySet:
        """The gate: privacy officer and directie all, other staff those to which they were let in, nobody else any."""
        if not user.is_authenticated or not user.is_active or user.role not in STAFF:
            return self.none()
        return self if user.role in SEES_RESTRICTED else self.filter(accesses__user=user)


class SecurityIncident(TimedCase):
    """From the first suspicion to the register (AVG 33(5)).

    `known_at` (UTC) is when the desk got knowledge; every controller concerned is told before `due_at`, 24 hours of the
    clock later (SLA 9.1). `informed_at` is when the last of them was. `is_breach` and `risk` are what the assessor decided;
    None before that.
    """

    case_type = "security_incident"
    takes_mail = kept_apart = True
    other_words = {"open": _("Openen"), "informed": _("Iedereen geïnformeerd"), "untold": _("Toch niet geïnformeerd"), "write": _("Brief aanpassen"),
                   "mail_rejected": _("Brief komt niet aan"), "forget_controller": _("Contractant gewist"), **PASSED}  # fmt: skip

    state = FSMField(_("status"), max_length=12, choices=S.choices, default=S.SUSPECTED, protected=True)
    subject = models.CharField(_("wat is er gebeurd, in het kort"), max_length=200)
    description = models.TextField(_("wat is er gebeurd"))
    aspect = models.CharField(_("aangetast"), max_length=16, choices=Aspect.choices)
    melding = models.ForeignKey(
        Melding, models.PROTECT, null=True, blank=True, related_name="security_incidents", verbose_name=_("melding")
    )  # fmt: skip
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("geopend door")
    )
    opened_at = models.DateTimeField(_("geopend"))
    known_at = models.DateTimeField(_("kennis genomen"))
    due_at = models.DateTimeField(_("uiterlijk informeren"))
    informed_at = models.DateTimeField(_("allen geïnformeerd"), null=True, blank=True)
    is_breach = models.BooleanField(_("datalek"), null=True)
    risk = models.CharField(_("risico"), max_length=4, choices=BreachRisk.choices, blank=True)
    deviation = models.TextField(_("waarom anders dan de toetsing"), blank=True)
    effects = models.TextField(_("gevolgen"), blank=True)
    measures = models.TextField(_("maatregelen"), blank=True)
    lessons = models.TextField(_("geleerd"), blank=True)
    ended_at = models.DateTimeField(_("gesloten op"), null=True, blank=True)

    objects: ClassVar[BreachQuerySet] = BreachQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("beveiligingsincident")
        verbose_name_plural = _("beveiligingsincidenten")
        ordering = ("-known_at", "-id")
        indexes = [
            models.Index(fields=["known_at", "id"], name="breach_by_knowledge"),
            models.Index(fields=["sweep_at"], condition=Q(sweep_at__isnull=False), name="breach_to_sweep"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(known_at__lte=models.F("opened_at")), name="known_before_opened"),
            models.UniqueConstraint(fields=["melding"], condition=~Q(state="closed"), name="one_open_incident_a_melding"),
        ]  # fmt: skip

    def get_absolute_url(self) -> str:
        return reverse("privacy:breach", args=[self.number])

    def is_open_to(self, user: User) -> bool:
        return SecurityIncident.objects.visible_to(user).filter(pk=self.pk).exists()

    def wrote_to(self, user: User) -> bool:
        """Whether `user` is a hoofdcontactpersoon of a controller that was sent a letter."""
        from privacy.models.breach_parts import Letter

        sent = Letter.objects.visible_to(user).filter(affected__incident=self)
        return user.role == Role.CONTACT and sent.exists()

    @classmethod
    def hidden_from(cls, user: User) -> models.QuerySet[SecurityIncident]:
        return cls.objects.exclude(pk__in=cls.objects.visible_to(user).values("pk"))

    @classmethod
    def part_of(cls) -> tuple[type[Case], ...]:
        """It begins with the words of its Melding."""
        return (Melding,)

    @property
    def for_party_alone(self) -> bool:
        """And it has no party: no webhook tells of it."""
        return True

    def take_mail(self, by: User, post: Post, at: datetime) -> bool:
        from privacy.breach.actions import take_mail

        return take_mail(self, by=by, post=post, at=at)

    # -- The clock

    @property
    def has_to_tell(self) -> bool:
        """Whether the 24 hours run: until everybody is told, or it is clear that nobody has to be."""
        if self.state == S.CLOSED or self.told_at() is not None:
            return False
        return self.state not in {S.NO_BREACH, S.FOLLOW_UP} or concerns_somebody(self)

    def told_at(self) -> datetime | None:
        """When the last controller was told for the first time; None while one was not."""
        if not self.pk:
            return None
        told = [one.told_at() for one in self.affected.all()]
        if any(at is None for at in told):
            return None  # `informed_at` knows also of who is erased since
        return max((at for at in [*told, self.informed_at] if at is not None), default=None)

    def late_by(self, now: datetime) -> timedelta:
        """How long after its time; zero where it was, or still is, in time."""
        untold = self.state == S.CLOSED and concerns_somebody(self)
        open_end = (self.ended_at or now) if untold else now if self.has_to_tell else self.due_at
        until = self.told_at() or open_end
        return max(until - self.due_at, timedelta())

    def limit(self) -> Limit | None:
        from privacy.breach.clock import limit

        return limit(self)

    # -- Telling

    def announce(self, event: Event) -> None:
        from privacy.breach.notices import announce

        announce(self, event)

    def may_tell(self, notice: Notice) -> bool:
        """A letter to who is still a hoofdcontactpersoon of that controller; else nobody who may not see it now."""
        if notice.key == LETTER:
            from privacy.breach.notices import still_addressed

            return still_addressed(notice)
        user = User.objects.filter(email=notice.email).first()
        return user is not None and self.is_open_to(user) and super().may_tell(notice)

    @property
    def always_tells(self) -> bool:
        return True

    def could_not_tell(self, notice: Notice, at: datetime) -> None:
        from privacy.breach.notices import could_not_tell

        could_not_tell(self, notice, at)

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from privacy.breach.notices import NOTICES

        return {**NOTICES}

    def notice_context(self, event: Event) -> dict[str, Any]:
        from privacy.breach.notices import context

        return context(self, event)

    # -- Its life

    @transition(
        "state", [S.SUSPECTED, S.ASSESSING], S.ASSESSING, permission=handles,
        custom={"label": _("Beoordelen"), "style": "go", "order": 1, "form": "assess"},
    )  # fmt: skip
    def assess(self) -> None: ...

    @transition(
        "state", S.ASSESSING, S.BREACH, permission=handles, conditions=[is_assessed, concerns_somebody],
        custom={"label": _("Datalek vaststellen"), "style": "alarm", "order": 2, "form": "conclude_breach",
                "unmet": _("Beoordeel eerst, en kies om welke verwerkingsverantwoordelijken het gaat.")},
    )  # fmt: skip
    def confirm(self) -> None: ...

    @transition(
        "state", S.ASSESSING, S.NO_BREACH, permission=handles, conditions=[is_assessed],
        custom={"label": _("Geen datalek vaststellen"), "order": 3, "form": "conclude",
                "unmet": _("Beoordeel het incident eerst.")},
    )  # fmt: skip
    def rule_out(self) -> None: ...

    @transition(
        "state", [S.BREACH, S.NO_BREACH, S.INFORMING, S.FOLLOW_UP, S.CLOSED], S.ASSESSING, permission=handles,
        custom={"label": _("Opnieuw beoordelen"), "order": 8, "form": "reason"},
    )  # fmt: skip
    def reassess(self) -> None: ...

    @transition(
        "state", [S.BREACH, S.NO_BREACH, S.INFORMING, S.FOLLOW_UP], S.INFORMING, permission=handles,
        conditions=[concerns_somebody],
        custom={"label": _("Brieven opstellen"), "style": "go", "order": 1, "form": "draft",
                "unmet": _("Er is geen verwerkingsverantwoordelijke om te informeren.")},
    )  # fmt: skip
    def draft(self) -> None: ...

    @transition("state", S.INFORMING, None, permission=handles)
    def write(self) -> None: ...

    @transition(
        "state", S.INFORMING, None, permission=approves,
        custom={"label": _("Brieven goedkeuren en versturen"), "style": "go", "order": 1, "form": "approve"},
    )  # fmt: skip
    def approve(self) -> None: ...

    @transition(
        "state", [S.BREACH, S.INFORMING, S.CLOSED], None, permission=helps, conditions=[concerns_somebody],
        custom={"label": _("Telefonisch geïnformeerd"), "order": 2, "form": "phone"},
    )  # fmt: skip
    def phone(self) -> None: ...

    @transition(
        "state", S.INFORMING, S.FOLLOW_UP, permission=lambda case, user: user is None, conditions=[everybody_told],
    )  # fmt: skip
    def informed(self) -> None: ...

    @transition("state", S.FOLLOW_UP, S.INFORMING, permission=lambda case, user: user is None)
    def untold(self) -> None:
        """A letter came back after all: the 24 hours were not met by it."""
        self.informed_at = None

    @transition(
        "state", S.NO_BREACH, S.FOLLOW_UP, permission=handles, conditions=[concerns_nobody],
        custom={"label": _("Naar opvolging"), "style": "go", "order": 1, "form": "none",
                "unmet": _("Er zijn verwerkingsverantwoordelijken bij betrokken; stel eerst brieven op.")},
    )  # fmt: skip
    def follow_up(self) -> None: ...

    @transition(
        "state", [S.INFORMING, S.FOLLOW_UP], None, permission=handles, conditions=[concerns_somebody],
        custom={"label": _("Besluit van contractant vastleggen"), "order": 4, "form": "decide"},
    )  # fmt: skip
    def decide(self) -> None: ...

    @transition(
        "state", [state for state in S if state != S.CLOSED], None, permission=handles,
        custom={"label": _("Actie toevoegen"), "order": 5, "form": "plan"},
    )  # fmt: skip
    def plan(self) -> None: ...

    @transition(
        "state", [state for state in S if state != S.CLOSED], None, permission=helps,
        custom={"label": _("Actie afronden"), "order": 6, "form": "finish"},
    )  # fmt: skip
    def finish(self) -> None: ...

    @transition(
        "state", S.FOLLOW_UP, S.CLOSED, permission=handles, conditions=[all_done, nobody_left_untold],
        custom={"label": _("Incident sluiten"), "style": "go", "order": 2, "form": "close",
                "unmet": _("Er staat nog een actie open, of een verwerkingsverantwoordelijke is nog niet geïnformeerd.")},
    )  # fmt: skip
    def close(self) -> None: ...

    @transition(
        "state", "*", None, permission=handles,
        custom={"label": _("Toegang geven"), "order": 9, "form": "let_in"},
    )  # fmt: skip
    def let_in(self) -> None: ...

    @transition(
        "state", "*", None, permission=handles,
        custom={"label": _("Toegang intrekken"), "order": 10, "form": "shut_out"},
    )  # fmt: skip
    def shut_out(self) -> None: ...

    @transition("state", "*", None, permission=helps)
    def note(self) -> None: ...
