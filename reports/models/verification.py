"""The outcome of looking whether what is stored still follows from the events."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models import User


class VerificationQuerySet(models.QuerySet["Verification"]):
    def visible_to(self, user: User) -> VerificationQuerySet:
        return self if user.is_authenticated and user.may("report.verify") else self.none()


class Verification(models.Model):
    """One look at everything. `checked` counts what was looked at, by kind, and `busy` what others kept locked;
    `differences` keeps the first of them, `found` is how many there were, and `digest` tells one set of differences from
    another."""

    started_at = models.DateTimeField(_("begonnen"))
    finished_at = models.DateTimeField(_("klaar"))
    checked = models.JSONField(_("nagekeken"), default=dict)
    busy = models.JSONField(_("niet nagekeken"), default=dict)
    found = models.PositiveIntegerField(_("verschillen"), default=0)
    differences = models.JSONField(_("gevonden"), default=list)
    digest = models.CharField(max_length=64, blank=True)

    objects: ClassVar[models.Manager[Verification]] = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("controle")
        verbose_name_plural = _("controles")
        ordering = ("-started_at", "-id")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {self.found}"
