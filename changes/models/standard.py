"""What may be changed without more ado (SLA 10.1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contractants.models import Service


class StandardChange(models.Model):
    """A change without impact on what exists, agreed beforehand for one Dienst (SLA 10.1). None for Dienst MDO."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("dienst"))
    name = models.CharField(_("naam"), max_length=120)

    class Meta:
        verbose_name = _("standaardwijziging")
        verbose_name_plural = _("standaardwijzigingen")
        ordering = ("service", "name")
        constraints = [
            models.UniqueConstraint(fields=["service", "name"], name="one_standard_change_of_a_name")
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.name}"
