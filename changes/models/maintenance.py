"""Onderhoud: from a first draft, by an announcement, to done (SLA 2.19, 7.1)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from changes.models.change import Change
from changes.models.release import Release
from changes.models.windows import MaintenancePattern
from contractants.models import Contact, Service
from desk.models import AbstractMessage, Case, Event, User
from desk.permissions import SEES_ALL, allows
from domain.maintenance import FIRST
from sla.models import Contract
from sla.queries import AMSTERDAM

BEGINS_ON = TruncDate("starts_at", tzinfo=AMSTERDAM)


class MaintenanceKind(models.TextChoices):
    REGULAR = "regular", _("regulier")
    UNPLANNED = "unplanned", _("ongepland")
    URGENT = "urgent", _("urgente wijziging")
    SECURITY = "security", _("beveiligingsincident")


class MaintenanceState(models.TextChoices):
    DRAFT = "draft", _("concept")
    PLANNED = "planned", _("gepland")
    ANNOUNCED = "announced", _("aangekondigd")
    IN_PROGRESS = "in_progress", _("bezig")
    DONE = "done", _("uitgevoerd")
    CANCELLED = "cancelled", _("vervallen")
    PUSHED_ASIDE = "pushed_aside", _("opzijgezet")


COMING = [MaintenanceState.PLANNED, MaintenanceState.ANNOUNCED]
LIES_AHEAD = [MaintenanceState.DRAFT, *COMING, MaintenanceState.PUSHED_ASIDE]
HOLDS_A_PLACE = [*COMING, MaintenanceState.IN_PROGRESS]
TOOK_PLACE = [*HOLDS_A_PLACE, MaintenanceState.DONE]
# What contractants see of the trail.
CONCERNS_CONTRACTANT = frozenset({"publish", "move", "start", "finish", "cancel", "push_aside"})


def may_begin(maintenance: Any) -> bool:
    """It is announced beforehand, unless it cannot wait or is regular and not felt (SLA 7.1)."""
    unfelt = maintenance.kind == MaintenanceKind.REGULAR and not maintenance.has_impact
    return bool(maintenance.announced_at) or unfelt or maintenance.kind in FIRST


def services_for(user: User, day: Any) -> models.QuerySet[Service]:
    """The Diensten that `user` may know of at Onderhoud that begins on local `day` (a date, or an expression of the
    row around it): all of them, for a contact those that its own has a contract for then."""
    if user.role in SEES_ALL:
        return Service.objects.all()
    own = Contact.objects.filter(user=user, is_active=True).values("contractant")[:1]
    lasting = models.Q(ends_on=None) | models.Q(ends_on__gte=day)
    held = Contract.objects.filter(lasting, starts_on__lte=day, contractant=own)
    return Service.objects.filter(pk__in=held.values("service"))


class MaintenanceQuerySet(models.QuerySet["Maintenance"]):
    def visible_to(self, user: User) -> MaintenanceQuerySet:
        """All for staff and machines; for a contact what contractants were told of, at a Dienst that its own has a
        contract for on the day that it begins; `held` are the ids of those Diensten."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        known = self._of_day(user)
        told = self.annotate(day=BEGINS_ON).filter(models.Exists(known), told_at__isnull=False)
        return told.annotate(held=ArraySubquery(known.values("pk")))  # type: ignore[no-redef]

    def at_service(self, slug: str, user: User) -> MaintenanceQuerySet:
        """At the Dienst with this slug, as far as `user` may know of it."""
        return self.annotate(day=BEGINS_ON).filter(models.Exists(self._of_day(user).filter(slug=slug)))

    def _of_day(self, user: User) -> models.QuerySet[Service]:
        day = models.OuterRef(models.OuterRef("day"))
        return services_for(user, day).filter(maintenances=models.OuterRef("pk"))

    def between(self, start: datetime, end: datetime) -> MaintenanceQuerySet:
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def whole(self) -> MaintenanceQuerySet:
        """With what rows, pages and the API show."""
        return self.select_related(
            "change", "release__service", "planned_by", "made_way_for"
        ).prefetch_related("services")


class Maintenance(Case):
    """Onderhoud at one or more Diensten, from `starts_at` to `ends_at` (UTC).

    `announced_at` is when contractants were told of these times, `told_at` when they first heard of it at all;
    `reason` is why it goes on although something speaks against it. `began_at` and `finished_at` are what really was.
    """

    case_type = "maintenance"
    in_address = ("maintenance", "maintenance_window")
    other_words = {"draft": _("Opstellen"), "push_aside": _("Opzijzetten")}

    state = FSMField(
        _("status"), max_length=12, choices=MaintenanceState.choices, default=MaintenanceState.DRAFT, protected=True
    )  # fmt: skip
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("titel"), max_length=200)
    description = models.TextField(_("omschrijving voor contractanten"), blank=True)
    kind = models.CharField(_("soort"), max_length=10, choices=MaintenanceKind.choices)
    services = models.ManyToManyField(Service, related_name="maintenances", verbose_name=_("diensten"))
    starts_at = models.DateTimeField(_("van"))
    ends_at = models.DateTimeField(_("tot"))
    has_impact = models.BooleanField(_("merkbaar"), default=True)
    reason = models.TextField(_("waarom toch zo"), blank=True)
    change = models.ForeignKey(
        Change, models.PROTECT, null=True, blank=True, related_name="maintenances", verbose_name=_("wijziging")
    )  # fmt: skip
    release = models.ForeignKey(
        Release, models.PROTECT, null=True, blank=True, related_name="maintenances", verbose_name=_("release")
    )  # fmt: skip
    pattern = models.ForeignKey(
        MaintenancePattern, models.PROTECT, null=True, blank=True, related_name="proposals",
        verbose_name=_("terugkerend onderhoud"),
    )  # fmt: skip
    pattern_day = models.DateField(null=True, blank=True, editable=False)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gepland door")
    )  # fmt: skip
    made_way_for = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pushed",
        verbose_name=_("opzijgezet voor"),
    )
    announced_at = models.DateTimeField(_("aangekondigd op"), null=True, blank=True, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    began_at = models.DateTimeField(_("begonnen"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("gereed"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("gewijzigd"), editable=False)

    held: list[int]

    objects: ClassVar[models.Manager[Maintenance]] = MaintenanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("onderhoud")
        verbose_name_plural = _("onderhoud")
        ordering = ("starts_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="maintenance_lasts"
            ),
            models.UniqueConstraint(fields=["pattern", "pattern_day"], name="one_proposal_a_day"),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="maintenance_by_start"),
            models.Index(fields=["ends_at"], name="maintenance_by_end"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("changes:maintenance", args=[self.number])

    def shown_to(self, user: User) -> list[Service]:
        """Its Diensten as `user` may read them; the row comes from `visible_to(user)`."""
        known = self.services.all()
        return [one for one in known if user.role in SEES_ALL or one.pk in self.held]

    @property
    def subject(self) -> str:
        return self.title

    def project(self, at: datetime, new: Event | None = None) -> None:
        self.changed_at = at

    def announce(self, event: Event) -> None:
        from changes.maintenance_notices import announce

        announce(self, event)

    @property
    def mail_list(self) -> str:
        return "maintenance"

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from changes.maintenance_notices import NOTICES

        return {**NOTICES}

    @classmethod
    def for_notices(cls) -> models.QuerySet[Maintenance]:
        return cls.objects.select_related("made_way_for").prefetch_related("services")

    def notice_context(self, event: Event) -> dict[str, Any]:
        from changes.maintenance_notices import context

        return context(self, event)

    @transition(
        "state", MaintenanceState.DRAFT, None, permission=allows("maintenance.plan"),
        custom={"label": _("Bewerken"), "order": 2, "form": "revise"},
    )  # fmt: skip
    def revise(self) -> None: ...

    @transition(
        "state", MaintenanceState.DRAFT, MaintenanceState.PLANNED, permission=allows("maintenance.plan"),
        custom={"label": _("Plannen"), "style": "go", "order": 1, "form": "plan"},
    )  # fmt: skip
    def plan(self) -> None: ...

    @transition(
        "state", MaintenanceState.PLANNED, MaintenanceState.ANNOUNCED, permission=allows("maintenance.plan"),
        custom={
            "label": _("Aankondigen"), "style": "go", "order": 1, "form": "plan",
            "help": _("De contactpersonen van iedere contractant met deze dienst krijgen bericht."),
        },
    )  # fmt: skip
    def publish(self) -> None: ...

    @transition(
        "state", COMING, None, permission=allows("maintenance.plan"),
        custom={"label": _("Verplaatsen"), "order": 4, "form": "move"},
    )  # fmt: skip
    def move(self) -> None: ...

    @transition(
        "state", MaintenanceState.PUSHED_ASIDE, MaintenanceState.PLANNED, permission=allows("maintenance.plan"),
        custom={"label": _("Nieuwe datum"), "style": "go", "order": 1, "form": "replan"},
    )  # fmt: skip
    def replan(self) -> None: ...

    @transition(
        "state", COMING, MaintenanceState.IN_PROGRESS, permission=allows("maintenance.carry_out"), conditions=[may_begin],
        custom={
            "label": _("Beginnen"), "order": 2, "form": "none",
            "unmet": _("Kondig dit onderhoud eerst aan (SLA 7.1)."),
        },
    )  # fmt: skip
    def start(self) -> None: ...

    @transition(
        "state", MaintenanceState.IN_PROGRESS, MaintenanceState.DONE, permission=allows("maintenance.carry_out"),
        custom={"label": _("Gereed melden"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def finish(self) -> None: ...

    @transition(
        "state", LIES_AHEAD, MaintenanceState.CANCELLED,
        permission=allows("maintenance.plan"),
        custom={"label": _("Laten vervallen"), "style": "alarm", "order": 9, "form": "cancel"},
    )  # fmt: skip
    def cancel(self) -> None: ...

    @transition("state", "*", None, permission=allows("maintenance.note"))
    def note(self) -> None: ...

    # By an urgent change that goes first.

    @transition("state", COMING, MaintenanceState.PUSHED_ASIDE, permission=allows("desk_only"))
    def push_aside(self) -> None: ...


class MaintenanceMessage(AbstractMessage):
    """Why it was moved or fell through, in words for contractants, and what colleagues noted."""

    maintenance = models.ForeignKey(Maintenance, models.PROTECT, related_name="messages")

    class Meta(AbstractMessage.Meta):
        verbose_name = _("bijdrage aan onderhoud")
        verbose_name_plural = _("bijdragen aan onderhoud")

    def __str__(self) -> str:
        return f"{self.maintenance_id}: {self.verb}"
