"""What was handed over of a contractant and who fetched it, and what was erased."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact, Contractant
from desk.models import User


def handover_path(instance: Handover, filename: str) -> str:
    """By random id alone, like attachments."""
    return f"handovers/{instance.public_id.hex}.zip"


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User) -> HandoverQuerySet:
        """All for whoever makes them, who sees what is restricted too; for a hoofdcontactpersoon those of the own contractant that can be fetched."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.may("handover.make"):
            return self
        own = Contact.objects.filter(user=user, is_active=True, role=Contact.Role.MAIN)
        return self.filter(contractant__in=own.values("contractant"), state=Handover.State.READY)


class Handover(models.Model):
    """All data of a contractant as one archive, asked for by a person and made by a worker (art. 10.9, VWO 10.2).

    It can be fetched until `expires_at` (UTC), after which the archive is removed and this row stays. `checksum` is the
    SHA-256 of its manifest, which names that of every file in it. `error` says why making it failed.
    """

    MOST_ATTEMPTS = 3
    whose = "contractant_id"

    class State(models.TextChoices):
        WAITING = "waiting", _("wacht")
        RUNNING = "running", _("wordt gemaakt")
        READY = "ready", _("klaar")
        FAILED = "failed", _("mislukt")
        EXPIRED = "expired", _("verlopen")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contractant = models.ForeignKey(
        Contractant, models.PROTECT, related_name="handovers", verbose_name=_("contractant")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("gevraagd door")
    )
    asked_at = models.DateTimeField(_("gevraagd op"))
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(_("gemaakt op"), null=True, blank=True)
    expires_at = models.DateTimeField(_("op te halen tot"), null=True, blank=True)
    file = models.FileField(_("bestand"), upload_to=handover_path, blank=True)
    size = models.PositiveBigIntegerField(_("grootte"), default=0)
    checksum = models.CharField(_("controlegetal (SHA-256)"), max_length=64, blank=True)
    counts = models.JSONField(_("aantallen"), default=dict)
    error = models.CharField(_("fout"), max_length=300, blank=True)
    fetched = models.PositiveIntegerField(_("keer opgehaald"), default=0)

    objects: ClassVar[models.Manager[Handover]] = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("overdracht van gegevens")
        verbose_name_plural = _("overdrachten van gegevens")
        ordering = ("-asked_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["contractant"], condition=models.Q(state__in=["waiting", "running"]),
                name="one_handover_under_way",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.contractant_id} {self.asked_at:%Y-%m-%d}"

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def name(self) -> str:
        """What the file is called by whoever fetches it."""
        return f"overdracht-{self.public_id}.zip"

    content_type = "application/zip"


class Erasure(models.Model):
    """A contractant's data is erased, or was: who planned and who approved it, what went and what stays, and the proof.

    It outlives the contractant: `party` is its public id. `counts` are what went of each kind, `stays` what does not and
    why, `proof` where the search afterwards still found something. `terms` are the words searched for; they are there
    only while it runs.
    """

    whose = "contractant_id"

    class State(models.TextChoices):
        PLANNED = "planned", _("wacht op goedkeuring")
        APPROVED = "approved", _("goedgekeurd")
        RUNNING = "running", _("wordt gewist")
        DONE = "done", _("gewist")
        FOUND = "found", _("gewist, maar niet alles")
        WITHDRAWN = "withdrawn", _("ingetrokken")

    party = models.UUIDField(_("contractant"), editable=False)
    contractant = models.ForeignKey(
        Contractant, models.SET_NULL, null=True, related_name="erasures", verbose_name=_("contractant")
    )
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.PLANNED)
    policy = models.CharField(_("op grond van"), max_length=200)
    ended_on = models.DateField(_("laatste dag van het contract"))
    not_before = models.DateField(_("niet voor"))
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("gepland door")
    )
    planned_at = models.DateTimeField(_("gepland op"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("goedgekeurd door"),
    )  # fmt: skip
    approved_at = models.DateTimeField(_("goedgekeurd op"), null=True, blank=True)
    begun_at = models.DateTimeField(_("begonnen"), null=True, blank=True)
    finished_at = models.DateTimeField(_("klaar"), null=True, blank=True)
    steps = models.JSONField(default=list)
    counts = models.JSONField(_("gewist"), default=dict)
    terms = models.JSONField(default=list)
    left = models.PositiveIntegerField(_("woorden die ook van anderen zijn"), default=0)
    proof = models.JSONField(_("gevonden na het wissen"), default=list)

    class Meta:
        verbose_name = _("wissing van gegevens")
        verbose_name_plural = _("wissingen van gegevens")
        ordering = ("-planned_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=models.Q(state__in=["planned", "approved", "running"]),
                name="one_erasure_under_way",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("planned_by")),
                name="erasure_by_two_persons",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.party} {self.state}"

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count(self, name: str, number: int) -> None:
        if number:
            self.counts[name] = self.counts.get(name, 0) + number

    def did(self, step: str, **values: Any) -> None:
        """Note that a step need not be done again."""
        self.steps = [*self.steps, step]
        for name, value in values.items():
            setattr(self, name, value)
        self.save()
