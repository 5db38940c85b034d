"""What Onderhoud has to fit in, and the windows that come back (SLA 2.20, 7.1)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from contractants.models import Service


class MaintenancePattern(models.Model):
    """Regular Onderhoud that comes back: every so many weeks from `first_on`, by local time (SLA 7.1). A window that
    ends before it starts ends the next day."""

    title = models.CharField(_("titel"), max_length=120)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("dienst"))
    first_on = models.DateField(_("eerste keer op"), help_text=_("De dag van de week volgt hieruit."))
    weeks = models.PositiveSmallIntegerField(_("om de zoveel weken"), default=2)
    starts = models.TimeField(_("van"))
    ends = models.TimeField(_("tot"))
    has_impact = models.BooleanField(_("merkbaar"), default=True)
    description = models.TextField(_("omschrijving voor contractanten"), blank=True)
    is_active = models.BooleanField(_("actief"), default=True)

    class Meta:
        verbose_name = _("terugkerend onderhoud")
        verbose_name_plural = _("terugkerend onderhoud")
        ordering = ("title",)
        constraints = [
            models.CheckConstraint(condition=models.Q(weeks__gte=1), name="pattern_moves_on"),
            models.CheckConstraint(condition=~models.Q(starts=models.F("ends")), name="pattern_lasts"),
        ]

    def __str__(self) -> str:
        return self.title


class ServiceDependency(models.Model):
    """When `depends_on` is away, so is `service`."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="+", verbose_name=_("dienst"))
    depends_on = models.ForeignKey(Service, models.CASCADE, related_name="+", verbose_name=_("hangt af van"))

    class Meta:
        verbose_name = _("afhankelijkheid van een dienst")
        verbose_name_plural = _("afhankelijkheden van diensten")
        ordering = ("service", "depends_on")
        constraints = [
            models.UniqueConstraint(fields=["service", "depends_on"], name="one_dependency"),
            models.CheckConstraint(
                condition=~models.Q(service=models.F("depends_on")), name="no_dependency_on_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} → {self.depends_on}"


class Freeze(models.Model):
    """No changes for a while, at one Dienst or at all."""

    starts_at = models.DateTimeField(_("van"))
    ends_at = models.DateTimeField(_("tot"))
    why = models.CharField(_("waarom"), max_length=200)
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("dienst"),
        help_text=_("Leeg: alle diensten."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("wijzigingsstop")
        verbose_name_plural = _("wijzigingsstops")
        ordering = ("starts_at",)
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="freeze_lasts")
        ]

    def __str__(self) -> str:
        return self.why

    def clean(self) -> None:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("Het einde ligt niet na het begin.")})
