"""What surrounds the outbox: its switch, the texts that were changed, and what people do not want to hear."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Outbox(models.Model):
    """One row: whether mail may go out. `frozen_at` is a person's decision, `paused_until` a short rest after the
    mail server did not answer, for the reason in `error`."""

    frozen_at = models.DateTimeField(_("stilgezet"), null=True, blank=True)
    paused_until = models.DateTimeField(_("pauze tot"), null=True, blank=True)
    error = models.CharField(_("fout"), max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_outbox")]

    def __str__(self) -> str:
        return "outbox"


class MessageTemplate(models.Model):
    """The text of one kind of notice in one language, where an administrator changed the one that was shipped.

    Only what `desk.notices.sandbox` admits can be in it.
    """

    key = models.CharField(_("soort"), max_length=60)
    language = models.CharField(_("taal"), max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(_("onderwerp"), max_length=200)
    body = models.TextField(_("tekst"), max_length=10_000)
    changed_at = models.DateTimeField(_("gewijzigd"), db_default=Now())
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("door")
    )

    class Meta:
        verbose_name = _("berichttekst")
        verbose_name_plural = _("berichtteksten")
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="one_text_per_kind_and_language")
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"


class NoticePreference(models.Model):
    """A group of notices that somebody does not want; without a row they are sent at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="unwanted_notices")
    group = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="one_preference_per_group")]

    def __str__(self) -> str:
        return f"{self.user}: {self.group}"
