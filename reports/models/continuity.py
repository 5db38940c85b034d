"""Recorded facts of back-up and recovery (SLA 7.5, 7.6; art. 2.13, 2.14)."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contractants.models import Contractant, Service


class Outcome(models.TextChoices):
    SUCCEEDED = "succeeded", _("gelukt")
    FAILED = "failed", _("mislukt")


class BackupKind(models.TextChoices):
    """Each with how often it is made, at the least (SLA 7.6)."""

    FULL_WEEK = "full_week", _("volledig, wekelijks")
    DIFFERENTIAL_DAY = "differential_day", _("differentieel, dagelijks")
    FULL_YEAR = "full_year", _("volledig, jaarlijks")


class Backup(models.Model):
    """A back-up of the databases of a Dienst, as the system that makes it reported; `size` in bytes."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="backups", verbose_name=_("dienst"))
    kind = models.CharField(_("soort"), max_length=20, choices=BackupKind.choices)
    at = models.DateTimeField(_("tijdstip"))
    outcome = models.CharField(_("uitkomst"), max_length=10, choices=Outcome.choices)
    size = models.PositiveBigIntegerField(_("omvang (bytes)"), null=True, blank=True)

    class Meta:
        verbose_name = _("back-up")
        verbose_name_plural = _("back-ups")
        ordering = ("-at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["service", "kind", "at"], name="one_backup_at_a_moment")
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.get_kind_display()} {self.at:%Y-%m-%d}"


class RecoveryTest(models.Model):
    """A recovery of the whole environment, tried out with contractants who say whether it works (SLA 7.6).

    `on` is a local day; the hours are what was measured of RPO and RTO (SLA 7.5).
    """

    service = models.ForeignKey(
        Service, models.PROTECT, related_name="recovery_tests", verbose_name=_("dienst")
    )
    on = models.DateField(_("datum"))
    outcome = models.CharField(_("uitkomst"), max_length=10, choices=Outcome.choices)
    contractants = models.ManyToManyField(
        Contractant, blank=True, related_name="recovery_tests", verbose_name=_("met contractanten")
    )
    rpo_hours = models.DecimalField(
        _("gemeten RPO (uur)"), max_digits=6, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    rto_hours = models.DecimalField(
        _("gemeten RTO (uur)"), max_digits=6, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    evidence = models.TextField(
        _("bewijs"),
        blank=True,
        help_text=_("Wat is er gedaan en vastgesteld, door wie, en waar ligt dat vast?"),
    )

    class Meta:
        verbose_name = _("hersteltest")
        verbose_name_plural = _("hersteltesten")
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return f"{self.service} {self.on:%Y-%m-%d}"
