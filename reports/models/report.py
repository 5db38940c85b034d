"""The service level report of one month: drawn up, reviewed and published, and from then on as it is (SLA 13)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from contractants.models import Contact, Contractant, Service
from desk.models import AbstractMessage, Case, Event, Notice, User
from desk.permissions import SEES_ALL, allows, may
from domain.months import Month


class ReportState(models.TextChoices):
    DRAFT = "draft", _("concept")
    REVIEWED = "reviewed", _("beoordeeld")
    PUBLISHED = "published", _("gepubliceerd")


NOT_PUBLISHED = [ReportState.DRAFT, ReportState.REVIEWED]


def publishes(report: Any, user: Any) -> bool:
    """A manager, and not the one who reviewed it: separation of duties (docs/readings.md)."""
    return may(user, "report.publish") and (user is None or user.pk != report.reviewed_by_id)


class ReportQuerySet(models.QuerySet["ServiceLevelReport"]):
    def visible_to(self, user: User) -> ReportQuerySet:
        """All for staff and machines; for a contact what was published for the own contractant."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        own = Contact.objects.filter(user=user, is_active=True).values("contractant")[:1]
        return self.filter(state=ReportState.PUBLISHED, contractant=own)


class ServiceLevelReport(Case):
    """What was achieved for one Dienst in one month: over all contractants, or over one of them.

    `month` is its first day. `data` is what `reports.monthly.figures.build` made of it at `made_at`; a published one
    is kept by the database as it is, and `sha256` is the digest of its canonical JSON.
    """

    case_type = "report"
    whose = "contractant_id"
    other_words = {"make": _("Opstellen"), "note": _("Notitie maken"), "redact": _("Gegevens gewist")}
    told_to_party = frozenset({"publish"})

    state = FSMField(
        _("status"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT, protected=True
    )
    month = models.DateField(_("maand"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("dienst"))
    contractant = models.ForeignKey(
        Contractant, models.PROTECT, null=True, blank=True, related_name="reports",
        verbose_name=_("contractant"),
    )  # fmt: skip
    data = models.JSONField(_("cijfers"), default=dict)
    made_at = models.DateTimeField(_("cijfers van"))
    sha256 = models.CharField(_("controlegetal (SHA-256)"), max_length=64, blank=True)
    reviewed_at = models.DateTimeField(_("beoordeeld op"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("beoordeeld door"),
    )  # fmt: skip
    published_at = models.DateTimeField(_("gepubliceerd op"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("gepubliceerd door"),
    )  # fmt: skip

    objects: ClassVar[models.Manager[ServiceLevelReport]] = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("servicelevelrapport")
        verbose_name_plural = _("servicelevelrapporten")
        ordering = ("-month", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "service", "contractant"], nulls_distinct=False, name="one_report_a_month"
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="report_is_of_a_whole_month"
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReportState.PUBLISHED, published_at__isnull=False)
                & models.Q(reviewed_by__isnull=False) & ~models.Q(sha256="")
                | ~models.Q(state=ReportState.PUBLISHED) & models.Q(published_at=None),
                name="published_report_is_sealed",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["-month", "-id"], name="report_newest"),
            models.Index(fields=["contractant", "-month"], name="report_of_contractant"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("reports:report", args=[self.number])

    @property
    def of_month(self) -> Month:
        return Month(self.month.year, self.month.month)

    @property
    def subject(self) -> str:
        """For whom it is, and about which Dienst."""
        return f"{self.service} – {self.contractant or _('alle contractanten')}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def party(self) -> UUID | None:
        return self.contractant.public_id if self.contractant else None

    def outline(self) -> dict[str, Any]:
        """The digest tells a machine whether what it has is what was published."""
        paths = {"desk": self.get_absolute_url(), "api": reverse("api:report", args=[self.number])}
        if self.contractant_id:
            paths["portal"] = reverse("reports:portal_report", args=[self.number])
        return {
            **super().outline(), "month": str(self.of_month), "service": self.service.slug,
            "contractant": self.party and str(self.party), "sha256": self.sha256,
            "links": {name: settings.SITE_URL + path for name, path in paths.items()},
        }  # fmt: skip

    @classmethod
    def reindex(cls, ids: list[int], at: datetime) -> None:
        from reports.monthly.sealing import seal_again

        seal_again(ids, at)

    def announce(self, event: Event) -> None:
        from reports.monthly.notices import announce

        announce(self, event)

    def may_tell(self, notice: Notice) -> bool:
        """Only to whoever may still read it."""
        user = User.objects.filter(email=notice.email).first()
        reports: Any = ServiceLevelReport.objects.all()
        return user is not None and reports.visible_to(user).filter(pk=self.pk).exists()

    @property
    def mail_list(self) -> str:
        return f"reports-{self.contractant_id}" if self.contractant_id else "reports"

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from reports.monthly.notices import NOTICES

        return {**NOTICES}

    @classmethod
    def for_notices(cls) -> models.QuerySet[ServiceLevelReport]:
        return cls.objects.select_related("service", "contractant")

    def notice_context(self, event: Event) -> dict[str, Any]:
        from reports.monthly.notices import context

        return context(self, event)

    @transition(
        "state", ReportState.DRAFT, ReportState.REVIEWED, permission=allows("report.review"),
        custom={
            "label": _("Beoordelen"), "style": "go", "order": 1, "form": "none",
            "help": _("De cijfers van nu worden vastgehouden. Een ander publiceert het rapport."),
        },
    )  # fmt: skip
    def review(self) -> None: ...

    @transition(
        "state", ReportState.REVIEWED, ReportState.PUBLISHED, permission=publishes,
        custom={
            "label": _("Publiceren"), "style": "go", "order": 1, "form": "none",
            "help": _("Daarna verandert het rapport niet meer. Wie het moet krijgen, krijgt bericht."),
        },
    )  # fmt: skip
    def publish(self) -> None: ...

    @transition(
        "state", ReportState.REVIEWED, ReportState.DRAFT, permission=allows("report.send_back"),
        custom={"label": _("Teruggeven"), "order": 2, "form": "reason"},
    )  # fmt: skip
    def send_back(self) -> None: ...

    @transition(
        "state", ReportState.DRAFT, None, permission=allows("report.make"),
        custom={"label": _("Cijfers bijwerken"), "order": 2, "form": "none"},
    )  # fmt: skip
    def rebuild(self) -> None: ...

    @transition("state", NOT_PUBLISHED, None, permission=allows("report.note"))
    def note(self) -> None: ...


class ReportMessage(AbstractMessage):
    """Why it was sent back, and what colleagues noted before it was published."""

    report = models.ForeignKey(ServiceLevelReport, models.PROTECT, related_name="messages")

    class Meta(AbstractMessage.Meta):
        verbose_name = _("notitie bij een rapport")
        verbose_name_plural = _("notities bij een rapport")

    def __str__(self) -> str:
        return f"{self.report_id}: {self.verb}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> CorrectionQuerySet:
        reports: Any = ServiceLevelReport.objects.all()
        return self.filter(report__in=reports.visible_to(user))


class Correction(models.Model):
    """One figure of a published report that came out otherwise later. The report itself does not move.

    `path` is where it stands in `data`; `published` and `value` are what it said and what it would say now, null
    where it was not there. `because` names events since then on the cases that it is about: number, verb and moment.
    """

    report = models.ForeignKey(
        ServiceLevelReport, models.PROTECT, related_name="corrections", verbose_name=_("rapport")
    )
    found_at = models.DateTimeField(_("gevonden op"))
    path = models.CharField(_("plaats"), max_length=500)
    published = models.JSONField(_("gepubliceerd"), null=True)
    value = models.JSONField(_("nu"), null=True)
    because = models.JSONField(_("door"), default=list)

    objects: ClassVar[models.Manager[Correction]] = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correctie op een rapport")
        verbose_name_plural = _("correcties op rapporten")
        ordering = ("found_at", "id")
        indexes = [models.Index(fields=["report", "path", "found_at"], name="correction_of_report")]

    def __str__(self) -> str:
        return f"{self.report}: {self.path}"


class ReportLook(models.Model):
    """When a published report was last compared with what the events say now; `is_last` once data that it was made of
    was erased, so that they cannot say it any more."""

    report = models.OneToOneField(ServiceLevelReport, models.PROTECT, related_name="look")
    at = models.DateTimeField(_("vergeleken op"))
    is_last = models.BooleanField(_("gegevens gewist"), default=False)

    class Meta:
        verbose_name = _("vergelijking van een rapport")
        verbose_name_plural = _("vergelijkingen van rapporten")

    def __str__(self) -> str:
        return f"{self.report_id}: {self.at:%Y-%m-%d}"
