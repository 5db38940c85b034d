"""How long users wait for an answer: what was measured, what was agreed, and what became of it (SLA 7.7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contractants.models import Service
from desk.models import Traced
from domain.percentiles import LONGEST
from incidents.models import Melding
from incidents.models.monitoring_rules import refuse_password

A = TypeVar("A", bound="Agreed")
ACTION_MAX = 80
SECONDS = (MinValueValidator(0.001), MaxValueValidator(LONGEST))


class Histogram(models.Model):
    """All measurements of one action of a Dienst on one day of Amsterdam, as counts per bucket of `domain.percentiles`.

    `longest` and `last_at` are exact. `over_limit` and `over_baseline` were judged one by one when they came in, by the limit and
    the baseline of their own day.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("dienst"))
    action = models.CharField(_("actie"), max_length=ACTION_MAX)
    day = models.DateField(_("dag"))
    counts = ArrayField(models.BigIntegerField())
    longest = models.FloatField(_("langst (seconden)"))
    over_limit = models.BigIntegerField(_("boven de grens"), default=0)
    over_baseline = models.BigIntegerField(_("ver boven de baseline"), default=0)
    last_at = models.DateTimeField(_("laatste meting"))

    class Meta:
        verbose_name = _("metingen van een dag")
        verbose_name_plural = _("metingen per dag")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "action", "day"], name="one_histogram_per_action_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} · {self.action} · {self.day}"


class SlowAction(models.Model):
    """A measurement above the limit or far above the baseline (each of them an alert of SLA 7.7), kept one by one for a time.

    `count` is more than 1 where the sender had counted several together. `baseline` is the one it was judged by.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("dienst"))
    action = models.CharField(_("actie"), max_length=ACTION_MAX)
    at = models.DateTimeField(_("wanneer"))
    seconds = models.FloatField(_("seconden"))
    count = models.PositiveIntegerField(_("aantal"), default=1)
    over_limit = models.BooleanField(_("boven de grens"))
    over_baseline = models.BooleanField(_("ver boven de baseline"))
    baseline = models.FloatField(_("baseline (seconden)"), null=True, blank=True)
    source = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("bron")
    )

    class Meta:
        verbose_name = _("trage actie")
        verbose_name_plural = _("trage acties")
        ordering = ("-at",)
        indexes = [
            models.Index(fields=["at"], name="slow_action_by_moment"),
            models.Index(fields=["service", "action", "at"], name="slow_action_of_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.seconds:g} s"


class MeasurementBatch(models.Model):
    """A batch that was taken in, and what was answered; sent again it counts no second time."""

    source = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    received_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="one_measurement_batch_per_key")
        ]

    def __str__(self) -> str:
        return self.key


class Agreed(Traced):
    """What parties agreed, from a day on. Never edited: a new version takes over from its own first day."""

    starts_on = models.DateField(_("geldt vanaf"))
    agreed_on = models.DateField(_("afgesproken op"))
    agreed_with = models.CharField(_("afgesproken met"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("vastgelegd door"),
    )  # fmt: skip
    made_at = models.DateTimeField(_("vastgelegd op"), editable=False)

    class Meta:
        abstract = True


class Baseline(Agreed):
    """How long an action of a Dienst takes by the benchmark of the parties."""

    case_type: ClassVar[str] = "baseline"
    other_words = {"agree": _("Afgesproken")}

    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("dienst"))
    action = models.CharField(_("actie"), max_length=ACTION_MAX)
    seconds = models.FloatField(_("seconden"), validators=SECONDS)

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        ordering = ("service__name", "action", "-starts_on")
        constraints = [
            models.UniqueConstraint(fields=["service", "action", "starts_on"], name="one_baseline_from_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.service} · {self.action} · {self.seconds:g} s"


class PerformanceLimit(Agreed):
    """Above how many seconds, and how many times the baseline, an action is too slow."""

    case_type: ClassVar[str] = "performance_limit"
    other_words = {"agree": _("Afgesproken")}

    seconds = models.FloatField(_("langer dan (seconden)"), default=10, validators=SECONDS)
    times_baseline = models.FloatField(
        _("langer dan (keer de baseline)"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )

    class Meta:
        verbose_name = _("grens van prestaties")
        verbose_name_plural = _("grenzen van prestaties")
        ordering = ("-starts_on",)
        constraints = [models.UniqueConstraint(fields=["starts_on"], name="one_performance_limit_from_a_day")]

    def __str__(self) -> str:
        return f"{self.seconds:g} s · {self.times_baseline:g} ×"


class PerformanceRule(models.Model):
    """When slow actions become a Melding, by way of the rules for alarms, which look at `severity` for its priority."""

    class Alert(models.TextChoices):
        LIMIT = "limit", _("boven de grens")
        BASELINE = "baseline", _("ver boven de baseline")

    name = models.CharField(_("naam"), max_length=80)
    alert = models.CharField(_("waarvoor"), max_length=10, choices=Alert.choices)
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("dienst"),
        help_text=_("Leeg: elke Dienst."),
    )  # fmt: skip
    actions = models.CharField(
        _("acties"), max_length=200, blank=True,
        help_text=_("Naam van een actie; * is elke tekst. Leeg: elke actie."),
    )  # fmt: skip
    count = models.PositiveIntegerField(_("zo vaak te traag"), default=3, validators=[MinValueValidator(1)])
    minutes = models.PositiveIntegerField(
        _("binnen (minuten)"), default=10, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    severity = models.CharField(
        _("ernst"), max_length=40, default="warning",
        help_text=_("Het label severity van het alarm: de regels voor alarmen geven daarmee de prioriteit."),
    )  # fmt: skip
    quiet_minutes = models.PositiveIntegerField(
        _("hersteld na (minuten)"), default=15, validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("Zo lang niets te traags, terwijl er wel gemeten wordt."),
    )  # fmt: skip
    is_active = models.BooleanField(_("actief"), default=True)

    class Meta:
        verbose_name = _("regel voor trage acties")
        verbose_name_plural = _("regels voor trage acties")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class PerformanceAlert(models.Model):
    """That a rule held for an action, from its first slow one to the last; at most one is open for a rule and an action."""

    rule = models.ForeignKey(
        PerformanceRule, models.SET_NULL, null=True, related_name="+", verbose_name=_("regel")
    )
    alert = models.CharField(_("waarvoor"), max_length=10, choices=PerformanceRule.Alert.choices)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("dienst"))
    action = models.CharField(_("actie"), max_length=ACTION_MAX)
    key = models.CharField(max_length=255)
    began_at = models.DateTimeField(_("eerste trage"))
    last_at = models.DateTimeField(_("laatste trage"))
    ended_at = models.DateTimeField(_("hersteld"), null=True, blank=True)
    seconds = models.FloatField(_("langst (seconden)"))
    count = models.PositiveBigIntegerField(_("aantal"))
    melding = models.ForeignKey(
        Melding, models.PROTECT, null=True, related_name="+", verbose_name=_("melding")
    )

    class Meta:
        verbose_name = _("alarm van prestaties")
        verbose_name_plural = _("alarmen van prestaties")
        ordering = ("-began_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(ended_at=None), name="one_open_performance_alert"
            )
        ]
        indexes = [models.Index(fields=["service", "began_at"], name="performance_alert_of_service")]

    def __str__(self) -> str:
        return f"{self.action} · {self.seconds:g} s"


class MeasurementTarget(models.Model):
    """An exporter in the manner of Prometheus that the desk itself asks every minute how long an action takes.

    `seen` holds the counters of its histogram at the last answer: what was added since is what was measured.
    """

    name = models.CharField(_("naam"), max_length=80, unique=True)
    url = models.CharField(
        _("adres"), max_length=500,
        help_text=_("Waar de exporter zijn cijfers geeft, zoals http://blackbox:9115/probe?target=https://mdo.example.nl&module=http_2xx"),
    )  # fmt: skip
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("dienst"))
    metric = models.CharField(
        _("metriek"), max_length=200, default="probe_duration_seconds",
        help_text=_("Een gauge of een histogram, in seconden; van een histogram de naam zonder _bucket."),
    )  # fmt: skip
    action = models.CharField(
        _("actie"), max_length=ACTION_MAX, blank=True, help_text=_("Leeg: de waarde van het label hieronder.")
    )
    label = models.CharField(_("label met de actie"), max_length=80, blank=True)
    is_active = models.BooleanField(_("actief"), default=True)
    seen = models.JSONField(null=True, editable=False)
    answered_at = models.DateTimeField(_("laatst geantwoord"), null=True, blank=True, editable=False)
    error = models.CharField(_("fout"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("exporter met metingen")
        verbose_name_plural = _("exporters met metingen")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        refuse_password(self.url, "url")


def in_force(versions: Iterable[A], day: date) -> A | None:
    """Of the versions of one agreement the one that holds on `day`."""
    held = [one for one in versions if one.starts_on <= day]
    return max(held, key=lambda one: one.starts_on, default=None)
