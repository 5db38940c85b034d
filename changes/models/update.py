"""Updates of subcontractors, and when they have to be installed (SLA 7.1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from domain.maintenance import due_by


class SubcontractorUpdate(models.Model):
    """`due_on` is the last day in time: within 3 months when critical, else within 6."""

    party = models.CharField(_("onderaannemer"), max_length=120)
    product = models.CharField(_("product"), max_length=120)
    release = models.CharField(_("versie"), max_length=40)
    is_critical = models.BooleanField(_("kritisch"), default=False)
    released_on = models.DateField(_("uitgebracht op"))
    installed_on = models.DateField(_("doorgevoerd op"), null=True, blank=True)
    due_on = models.DateField(_("uiterlijk"), editable=False)

    class Meta:
        verbose_name = _("update van een onderaannemer")
        verbose_name_plural = _("updates van onderaannemers")
        ordering = ("due_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "product", "release"], name="one_update_of_a_version",
                violation_error_message=_("Deze versie staat er al."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.party} {self.product} {self.release}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.due_on = due_by(self.released_on, self.is_critical)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.released_on and self.installed_on and self.installed_on < self.released_on:
            raise ValidationError({"installed_on": _("Dit ligt voor het uitbrengen.")})

    def is_late(self, today: date) -> bool:
        """Whether it is, or was, installed strictly after its last day."""
        return (self.installed_on or today) > self.due_on
