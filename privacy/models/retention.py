"""How long what is kept, what happened to it after that, and what is held (AVG art. 5(1)(e), art. 7.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact, Contractant
from desk.models import Traced, User
from desk.permissions import STAFF
from incidents.models import Melding

LONGEST = 7320  # days: twenty years


class RetentionRule(Traced):
    """The period of one kind of data, in days of 24 hours. `kind` is the slug of a `privacy.retention.kinds.Kind`; a
    rule that is not active keeps its data for as long as it stands so."""

    case_type = "retention_rule"
    other_words: ClassVar = {"change": _("Bewaartermijn wijzigen")}

    kind = models.CharField(_("soort gegevens"), max_length=40, unique=True, editable=False)
    days = models.PositiveIntegerField(
        _("bewaartermijn in dagen"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    because = models.CharField(_("grond"), max_length=300)
    is_active = models.BooleanField(_("wordt uitgevoerd"), default=True)
    version = models.PositiveIntegerField(_("versie"), default=1, editable=False)

    class Meta:
        verbose_name = _("bewaartermijn")
        verbose_name_plural = _("bewaartermijnen")
        ordering = ("kind",)
        constraints = [
            models.CheckConstraint(condition=Q(days__range=(1, LONGEST)), name="retention_days_in_range")
        ]

    def __str__(self) -> str:
        return self.kind

    def until(self, now: datetime) -> datetime:
        """What is from before this instant is due at `now`."""
        return now - timedelta(days=self.days)


class RetentionRun(models.Model):
    """One night's work. `done` counts by kind what was erased or anonymised, `left` what was still due afterwards, and
    `held` what a legal hold kept back. Without `finished_at` it was cut off, and the next one goes on with it."""

    started_at = models.DateTimeField(_("begonnen"))
    finished_at = models.DateTimeField(_("klaar"), null=True)
    done = models.JSONField(_("verwijderd of geanonimiseerd"), default=dict)
    left = models.JSONField(_("nog over"), default=dict)
    held = models.JSONField(_("vastgehouden"), default=dict)

    class Meta:
        verbose_name = _("opschoning")
        verbose_name_plural = _("opschoningen")
        ordering = ("-started_at", "-id")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class Tombstone(models.Model):
    """That something was erased or anonymised: which kind, its number or id, when, and under which version of the rule.
    Never what it said."""

    kind = models.CharField(_("soort gegevens"), max_length=40)
    number = models.CharField(_("nummer"), max_length=40)
    at = models.DateTimeField(_("tijdstip"))
    rule_version = models.PositiveIntegerField(_("versie van de bewaartermijn"))
    run = models.ForeignKey(RetentionRun, models.PROTECT, related_name="tombstones")

    class Meta:
        verbose_name = _("verwijderd gegeven")
        verbose_name_plural = _("verwijderde gegevens")
        ordering = ("-id",)
        indexes = [models.Index(fields=["kind", "number"], name="tombstone_by_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def visible_to(self, user: User) -> LegalHoldQuerySet:
        """Staff see what is held; why is on the page of the privacy officer alone."""
        return self if user.is_authenticated and user.is_active and user.role in STAFF else self.none()

    def in_force(self, at: datetime) -> LegalHoldQuerySet:
        return self.filter(Q(lifted_at=None) | Q(lifted_at__gt=at), placed_at__lte=at)


class LegalHold(Traced):
    """What may not be erased until it is lifted: one Melding, all of one contact, or all of one contractant."""

    case_type = "legal_hold"
    whose = "contractant_id"
    in_address = ("hold",)
    other_words: ClassVar = {"place": _("Vasthouden"), "lift": _("Niet meer vasthouden")}

    melding = models.ForeignKey(
        Melding, models.PROTECT, null=True, blank=True, related_name="holds", verbose_name=_("melding")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="holds", verbose_name=_("contactpersoon")
    )
    contractant = models.ForeignKey(
        Contractant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="holds",
        verbose_name=_("contractant"),
    )
    reason = models.TextField(_("reden"))
    placed_at = models.DateTimeField(_("sinds"), db_default=Now())
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("door")
    )
    lifted_at = models.DateTimeField(_("opgeheven op"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("opgeheven door"),
    )  # fmt: skip
    lifted_because = models.TextField(_("waarom opgeheven"), blank=True)

    objects: ClassVar[LegalHoldQuerySet] = LegalHoldQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("bewaarplicht")
        verbose_name_plural = _("bewaarplichten")
        ordering = ("-placed_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(melding__isnull=False, contact=None, contractant=None)
                    | Q(melding=None, contact__isnull=False, contractant=None)
                    | Q(melding=None, contact=None, contractant__isnull=False)
                ),
                name="hold_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.melding or self.contact or self.contractant)
