"""What trend analysis found: the figures of a month as they were stored, and the signals in them (SLA 12.1)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models import Traced
from problems.models.problem import Problem


class TrendMonth(models.Model):
    """What was counted of a closed month, on the day that it was stored; it does not change any more.

    `figures` is `problems.trends.figures.Figures`; `names` is what Diensten and contractants were called then. `erased`
    is how much of what was counted has been erased since, by the names of the figures.
    """

    month = models.DateField(_("maand"), unique=True)
    created_at = models.DateTimeField(_("bewaard op"))
    figures = models.JSONField(_("cijfers"))
    names = models.JSONField(_("namen"), default=dict)
    erased = models.JSONField(_("sindsdien gewist"), default=dict)

    class Meta:
        verbose_name = _("bewaarde maand")
        verbose_name_plural = _("trendanalyse: maanden")
        ordering = ("-month",)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class TrendSignal(Traced):
    """One line that went further than chance explains, in the months that end with `month`.

    `numbers` has `months`, `observed` and `expected` (in `unit`, an `average` or a sum), `base` (months that were
    compared with), `chance` (None for a duration) and `label`. `melding_ids` are the newest of its Meldingen.
    Undecided until somebody opens a Problem from it or says why that is not needed.
    """

    class Direction(models.TextChoices):
        UP = "up", _("meer dan verwacht")
        DOWN = "down", _("minder dan verwacht")

    class Rule(models.TextChoices):
        ONE = "months_1", _("één maand")
        THREE = "months_3", _("drie maanden samen")
        SIX = "months_6", _("zes maanden samen")

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("probleem geopend")
        DISMISSED = "dismissed", _("niet nodig")

    case_type: ClassVar[str] = "trend_signal"
    other_words = {
        "detect": _("Signaal gevonden"), "accept": _("Probleem geopend"), "dismiss": _("Niet nodig"),
    }  # fmt: skip

    month = models.DateField(_("maand"))
    dimension = models.CharField(_("kijk"), max_length=20)
    value = models.CharField(_("waarde"), max_length=40, blank=True)
    direction = models.CharField(_("richting"), max_length=4, choices=Direction.choices)
    rule = models.CharField(_("regel"), max_length=10, choices=Rule.choices)
    numbers = models.JSONField(_("getallen"))
    melding_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    found_at = models.DateTimeField(_("gevonden op"))
    decision = models.CharField(_("besluit"), max_length=10, choices=Decision.choices, blank=True)
    reason = models.TextField(_("waarom"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("door"),
    )
    decided_at = models.DateTimeField(_("besloten op"), null=True, blank=True)
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="signals", verbose_name=_("probleem")
    )

    class Meta:
        verbose_name = _("signaal")
        verbose_name_plural = _("trendanalyse: signalen")
        ordering = ("-month", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "dimension", "value", "direction"], name="one_signal_per_line_and_month"
            ),
            models.CheckConstraint(
                condition=models.Q(decision="") | models.Q(decided_at__isnull=False),
                name="decided_signal_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.numbers.get('label', self.dimension)}"
