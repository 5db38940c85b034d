"""What would have been late under other terms: a question that was asked, and its answer."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contractants.models import Contractant, Service
from desk.models import User
from incidents.models import Melding
from sla.models import Policy


class Verdict(models.IntegerChoices):
    """What a clock says: `LATE` also while it runs; `NONE` where there is no deadline or nothing to judge."""

    NONE = 0, _("geen termijn")
    MET = 1, _("op tijd")
    LATE = 2, _("te laat")
    RUNNING = 3, _("loopt nog")


class Effect(models.IntegerChoices):
    """On a Melding as a whole: one clock that becomes late outweighs another that no longer is."""

    SAME = 0, _("gelijk")
    IN_TIME = 1, _("wordt op tijd")
    LATE = 2, _("wordt te laat")


class WhatIfQuerySet(models.QuerySet["WhatIf"]):
    def visible_to(self, user: User) -> WhatIfQuerySet:
        return self if user.is_authenticated and user.may("report.what_if") else self.none()


class WhatIf(models.Model):
    """Which Meldingen received from `starts_at` up to `ends_at` (UTC), under the versions of `policy`, would be late or
    in time if `alteration` had held (`reports.whatif.alteration`); counted at `counted_at`. Nothing else changes.

    `done` of `total` Meldingen tell how far it is. `numbers` is `reports.whatif.numbers`. `attempts` counts how often a
    worker began; one that a worker keeps dying of is left at `MOST_ATTEMPTS`.
    """

    MOST_ATTEMPTS = 3

    class State(models.TextChoices):
        WAITING = "waiting", _("wacht")
        RUNNING = "running", _("wordt berekend")
        DONE = "done", _("klaar")
        FAILED = "failed", _("mislukt")

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("gevraagd door")
    )
    asked_at = models.DateTimeField(_("gevraagd op"))
    period = models.CharField(_("periode"), max_length=7)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", verbose_name=_("afspraken"))
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dienst")
    )
    contractant = models.ForeignKey(
        Contractant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contractant")
    )
    alteration = models.JSONField(_("wijziging"))
    told = models.JSONField(_("wat er anders is"), default=list)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(_("stand van"), null=True, blank=True)
    finished_at = models.DateTimeField(_("klaar op"), null=True, blank=True)
    numbers = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[WhatIf]] = WhatIfQuerySet.as_manager()

    class Meta:
        verbose_name = _("wat-als-berekening")
        verbose_name_plural = _("wat-als-berekeningen")
        ordering = ("-asked_at", "-id")
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="what_if_to_do",
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("reports:what_if", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def is_given_up(self) -> bool:
        return self.attempts > self.MOST_ATTEMPTS

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


class WhatIfLine(models.Model):
    """One Melding in the answer: both clocks as they are and as they would be."""

    # Lines come by the hundred thousand: that the database looks up what each refers to would cost more than counting.
    run = models.ForeignKey(WhatIf, models.CASCADE, related_name="lines", db_constraint=False, db_index=False)
    melding = models.ForeignKey(
        Melding, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    is_incident = models.BooleanField()  # only those count for the norm
    effect = models.PositiveSmallIntegerField(choices=Effect.choices)
    priority_now = models.PositiveSmallIntegerField()
    priority_then = models.PositiveSmallIntegerField()
    response_now = models.PositiveSmallIntegerField(choices=Verdict.choices)
    response_then = models.PositiveSmallIntegerField(choices=Verdict.choices)
    response_due_now = models.DateTimeField(null=True)
    response_due_then = models.DateTimeField(null=True)
    resolution_now = models.PositiveSmallIntegerField(choices=Verdict.choices)
    resolution_then = models.PositiveSmallIntegerField(choices=Verdict.choices)
    resolution_due_now = models.DateTimeField(null=True)
    resolution_due_then = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("regel van een wat-als-berekening")
        verbose_name_plural = _("regels van wat-als-berekeningen")
        indexes = [models.Index(fields=["run", "effect", "-melding"], name="what_if_lines")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.melding_id}"
