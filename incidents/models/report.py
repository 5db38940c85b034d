"""A report by the public form that waits until its sender confirms the e-mail address."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models import AbstractAttachment
from incidents.models.melding import Melding


class WebReport(models.Model):
    """What was filled in, kept whole; it becomes a Melding on confirmation, by its sender or by an agent.

    The link in the mail carries a random token, of which only the hash is stored.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    data = models.JSONField(_("ingevuld"))
    email = models.EmailField(_("e-mailadres"))
    submitted_at = models.DateTimeField(_("ingestuurd"))
    expires_at = models.DateTimeField(_("link geldig tot"))
    confirmed_at = models.DateTimeField(_("bevestigd"), null=True, blank=True)
    melding = models.OneToOneField(Melding, models.PROTECT, null=True, blank=True, related_name="web_report")
    client_key = models.UUIDField(null=True, unique=True)

    class Meta:
        verbose_name = _("onbevestigde melding")
        verbose_name_plural = _("onbevestigde meldingen")
        ordering = ("-submitted_at",)

    def __str__(self) -> str:
        return str(self.data.get("subject", self.email))


class WebReportFile(AbstractAttachment):
    """A file that came with an unconfirmed report."""

    report = models.ForeignKey(WebReport, models.CASCADE, related_name="files")

    class Meta(AbstractAttachment.Meta):
        verbose_name = _("bestand bij onbevestigde melding")
        verbose_name_plural = _("bestanden bij onbevestigde meldingen")
