"""What the desk remembers of its own running."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class IdempotentRequest(models.Model):
    """The answer given to a POST with an Idempotency-Key; the same key gets the same answer for a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When a periodic job last finished, so that a silent stand-still shows."""

    job = models.CharField(_("taak"), max_length=60, primary_key=True)
    at = models.DateTimeField(_("laatst afgerond"))

    class Meta:
        verbose_name = _("periodieke taak")
        verbose_name_plural = _("periodieke taken")

    def __str__(self) -> str:
        return f"{self.job}: {self.at:%Y-%m-%d %H:%M:%S}"
