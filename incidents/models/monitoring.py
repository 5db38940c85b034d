"""What monitoring systems sent: the raw body first, then the alert that it belongs to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from incidents.models.melding import Melding


class Alert(models.Model):
    """One disturbance as its sender names it. At most one is open per source and key, whatever arrives at once."""

    source = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("bron")
    )
    dedup_key = models.CharField(_("sleutel"), max_length=255)
    melding = models.ForeignKey(Melding, models.PROTECT, null=True, related_name="alerts")
    is_open = models.BooleanField(_("open"), default=True)
    count = models.PositiveIntegerField(_("aantal"), default=0)
    first_seen_at = models.DateTimeField(_("eerst"))
    last_seen_at = models.DateTimeField(_("laatst"))
    recovered_at = models.DateTimeField(_("hersteld volgens monitoring"), null=True, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarmen")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "dedup_key"],
                condition=models.Q(is_open=True),
                name="one_open_alert_per_key",
            )
        ]

    def __str__(self) -> str:
        return self.dedup_key


class RawEvent(models.Model):
    """A delivery as it arrived, kept whole; committed before the sender hears success."""

    source = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("bron")
    )
    received_at = models.DateTimeField(_("ontvangen"), db_default=Now())
    sha256 = models.CharField(max_length=64)
    body = models.TextField(_("inhoud"))
    action = models.CharField(_("handeling"), max_length=20, blank=True)
    dedup_key = models.CharField(_("sleutel"), max_length=255, blank=True)
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, blank=True, related_name="raw_events")
    error = models.CharField(_("fout"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("ontvangen alarm")
        verbose_name_plural = _("ontvangen alarmen")
        indexes = [models.Index(fields=["source", "dedup_key"], name="raw_event_by_key")]

    def __str__(self) -> str:
        return f"{self.received_at} {self.action} {self.dedup_key}"
