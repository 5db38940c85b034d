"""Systems elsewhere that are told of events: where to, and what was told (docs/webhooks.md)."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from desk.models.trail import Event

if TYPE_CHECKING:
    from datetime import datetime


def fresh_salt() -> str:
    return secrets.token_hex(16)


class WebhookEndpoint(models.Model):
    """An address that is told of events.

    `events` are types such as `melding.resolve`, none for all of them. `party` is the public id of the
    contractant whose cases it hears of, None for all; a contractant's endpoint hears only what its portal shows.
    Its secret is derived from `salt` and never stored; until `former_until` messages are signed by the secret of
    `former_salt` as well.
    """

    name = models.CharField(_("naam"), max_length=80, unique=True)
    url = models.CharField(_("adres"), max_length=500)
    party = models.UUIDField(_("contractant"), null=True, blank=True)
    events = ArrayField(
        models.CharField(max_length=60), verbose_name=_("gebeurtenissen"), default=list, blank=True
    )
    active = models.BooleanField(_("actief"), default=True)
    disabled_reason = models.CharField(_("uitgezet omdat"), max_length=200, blank=True, editable=False)
    salt = models.CharField(max_length=32, default=fresh_salt, editable=False)
    former_salt = models.CharField(max_length=32, blank=True, editable=False)
    former_until = models.DateTimeField(_("vorig geheim geldig tot"), null=True, editable=False)
    last_success_at = models.DateTimeField(_("laatst gelukt"), null=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def owed(self) -> WebhookDeliveryQuerySet:
        return self.filter(delivered_at=None, failed_at=None)

    def due(self, now: datetime) -> WebhookDeliveryQuerySet:
        return self.owed().filter(next_try_at__lte=now, endpoint__active=True)


class WebhookDelivery(models.Model):
    """One event owed to one endpoint, since the transaction of that event; `body` is sent as it stands here."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(_("gebeurtenis"), max_length=60)
    body = models.TextField(_("inhoud"))
    created_at = models.DateTimeField(_("gemaakt"), db_default=Now())
    next_try_at = models.DateTimeField(_("volgende poging"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    delivered_at = models.DateTimeField(_("afgeleverd"), null=True)
    failed_at = models.DateTimeField(_("opgegeven"), null=True)
    status = models.PositiveSmallIntegerField(_("antwoord"), null=True)
    answer = models.CharField(_("begin van het antwoord"), max_length=500, blank=True)
    error = models.CharField(_("fout"), max_length=200, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("aflevering aan een webhook")
        verbose_name_plural = _("afleveringen aan webhooks")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["endpoint", "event"], name="webhook_once_per_event")]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(delivered_at=None, failed_at=None),
                name="webhook_owed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} → {self.endpoint}"

    @property
    def webhook_id(self) -> str:
        """The same at each attempt, so that a receiver knows what it has."""
        return f"msg_{self.message_id.hex}"
