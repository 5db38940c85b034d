import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0004_change_sweep_at"),
        ("contractants", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReleaseUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="in gebruik sinds")),
                ("recorded_at", models.DateTimeField(verbose_name="vastgelegd op")),
                (
                    "contractant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="release_uses",
                        to="contractants.contractant",
                        verbose_name="contractant",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vastgelegd door",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="changes.release",
                        verbose_name="release",
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
                "verbose_name": "release in gebruik",
                "verbose_name_plural": "releases in gebruik",
                "ordering": ("-since", "-id"),
                "indexes": [
                    models.Index(
                        fields=["contractant", "service", "-since", "-id"], name="use_of_contractant"
                    )
                ],
            },
        ),
    ]
