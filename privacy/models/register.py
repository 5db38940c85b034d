"""The register of processing (AVG art. 30(2)) and that of security measures (AVG art. 32), each entry in versions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """A row of a register. `FIELDS` are what a version keeps of it."""

    FIELDS: tuple[str, ...] = ()

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("naam"), max_length=120)
    order = models.PositiveSmallIntegerField(_("volgorde"), default=100)
    is_active = models.BooleanField(_("geldt"), default=True)
    version = models.PositiveIntegerField(_("versie"), default=0, editable=False)

    class Meta:
        abstract = True
        ordering = ("order", "name")

    def __str__(self) -> str:
        return self.name

    def content(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("name", "order", "is_active", *self.FIELDS)}


class Processing(Entry):
    """One activity of processing. `retention` are kinds of data, of which the periods stand with the rules."""

    FIELDS = ("role", "purpose", "subjects", "data", "recipients", "transfer", "retention")

    class Role(models.TextChoices):
        PROCESSOR = "processor", _("verwerker")
        CONTROLLER = "controller", _("verwerkingsverantwoordelijke")

    role = models.CharField(_("wij zijn"), max_length=12, choices=Role.choices, default=Role.PROCESSOR)
    purpose = models.TextField(_("doel"))
    subjects = models.TextField(_("van wie"))
    data = models.TextField(_("welke gegevens"))
    recipients = models.TextField(_("ontvangers"), blank=True)
    transfer = models.TextField(_("doorgifte buiten de EER"), blank=True)
    retention = ArrayField(
        models.CharField(max_length=40), verbose_name=_("bewaartermijnen"), default=list, blank=True
    )

    class Meta(Entry.Meta):
        verbose_name = _("verwerking")
        verbose_name_plural = _("verwerkingen")


class Measure(Entry):
    """One security measure. `evidence` says where it can be seen: a path in the source, or the name of a setting."""

    FIELDS = ("norm", "description", "evidence")

    norm = models.CharField(_("norm"), max_length=120)
    description = models.TextField(_("maatregel"))
    evidence = ArrayField(
        models.CharField(max_length=120), verbose_name=_("waaruit dat blijkt"), default=list, blank=True
    )

    class Meta(Entry.Meta):
        verbose_name = _("beveiligingsmaatregel")
        verbose_name_plural = _("beveiligingsmaatregelen")


class EntryVersion(models.Model):
    """What an entry said from `at` (UTC) until its next version."""

    register = models.CharField(_("register"), max_length=12)
    slug = models.SlugField(_("code"), max_length=40)
    number = models.PositiveIntegerField(_("versie"))
    at = models.DateTimeField(_("sinds"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("door")
    )
    content = models.JSONField(_("inhoud"))

    class Meta:
        verbose_name = _("versie van een register")
        verbose_name_plural = _("versies van registers")
        ordering = ("-at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["register", "slug", "number"], name="one_version_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.slug} {self.number}"
