import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# All that is counted of a Melding when it comes in, so that a month is read from the index alone.
RECEIPTS = """
CREATE INDEX melding_by_month ON incidents_melding (received_at)
INCLUDE (service_id, kind, priority, channel, contractant_id);
"""
# How each ended, for the month of its last step.
OUTCOMES = """
CREATE INDEX melding_outcome ON incidents_melding (id) INCLUDE (resolution_met, resolution_elapsed);
"""
# The steps that begin and end a Melding are few among all events, and are counted by month.
STEPS = """
CREATE INDEX event_ends_melding ON desk_event (at) INCLUDE (case_id, verb)
WHERE case_type = 'melding' AND verb IN ('resolve', 'cancel', 'merge', 'mark_duplicate', 'reopen');
"""
FROZEN = """
CREATE FUNCTION trend_month_stays() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'a stored month does not change' USING ERRCODE = 'restrict_violation'; END$$;
CREATE TRIGGER trend_month_stays BEFORE UPDATE ON problems_trendmonth
FOR EACH ROW EXECUTE FUNCTION trend_month_stays();
"""
THAWED = "DROP TRIGGER trend_month_stays ON problems_trendmonth; DROP FUNCTION trend_month_stays();"


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0004_webhooks"),
        ("incidents", "0009_duty"),
        ("problems", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TrendMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(unique=True, verbose_name="maand")),
                ("created_at", models.DateTimeField(verbose_name="bewaard op")),
                ("figures", models.JSONField(verbose_name="cijfers")),
                ("names", models.JSONField(default=dict, verbose_name="namen")),
            ],
            options={
                "verbose_name": "bewaarde maand",
                "verbose_name_plural": "trendanalyse: maanden",
                "ordering": ("-month",),
            },
        ),
        migrations.CreateModel(
            name="TrendSignal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="maand")),
                ("dimension", models.CharField(max_length=20, verbose_name="kijk")),
                ("value", models.CharField(blank=True, max_length=40, verbose_name="waarde")),
                (
                    "direction",
                    models.CharField(
                        choices=[("up", "meer dan verwacht"), ("down", "minder dan verwacht")],
                        max_length=4,
                        verbose_name="richting",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("months_1", "één maand"),
                            ("months_3", "drie maanden samen"),
                            ("months_6", "zes maanden samen"),
                        ],
                        max_length=10,
                        verbose_name="regel",
                    ),
                ),
                ("numbers", models.JSONField(verbose_name="getallen")),
                (
                    "melding_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("found_at", models.DateTimeField(verbose_name="gevonden op")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "probleem geopend"), ("dismissed", "niet nodig")],
                        max_length=10,
                        verbose_name="besluit",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="waarom")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="besloten op")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="problems.problem",
                        verbose_name="probleem",
                    ),
                ),
            ],
            options={
                "verbose_name": "signaal",
                "verbose_name_plural": "trendanalyse: signalen",
                "ordering": ("-month", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "dimension", "value", "direction"),
                        name="one_signal_per_line_and_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision", ""), ("decided_at__isnull", False), _connector="OR"),
                        name="decided_signal_has_date",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RECEIPTS, "DROP INDEX melding_by_month;"),
        migrations.RunSQL(OUTCOMES, "DROP INDEX melding_outcome;"),
        migrations.RunSQL(STEPS, "DROP INDEX event_ends_melding;"),
        migrations.RunSQL(FROZEN, THAWED),
    ]
