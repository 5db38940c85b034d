"""Niet-Beschikbaarheid that a person or a machine recorded (SLA 2.18, 7.2)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.models import Maintenance
from contractants.models import Service
from desk.models import Traced, User
from desk.permissions import SEES_ALL
from domain import availability
from incidents.models import Melding


class Extent(models.TextChoices):
    """`none` is the judgement that the Dienst was there all the same."""

    FULL = availability.Extent.FULL.value, _("geheel niet beschikbaar")
    PARTIAL = availability.Extent.PARTIAL.value, _("gedeeltelijk niet beschikbaar")
    NONE = "none", _("was wel beschikbaar")


class Source(models.TextChoices):
    INCIDENT = "incident", _("incident")
    MONITORING = "monitoring", _("monitoring")
    MAINTENANCE = "maintenance", _("onderhoud")
    HAND = "hand", _("met de hand")


class Reason(models.TextChoices):
    """SLA 7.2, second point, a to h."""

    MAINTENANCE = availability.Reason.MAINTENANCE.value, _("a) aangekondigd onderhoud")
    CONTRACTANT_SYSTEMS = availability.Reason.CONTRACTANT_SYSTEMS.value, _("b) ICT-omgeving van de contractant")  # fmt: skip
    OTHER_PARTY = availability.Reason.OTHER_PARTY.value, _("c) dienst van een ander, zonder invloed daarop")
    ATTACK = availability.Reason.ATTACK.value, _("d) (D)DoS-aanval of malware")
    MISUSE = availability.Reason.MISUSE.value, _("e) onjuist gebruik door de contractant")
    AGAINST_AGREEMENT = availability.Reason.AGAINST_AGREEMENT.value, _("f) handelen in strijd met de overeenkomst")  # fmt: skip
    CONTRACTANT = availability.Reason.CONTRACTANT.value, _("g) anderszins toe te rekenen aan de contractant")
    FORCE_MAJEURE = availability.Reason.FORCE_MAJEURE.value, _("h) overmacht")


class UnavailabilityQuerySet(models.QuerySet["Unavailability"]):
    def visible_to(self, user: User) -> UnavailabilityQuerySet:
        """All for staff and machines; contractants read the figures of their report."""
        return self if user.is_authenticated and user.is_active and user.role in SEES_ALL else self.none()

    def current(self) -> UnavailabilityQuerySet:
        """The last word on each."""
        return self.filter(successor=None)


class Unavailability(Traced):
    """One version of what was recorded, from `started_at` to `ended_at` (UTC; None: it goes on). A row never changes:
    a correction is a new row of the same `series` that `replaces` it.

    What belongs to a `melding` or a `maintenance` stands in place of what its own trail tells of those minutes. `reason`
    empty: it counts. `evidence` shows why it does not.
    """

    case_type: ClassVar[str] = "unavailability"
    in_address = ("series",)
    other_words = {"record": _("Vastleggen"), "correct": _("Corrigeren")}

    series = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name=_("correctie van")
    )  # fmt: skip
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="unavailabilities", verbose_name=_("dienst")
    )
    started_at = models.DateTimeField(_("van"))
    ended_at = models.DateTimeField(_("tot"), null=True, blank=True)
    extent = models.CharField(_("omvang"), max_length=7, choices=Extent.choices, default=Extent.FULL)
    source = models.CharField(_("bron"), max_length=11, choices=Source.choices)
    melding = models.ForeignKey(
        Melding, models.PROTECT, null=True, blank=True, related_name="unavailabilities", verbose_name=_("melding")
    )  # fmt: skip
    maintenance = models.ForeignKey(
        Maintenance, models.PROTECT, null=True, blank=True, related_name="unavailabilities",
        verbose_name=_("onderhoud"),
    )  # fmt: skip
    reason = models.CharField(_("telt niet mee"), max_length=20, choices=Reason.choices, blank=True)
    evidence = models.TextField(_("toelichting"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("vastgelegd door")
    )
    recorded_at = models.DateTimeField(_("vastgelegd op"))

    objects: ClassVar[models.Manager[Unavailability]] = UnavailabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("niet-beschikbaarheid")
        verbose_name_plural = _("niet-beschikbaarheid")
        ordering = ("-started_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gt=models.F("started_at")),
                name="unavailability_lasts",
            ),
            models.CheckConstraint(
                condition=models.Q(reason="", extent__in=[Extent.FULL, Extent.PARTIAL]) | ~models.Q(evidence=""),
                name="unavailability_excluded_has_evidence",
            ),
            models.CheckConstraint(
                condition=models.Q(melding=None) | models.Q(maintenance=None), name="unavailability_of_one"
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["service", "started_at"], name="unavailability_of_service")]

    def __str__(self) -> str:
        return f"{self.service_id} {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("reports:unavailability", args=[self.series])

    @property
    def version(self) -> int:
        """A correction has a higher one than what it corrects."""
        return self.pk

    @property
    def number(self) -> str | None:
        """Of the case that it belongs to."""
        case = self.melding or self.maintenance
        return case.number if case else None

    @property
    def excluded(self) -> bool:
        """It makes less count than the trail alone would, so not everybody may say so."""
        return bool(self.reason) or self.extent == Extent.NONE
