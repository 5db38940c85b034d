"""The complaint: its life, who may do what, and who may not even know of it (SLA 5)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from complaints.models.target import Step
from contractants.models import Contact, Contractant, Service
from desk.models import PASSED, Event, Limit, Notice, TimedCase, User
from desk.permissions import SEES_ALL, Role, may
from incidents.models import Escalation, Melding

if TYPE_CHECKING:
    from datetime import datetime

    from desk.mail.enclosures import Post

# The Supportafdeling and whatever works for it: none of these sees a complaint about the Supportafdeling.
TOWARDS_DESK = frozenset({Role.SUPPORT, Role.ON_CALL, Role.MACHINE})


class About(models.TextChoices):
    SERVICE = "service", _("een Dienst")
    HANDLING = "handling", _("de afhandeling van een melding")
    SUPPORT = "support", _("de Supportafdeling")
    OTHER = "other", _("iets anders")


class State(models.TextChoices):
    REGISTERED = "registered", _("geregistreerd")
    ASSIGNED = "assigned", _("toegewezen")
    IN_TREATMENT = "in_treatment", _("in behandeling")
    PROPOSED = "proposed", _("oplossing voorgesteld")
    ACCEPTED = "accepted", _("oplossing geaccepteerd")
    REPORTED = "reported", _("klachtrapport verstuurd")
    SOLVED = "solved", _("opgelost")
    CLOSED = "closed", _("gesloten")
    WITHDRAWN = "withdrawn", _("ingetrokken")


ENDED = [State.CLOSED, State.WITHDRAWN]
OPEN = [state for state in State if state not in ENDED]
WITH_CONTACT = [State.PROPOSED, State.REPORTED]
UNDER_WAY = [State.ASSIGNED, State.IN_TREATMENT, *WITH_CONTACT, State.ACCEPTED]
UNSOLVED = [State.REGISTERED, *UNDER_WAY]
# What is timed in which state; elsewhere nothing waits for the supplier that the contract times.
TIMED = {
    State.REGISTERED: Step.ACKNOWLEDGE, State.ASSIGNED: Step.ACKNOWLEDGE, State.IN_TREATMENT: Step.ANSWER,
    State.ACCEPTED: Step.REPORT,
}  # fmt: skip


def _allowed(complaint: Any, user: Any, verb: str) -> bool:
    return may(user, f"complaint.{verb}") and (user is None or complaint.is_open_to(user))


def treats(complaint: Any, user: Any) -> bool:
    """Whoever it is assigned to or who was involved; never who handled the Melding complained about."""
    mine = user is None or user.pk in {complaint.assignee_id, complaint.manager_id}
    return _allowed(complaint, user, "treat") and mine and not complaint.has_handled(user)


def answers_for_it(complaint: Any, user: Any) -> bool:
    """The one it is assigned to: the productmanager, or the service level manager in their place."""
    return treats(complaint, user) and (user is None or user.pk == complaint.assignee_id)


def assigns(complaint: Any, user: Any) -> bool:
    return _allowed(complaint, user, "assign")


def closes(complaint: Any, user: Any) -> bool:
    """The Supportafdeling; of a complaint about it a manager who did not report on it (docs/readings.md)."""
    if not _allowed(complaint, user, "close") or user is None:
        return user is None
    if complaint.is_about_support:
        return bool(user.pk != complaint.assignee_id)
    return user.role in TOWARDS_DESK


def decides(complaint: Any, user: Any) -> bool:
    """Only the contact whose complaint it is accepts, refuses or withdraws."""
    return _allowed(complaint, user, "follow") and (user is None or complaint.speaks(user))


def talks(complaint: Any, user: Any) -> bool:
    """The contact, and staff who did not handle the Melding complained about."""
    return decides(complaint, user) or (
        _allowed(complaint, user, "inform") and not complaint.has_handled(user)
    )


def notes(complaint: Any, user: Any) -> bool:
    return _allowed(complaint, user, "note")


def moves(complaint: Any, user: Any) -> bool:
    """Saying what it is about decides who may read it. The contact may always; who treats complaints may keep one
    from the Supportafdeling, and not open it."""
    return decides(complaint, user) or (_allowed(complaint, user, "treat") and not complaint.is_about_support)


def has_accepted_solution(complaint: Any) -> bool:
    return complaint.solution_accepted_at is not None


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, user: User) -> ComplaintQuerySet:
        """The gate: all for staff, but not one about the Supportafdeling for the Supportafdeling; for a contact
        those of the own contractant."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in TOWARDS_DESK:
            return self.exclude(about=About.SUPPORT)
        if user.role in SEES_ALL:
            return self
        own = Contact.objects.filter(user=user, is_active=True).values("contractant")[:1]
        return self.filter(contractant=own)

    def open(self) -> ComplaintQuerySet:
        return self.filter(state__in=OPEN)


class Complaint(TimedCase):
    """A contact's written dissatisfaction (SLA 2.16), from registration to the klachtrapport that they accepted.

    `assignee` answers for it, `manager` is the service level manager who was involved. `due_at` (UTC) is until when
    the supplier means to have done `due_step`; null where nothing waits for the supplier.
    """

    case_type = "complaint"
    whose = "contractant_id"
    takes_mail = True
    told_to_party = frozenset({"assign", "start", "involve", "propose", "accept_solution", "refuse_solution",
                               "send_report", "accept_report", "refuse_report", "close", "withdraw"})  # fmt: skip
    other_words = {
        "register": _("Vastleggen"), "reply": _("Antwoorden"), "note": _("Notitie maken"), **PASSED,
    }  # fmt: skip

    state = FSMField(
        _("status"), max_length=14, choices=State.choices, default=State.REGISTERED, protected=True
    )
    contractant = models.ForeignKey(
        Contractant, models.PROTECT, related_name="complaints", verbose_name=_("contractant")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="complaints", verbose_name=_("contactpersoon")
    )
    about = models.CharField(_("gaat over"), max_length=10, choices=About.choices)
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dienst")
    )
    subject = models.CharField(_("onderwerp"), max_length=200)
    description = models.TextField(_("klacht"))
    meldingen = models.ManyToManyField(
        Melding, blank=True, related_name="complaints", verbose_name=_("meldingen")
    )
    received_at = models.DateTimeField(_("ontvangen"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("geregistreerd door")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("toegewezen aan"),
    )  # fmt: skip
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("servicelevelmanager"),
    )  # fmt: skip
    solution = models.TextField(_("voorgestelde oplossing"), blank=True)
    solution_accepted_at = models.DateTimeField(_("oplossing geaccepteerd op"), null=True, blank=True)
    due_step = models.CharField(_("wacht op"), max_length=12, choices=Step.choices, blank=True)
    due_at = models.DateTimeField(_("streeftijd"), null=True, blank=True)
    ended_at = models.DateTimeField(_("afgerond op"), null=True, blank=True)

    objects: ClassVar[ComplaintQuerySet] = ComplaintQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("klacht")
        verbose_name_plural = _("klachten")
        ordering = ("-received_at", "-id")
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="complaint_due"),
            models.Index(fields=["contractant", "received_at"], name="complaint_of_contractant"),
            models.Index(fields=["assignee", "state"], name="complaint_of_assignee"),
            models.Index(fields=["sweep_at"], condition=Q(sweep_at__isnull=False), name="complaint_to_sweep"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("complaints:complaint", args=[self.number])

    @property
    def is_about_support(self) -> bool:
        return self.about == About.SUPPORT

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_late(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < now

    def is_open_to(self, user: User) -> bool:
        """Whether this person may know of it, within what their role sees."""
        return not (self.is_about_support and user.role in TOWARDS_DESK)

    def may_tell(self, notice: Notice) -> bool:
        """Nor to whoever may not see it now, as it stands in the database."""
        user = User.objects.filter(email=notice.email).first()
        seen = user is not None and Complaint.objects.visible_to(user).filter(pk=self.pk).exists()
        return seen and super().may_tell(notice)

    def has_handled(self, user: User | None) -> bool:
        """Whether they worked on a Melding complained about; separation of duties."""
        return user is not None and user.role != Role.CONTACT and user.pk in self.handlers

    @cached_property
    def handlers(self) -> frozenset[int]:
        """Who registered or handled the Meldingen complained about."""
        if self.pk is None:
            return frozenset()
        ids = self.meldingen.values("pk")
        climbed = Escalation.objects.filter(melding__in=ids).values("pk")
        acted = Event.objects.filter(
            Q(case_type=Melding.case_type, case_id__in=ids)
            | Q(case_type=Escalation.case_type, case_id__in=climbed),
            actor__isnull=False,
        )
        assigned = Melding.objects.filter(pk__in=ids, assignee__isnull=False)
        return frozenset(
            acted.values_list("actor", flat=True).union(assigned.values_list("assignee", flat=True))
        )

    def speaks(self, user: User) -> bool:
        """Whether `user` is its contact; where that one has left, the hoofdcontactpersoon."""
        if user.pk == self.contact.user_id:
            return self.contact.is_active
        own = Contact.objects.filter(user=user, contractant=self.contractant_id, is_active=True)
        return not self.contact.is_active and own.filter(role=Contact.Role.MAIN).exists()

    @property
    def party(self) -> UUID | None:
        return self.contractant.public_id

    @property
    def for_party_alone(self) -> bool:
        return self.is_about_support

    @classmethod
    def hidden_from(cls, user: User) -> models.QuerySet[Complaint]:
        return cls.objects.exclude(pk__in=cls.objects.visible_to(user).values("pk"))

    def project(self, at: datetime, new: Event | None = None) -> None:
        from complaints.targets import retime

        retime(self)
        super().project(at, new)

    def limit(self) -> Limit | None:
        from complaints.targets import limit

        return limit(self)

    def announce(self, event: Event) -> None:
        from complaints.notices import announce

        announce(self, event)

    @property
    def mail_list(self) -> str:
        return f"contractant-{self.contractant_id}"

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from complaints.notices import NOTICES

        return {**NOTICES}

    @classmethod
    def for_notices(cls) -> models.QuerySet[Complaint]:
        return cls.objects.select_related("contractant", "contact__user", "assignee", "manager", "service")

    def notice_context(self, event: Event) -> dict[str, Any]:
        from complaints.notices import context

        return context(self, event)

    def take_mail(self, by: User, post: Post, at: datetime) -> bool:
        from complaints.actions import take_mail

        return take_mail(self, by=by, post=post, at=at)

    # -- Its life

    @transition(
        "state", State.REGISTERED, State.ASSIGNED, permission=assigns,
        custom={"label": _("Toewijzen"), "style": "go", "order": 1, "form": "assign"},
    )  # fmt: skip
    def assign(self) -> None: ...

    @transition(
        "state", State.ASSIGNED, State.IN_TREATMENT, permission=treats,
        custom={"label": _("In behandeling nemen"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def start(self) -> None: ...

    @transition(
        "state", State.IN_TREATMENT, State.PROPOSED, permission=treats,
        custom={"label": _("Oplossing voorstellen"), "style": "go", "order": 1, "form": "solution"},
    )  # fmt: skip
    def propose(self) -> None: ...

    @transition(
        "state", State.PROPOSED, State.ACCEPTED, permission=decides,
        custom={"label": _("Oplossing accepteren"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def accept_solution(self) -> None: ...

    @transition(
        "state", State.PROPOSED, State.IN_TREATMENT, permission=decides,
        custom={"label": _("Oplossing afwijzen"), "order": 2, "form": "reason"},
    )  # fmt: skip
    def refuse_solution(self) -> None: ...

    @transition(
        "state", [State.ACCEPTED, State.IN_TREATMENT], State.REPORTED, permission=answers_for_it,
        conditions=[has_accepted_solution],
        custom={"label": _("Klachtrapport versturen"), "style": "go", "order": 2, "form": "report",
                "unmet": _("De contactpersoon heeft nog geen oplossing geaccepteerd.")},
    )  # fmt: skip
    def send_report(self) -> None: ...

    @transition(
        "state", State.REPORTED, State.SOLVED, permission=decides,
        custom={"label": _("Klachtrapport accepteren"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def accept_report(self) -> None: ...

    @transition(
        "state", State.REPORTED, State.IN_TREATMENT, permission=decides,
        custom={"label": _("Klachtrapport afwijzen"), "order": 2, "form": "reason"},
    )  # fmt: skip
    def refuse_report(self) -> None: ...

    @transition(
        "state", State.SOLVED, State.CLOSED, permission=closes,
        custom={"label": _("Klacht sluiten"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def close(self) -> None: ...

    @transition(
        "state", [State.ASSIGNED, State.IN_TREATMENT], None, permission=answers_for_it,
        custom={"label": _("Servicelevelmanager betrekken"), "order": 3, "form": "involve"},
    )  # fmt: skip
    def involve(self) -> None: ...

    @transition(
        "state", UNDER_WAY, None, permission=assigns,
        custom={"label": _("Aan een ander toewijzen"), "order": 4, "form": "assign"},
    )  # fmt: skip
    def reassign(self) -> None: ...

    @transition(
        "state", UNSOLVED, None, permission=assigns,
        custom={"label": _("Melding erbij zetten"), "order": 5, "form": "melding"},
    )  # fmt: skip
    def relate(self) -> None: ...

    @transition(
        "state", UNSOLVED, None, permission=moves,
        custom={
            "label": _("Onderwerp van de klacht wijzigen"), "order": 6, "form": "about",
            "help": _("Een klacht over de Supportafdeling kan de Supportafdeling niet lezen. Zodra er intern over is "
                      "overlegd, blijft dat zo."),
        },
    )  # fmt: skip
    def set_about(self) -> None: ...

    @transition(
        "state", UNSOLVED, State.WITHDRAWN, permission=decides,
        custom={"label": _("Klacht intrekken"), "order": 7, "form": "reason"},
    )  # fmt: skip
    def withdraw(self) -> None: ...

    @transition("state", OPEN, None, permission=talks)
    def reply(self) -> None: ...

    @transition("state", "*", None, permission=notes)
    def note(self) -> None: ...
