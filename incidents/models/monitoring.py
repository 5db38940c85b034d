"""What monitoring systems sent: the raw body first, then the alerts in it and the Melding they belong to."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from incidents.models.melding import Melding

# Each asked Melding (`root`) with its duplicates, and theirs: what fires for one of them fires for the root.
SAME = """
WITH RECURSIVE same (id, root) AS (
    SELECT id, id FROM incidents_melding WHERE id = ANY(%s)
    UNION
    SELECT duplicate.id, same.root FROM same JOIN incidents_melding duplicate ON duplicate.duplicate_of_id = same.id
)
"""
SAME_IDS = SAME + "SELECT id FROM same"  # noqa: S608 (nothing of others in it)
FIRING_ROOTS = (
    SAME
    + """
SELECT DISTINCT root AS id FROM same JOIN incidents_alert alert ON alert.melding_id = same.id
WHERE alert.is_open AND alert.recovered_at IS NULL
"""
)


class Via(models.TextChoices):
    """How a delivery came in."""

    EVENTS = "events", _("alarmen (API)")
    ALERTMANAGER = "alertmanager", _("Alertmanager of Grafana")
    RECONCILE = "reconcile", _("navraag bij Alertmanager")
    HEARTBEAT = "heartbeat", _("hartslag")


class AlertGroup(models.Model):
    """The alerts of one cause, that make one Incident together. At most one is open per source and key."""

    source = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("bron")
    )
    key = models.CharField(_("sleutel"), max_length=500)
    melding = models.ForeignKey(
        Melding, models.PROTECT, null=True, related_name="alert_groups", verbose_name=_("melding")
    )
    is_open = models.BooleanField(_("open"), default=True)
    count = models.PositiveIntegerField(_("alarmen"), default=0)
    opened_at = models.DateTimeField(_("eerste alarm"))
    last_at = models.DateTimeField(_("laatste alarm"))

    class Meta:
        verbose_name = _("groep alarmen")
        verbose_name_plural = _("groepen alarmen")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key"], condition=models.Q(is_open=True), name="one_open_group_per_key"
            )
        ]

    def __str__(self) -> str:
        return self.key


class AlertQuerySet(models.QuerySet["Alert"]):
    def of(self, melding: Melding) -> AlertQuerySet:
        """Its own, and those of its duplicates: an alert stays where it came in."""
        return self.filter(melding_id__in=RawSQL(SAME_IDS, [[melding.pk]]))  # noqa: S611 (no words of people)


def firing_among(meldingen: Iterable[int]) -> set[int]:
    """Those of these Meldingen of which an alert fires, or one of their duplicates."""
    return {row.pk for row in Melding.objects.raw(FIRING_ROOTS, [list(meldingen)])}


class Alert(models.Model):
    """One disturbance as its sender names it. At most one is open per source and key, whatever arrives at once.

    `first_seen_at`, `last_seen_at` and `recovered_at` are ours, `started_at` and `ended_at` the sender's word
    about its present spell. `priority` is the gravest that the rules gave it.
    """

    source = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("bron")
    )
    dedup_key = models.CharField(_("sleutel"), max_length=255)
    melding = models.ForeignKey(Melding, models.PROTECT, null=True, related_name="alerts")
    is_open = models.BooleanField(_("open"), default=True)
    count = models.PositiveIntegerField(_("aantal"), default=0)
    summary = models.CharField(_("wat"), max_length=200, blank=True, default="")
    labels = models.JSONField(_("labels"), default=dict, blank=True)
    priority = models.PositiveSmallIntegerField(_("prioriteit"), null=True, blank=True)
    via = models.CharField(_("langs"), max_length=12, choices=Via.choices, default=Via.EVENTS)
    first_seen_at = models.DateTimeField(_("eerst"))
    last_seen_at = models.DateTimeField(_("laatst"))
    started_at = models.DateTimeField(_("begon volgens monitoring"), null=True, blank=True)
    ended_at = models.DateTimeField(_("eindigde volgens monitoring"), null=True, blank=True)
    recovered_at = models.DateTimeField(_("hersteld volgens monitoring"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarmen")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "dedup_key"],
                condition=models.Q(is_open=True),
                name="one_open_alert_per_key",
            )
        ]
        indexes = [models.Index(fields=["source", "dedup_key", "-last_seen_at"], name="alert_by_key")]

    def __str__(self) -> str:
        return self.dedup_key


class RawEvent(models.Model):
    """A delivery as it arrived, kept whole; committed before the sender hears success.

    `outcome` counts what came of it; `error` says why a part of it, or all, waits for a person.
    """

    source = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("bron")
    )
    via = models.CharField(_("langs"), max_length=12, choices=Via.choices, default=Via.EVENTS)
    received_at = models.DateTimeField(_("ontvangen"), db_default=Now())
    processed_at = models.DateTimeField(_("verwerkt"), null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    body = models.TextField(_("inhoud"))
    action = models.CharField(_("handeling"), max_length=20, blank=True)
    dedup_key = models.CharField(_("sleutel"), max_length=255, blank=True)
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, blank=True, related_name="raw_events")
    outcome = models.JSONField(_("uitkomst"), default=dict, blank=True)
    error = models.CharField(_("fout"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("ontvangen alarm")
        verbose_name_plural = _("ontvangen alarmen")
        indexes = [
            models.Index(fields=["source", "dedup_key"], name="raw_event_by_key"),
            models.Index(fields=["-id"], condition=~models.Q(error=""), name="raw_event_set_aside"),
        ]

    def __str__(self) -> str:
        return f"{self.received_at} {self.action} {self.dedup_key}"
