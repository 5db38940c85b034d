"""What was taken out on its way in because it seems to hold a BSN, and which numbers turned out to be none (SLA 9.4)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

KEPT_FOR = timedelta(days=14)


class FalseAlarm(models.Model):
    """A number that somebody said is no BSN: it raises no alarm any more. Known by its keyed digest alone."""

    digest = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField(_("tijdstip"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("geen BSN")
        verbose_name_plural = _("geen BSN")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class QuarantinedQuerySet(models.QuerySet["Quarantined"]):
    def held(self) -> QuarantinedQuerySet:
        return self.filter(outcome=Quarantined.Outcome.HELD)


class Quarantined(models.Model):
    """A number, a file or a mail that was taken out; what was stored has `mark` in its place.

    `sealed` is encrypted, and empty once it was put back or destroyed: then the row says only that it was there.
    `until` is the moment after which it is destroyed unseen. `part_of` is the mail that a number or file came with;
    `path` the stored file that a placeholder stands in for.
    """

    class Kind(models.TextChoices):
        NUMBER = "number", _("nummer")
        FILE = "file", _("bestand")
        MAIL = "mail", _("hele mail")

    class Source(models.TextChoices):
        MAIL = "mail", _("e-mail")
        API = "api", _("API")
        MONITORING = "monitoring", _("monitoring")

    class Outcome(models.TextChoices):
        HELD = "held", _("in quarantaine")
        RELEASED = "released", _("teruggezet")
        DESTROYED = "destroyed", _("vernietigd")
        EXPIRED = "expired", _("na de termijn vernietigd")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mark = models.CharField(_("kenmerk"), max_length=12, unique=True)
    kind = models.CharField(_("wat"), max_length=10, choices=Kind.choices)
    source = models.CharField(_("kwam binnen langs"), max_length=12, choices=Source.choices)
    place = models.CharField(_("plaats"), max_length=60)
    case_type = models.CharField(max_length=20, blank=True)
    case_id = models.BigIntegerField(null=True, blank=True)
    part_of = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="parts")
    path = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=40, blank=True, db_index=True)
    content_type = models.CharField(max_length=100, blank=True)
    sealed = models.BinaryField(default=bytes, blank=True)
    at = models.DateTimeField(_("tegengehouden"))
    until = models.DateTimeField(_("bewaard tot"))
    outcome = models.CharField(_("uitkomst"), max_length=10, choices=Outcome.choices, default=Outcome.HELD)
    settled_at = models.DateTimeField(_("afgehandeld"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager[Quarantined]] = QuarantinedQuerySet.as_manager()

    class Meta:
        verbose_name = _("in quarantaine")
        verbose_name_plural = _("quarantaine")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["until"], condition=models.Q(outcome="held"), name="quarantine_held"),
            models.Index(fields=["case_type", "case_id"], name="quarantine_of_case"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.until is None and isinstance(self.at, datetime):
            self.until = self.at + KEPT_FOR

    def __str__(self) -> str:
        return self.mark


class Revealed(models.Model):
    """That somebody looked at what is in quarantine, and why."""

    class Why(models.TextChoices):
        FALSE_ALARM = "false_alarm", _("nagaan of het wel een BSN is")
        HANDLING = "handling", _("nodig om de zaak te behandelen")
        TELL_SENDER = "tell_sender", _("de afzender laten weten wat er misging")
        DATA_BREACH = "data_breach", _("beoordelen of er een datalek is")

    row = models.ForeignKey(Quarantined, models.CASCADE, related_name="revealed")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("tijdstip"))
    why = models.CharField(_("reden"), max_length=20, choices=Why.choices)
    words = models.CharField(_("toelichting"), max_length=500)

    class Meta:
        verbose_name = _("inzage")
        verbose_name_plural = _("inzage")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.row}: {self.why}"
