import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contractants", "0001_initial"),
        ("incidents", "0011_norm_by_due"),
        ("privacy", "0001_breach"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="begonnen")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="klaar")),
                ("done", models.JSONField(default=dict, verbose_name="verwijderd of geanonimiseerd")),
                ("left", models.JSONField(default=dict, verbose_name="nog over")),
                ("held", models.JSONField(default=dict, verbose_name="vastgehouden")),
            ],
            options={
                "verbose_name": "opschoning",
                "verbose_name_plural": "opschoningen",
                "ordering": ("-started_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        editable=False, max_length=40, unique=True, verbose_name="soort gegevens"
                    ),
                ),
                (
                    "days",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(7320),
                        ],
                        verbose_name="bewaartermijn in dagen",
                    ),
                ),
                ("because", models.CharField(max_length=300, verbose_name="grond")),
                ("is_active", models.BooleanField(default=True, verbose_name="wordt uitgevoerd")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="versie")),
            ],
            options={
                "verbose_name": "bewaartermijn",
                "verbose_name_plural": "bewaartermijnen",
                "ordering": ("kind",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (1, 7320))), name="retention_days_in_range"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(verbose_name="reden")),
                (
                    "placed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="sinds"
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="opgeheven op")),
                ("lifted_because", models.TextField(blank=True, verbose_name="waarom opgeheven")),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="contractants.contact",
                        verbose_name="contactpersoon",
                    ),
                ),
                (
                    "contractant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="contractants.contractant",
                        verbose_name="contractant",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opgeheven door",
                    ),
                ),
                (
                    "melding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="incidents.melding",
                        verbose_name="melding",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
                ),
            ],
            options={
                "verbose_name": "bewaarplicht",
                "verbose_name_plural": "bewaarplichten",
                "ordering": ("-placed_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact", None), ("contractant", None), ("melding__isnull", False)),
                            models.Q(("contact__isnull", False), ("contractant", None), ("melding", None)),
                            models.Q(("contact", None), ("contractant__isnull", False), ("melding", None)),
                            _connector="OR",
                        ),
                        name="hold_of_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="soort gegevens")),
                ("number", models.CharField(max_length=40, verbose_name="nummer")),
                ("at", models.DateTimeField(verbose_name="tijdstip")),
                ("rule_version", models.PositiveIntegerField(verbose_name="versie van de bewaartermijn")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tombstones",
                        to="privacy.retentionrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "verwijderd gegeven",
                "verbose_name_plural": "verwijderde gegevens",
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["kind", "number"], name="tombstone_by_number")],
            },
        ),
    ]
