from typing import Any

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from reports.performance.shipped import ship


def load(apps: Any, editor: Any) -> None:
    ship(apps.get_model("reports", "PerformanceLimit"), apps.get_model("reports", "PerformanceRule"))


class Migration(migrations.Migration):
    dependencies = [
        ("contractants", "0001_initial"),
        ("incidents", "0009_duty"),
        ("reports", "0001_unavailability"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MeasurementTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="naam")),
                (
                    "url",
                    models.CharField(
                        help_text="Waar de exporter zijn cijfers geeft, zoals http://blackbox:9115/probe?target=https://mdo.example.nl&module=http_2xx",
                        max_length=500,
                        verbose_name="adres",
                    ),
                ),
                (
                    "metric",
                    models.CharField(
                        default="probe_duration_seconds",
                        help_text="Een gauge of een histogram, in seconden; van een histogram de naam zonder _bucket.",
                        max_length=200,
                        verbose_name="metriek",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        blank=True,
                        help_text="Leeg: de waarde van het label hieronder.",
                        max_length=80,
                        verbose_name="actie",
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=80, verbose_name="label met de actie")),
                ("is_active", models.BooleanField(default=True, verbose_name="actief")),
                ("seen", models.JSONField(editable=False, null=True)),
                (
                    "answered_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="laatst geantwoord"
                    ),
                ),
                ("error", models.CharField(blank=True, editable=False, max_length=300, verbose_name="fout")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
            ],
            options={
                "verbose_name": "exporter met metingen",
                "verbose_name_plural": "exporters met metingen",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="PerformanceRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="naam")),
                (
                    "alert",
                    models.CharField(
                        choices=[("limit", "boven de grens"), ("baseline", "ver boven de baseline")],
                        max_length=10,
                        verbose_name="waarvoor",
                    ),
                ),
                (
                    "actions",
                    models.CharField(
                        blank=True,
                        help_text="Naam van een actie; * is elke tekst. Leeg: elke actie.",
                        max_length=200,
                        verbose_name="acties",
                    ),
                ),
                (
                    "count",
                    models.PositiveIntegerField(
                        default=3,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="zo vaak te traag",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="binnen (minuten)",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        default="warning",
                        help_text="Het label severity van het alarm: de regels voor alarmen geven daarmee de prioriteit.",
                        max_length=40,
                        verbose_name="ernst",
                    ),
                ),
                (
                    "quiet_minutes",
                    models.PositiveIntegerField(
                        default=15,
                        help_text="Zo lang niets te traags, terwijl er wel gemeten wordt.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="hersteld na (minuten)",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="actief")),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leeg: elke Dienst.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
            ],
            options={
                "verbose_name": "regel voor trage acties",
                "verbose_name_plural": "regels voor trage acties",
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="Baseline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="geldt vanaf")),
                ("agreed_on", models.DateField(verbose_name="afgesproken op")),
                ("agreed_with", models.CharField(max_length=200, verbose_name="afgesproken met")),
                ("made_at", models.DateTimeField(editable=False, verbose_name="vastgelegd op")),
                ("action", models.CharField(max_length=80, verbose_name="actie")),
                (
                    "seconds",
                    models.FloatField(
                        validators=[
                            django.core.validators.MinValueValidator(0.001),
                            django.core.validators.MaxValueValidator(86400.0),
                        ],
                        verbose_name="seconden",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vastgelegd door",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
            ],
            options={
                "verbose_name": "baseline",
                "verbose_name_plural": "baselines",
                "ordering": ("service__name", "action", "-starts_on"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "action", "starts_on"), name="one_baseline_from_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Histogram",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.CharField(max_length=80, verbose_name="actie")),
                ("day", models.DateField(verbose_name="dag")),
                (
                    "counts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("longest", models.FloatField(verbose_name="langst (seconden)")),
                ("over_limit", models.BigIntegerField(default=0, verbose_name="boven de grens")),
                ("over_baseline", models.BigIntegerField(default=0, verbose_name="ver boven de baseline")),
                ("last_at", models.DateTimeField(verbose_name="laatste meting")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
            ],
            options={
                "verbose_name": "metingen van een dag",
                "verbose_name_plural": "metingen per dag",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "action", "day"), name="one_histogram_per_action_and_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasurementBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("fingerprint", models.CharField(max_length=64)),
                ("answer", models.JSONField(null=True)),
                (
                    "received_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "key"), name="one_measurement_batch_per_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="PerformanceLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="geldt vanaf")),
                ("agreed_on", models.DateField(verbose_name="afgesproken op")),
                ("agreed_with", models.CharField(max_length=200, verbose_name="afgesproken met")),
                ("made_at", models.DateTimeField(editable=False, verbose_name="vastgelegd op")),
                (
                    "seconds",
                    models.FloatField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(0.001),
                            django.core.validators.MaxValueValidator(86400.0),
                        ],
                        verbose_name="langer dan (seconden)",
                    ),
                ),
                (
                    "times_baseline",
                    models.FloatField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="langer dan (keer de baseline)",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vastgelegd door",
                    ),
                ),
            ],
            options={
                "verbose_name": "grens van prestaties",
                "verbose_name_plural": "grenzen van prestaties",
                "ordering": ("-starts_on",),
                "constraints": [
                    models.UniqueConstraint(fields=("starts_on",), name="one_performance_limit_from_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="PerformanceAlert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "alert",
                    models.CharField(
                        choices=[("limit", "boven de grens"), ("baseline", "ver boven de baseline")],
                        max_length=10,
                        verbose_name="waarvoor",
                    ),
                ),
                ("action", models.CharField(max_length=80, verbose_name="actie")),
                ("key", models.CharField(max_length=255)),
                ("began_at", models.DateTimeField(verbose_name="eerste trage")),
                ("last_at", models.DateTimeField(verbose_name="laatste trage")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="hersteld")),
                ("seconds", models.FloatField(verbose_name="langst (seconden)")),
                ("count", models.PositiveBigIntegerField(verbose_name="aantal")),
                (
                    "melding",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.melding",
                        verbose_name="melding",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="reports.performancerule",
                        verbose_name="regel",
                    ),
                ),
            ],
            options={
                "verbose_name": "alarm van prestaties",
                "verbose_name_plural": "alarmen van prestaties",
                "ordering": ("-began_at",),
                "indexes": [
                    models.Index(fields=["service", "began_at"], name="performance_alert_of_service")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("key",),
                        name="one_open_performance_alert",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SlowAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.CharField(max_length=80, verbose_name="actie")),
                ("at", models.DateTimeField(verbose_name="wanneer")),
                ("seconds", models.FloatField(verbose_name="seconden")),
                ("count", models.PositiveIntegerField(default=1, verbose_name="aantal")),
                ("over_limit", models.BooleanField(verbose_name="boven de grens")),
                ("over_baseline", models.BooleanField(verbose_name="ver boven de baseline")),
                ("baseline", models.FloatField(blank=True, null=True, verbose_name="baseline (seconden)")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="bron",
                    ),
                ),
            ],
            options={
                "verbose_name": "trage actie",
                "verbose_name_plural": "trage acties",
                "ordering": ("-at",),
                "indexes": [
                    models.Index(fields=["at"], name="slow_action_by_moment"),
                    models.Index(fields=["service", "action", "at"], name="slow_action_of_action"),
                ],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
