"""Mail that came in, each message whole, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def mail_path(instance: InboundMail, filename: str) -> str:
    """By random id alone, like attachments."""
    return f"mail/{instance.public_id.hex[:2]}/{instance.public_id.hex}"


class InboundMail(models.Model):
    """A message as it arrived. It is stored before the mail server hears so, and dealt with afterwards.

    `key` is what makes a message the same one when it is delivered again; `copies` counts how often it was.
    `case_type` and `case_id` name what it led to, `message` the contribution in that conversation.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", _("nog te verwerken")
        NEW = "new", _("nieuwe melding")
        ANSWER = "answer", _("reactie op een melding")
        UNCONFIRMED = "unconfirmed", _("wacht op bevestiging")
        AUTOMATIC = "automatic", _("automatisch bericht")
        BOUNCE = "bounce", _("niet bezorgd")
        LOOP = "loop", _("eigen bericht")
        SET_ASIDE = "set_aside", _("terzijde gelegd")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mailbox = models.CharField(_("postbus"), max_length=120)
    key = models.CharField(max_length=400, editable=False)
    file = models.FileField(_("bericht"), upload_to=mail_path)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("grootte"))
    received_at = models.DateTimeField(_("ontvangen"))
    stored_at = models.DateTimeField(_("opgeslagen"), db_default=Now(), editable=False)
    sender = models.CharField(_("afzender"), max_length=254, blank=True)
    subject = models.CharField(_("onderwerp"), max_length=200, blank=True)
    outcome = models.CharField(_("uitkomst"), max_length=12, choices=Outcome.choices, default=Outcome.PENDING)
    reason = models.CharField(_("reden"), max_length=300, blank=True)
    case_type = models.CharField(max_length=20, blank=True)
    case_id = models.BigIntegerField(null=True, blank=True)
    message = models.BigIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    copies = models.PositiveIntegerField(_("keer opnieuw aangeboden"), default=0)

    class Meta:
        verbose_name = _("binnengekomen mail")
        verbose_name_plural = _("binnengekomen mail")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["mailbox", "key"], name="mail_once_per_mailbox")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(outcome="pending"), name="mail_to_process"),
            models.Index(fields=["outcome", "received_at"], name="mail_by_outcome"),
            models.Index(fields=["sender", "received_at"], name="mail_of_sender"),
            models.Index(fields=["case_type", "case_id"], name="mail_of_case"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender or self.public_id.hex

    @property
    def name(self) -> str:
        return f"mail-{self.pk}.eml"

    @property
    def content_type(self) -> str:
        return "message/rfc822"
