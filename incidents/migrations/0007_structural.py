import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contractants", "0001_initial"),
        ("incidents", "0006_monitoring"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE structural_number START 1", "DROP SEQUENCE structural_number"),
        migrations.CreateModel(
            name="StructuralTalk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter", models.DateField(verbose_name="kwartaal vanaf")),
                ("umbrella", models.CharField(blank=True, max_length=120, verbose_name="koepelorganisatie")),
                ("planned_at", models.DateTimeField(blank=True, null=True, verbose_name="gepland op")),
                ("held_at", models.DateTimeField(blank=True, null=True, verbose_name="gevoerd op")),
                ("outcome", models.TextField(blank=True, verbose_name="uitkomst")),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
            ],
            options={
                "verbose_name": "structureel overleg",
                "verbose_name_plural": "structurele overleggen",
            },
        ),
        migrations.CreateModel(
            name="StructuralFailure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(editable=False, max_length=20, unique=True, verbose_name="nummer"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("detected", "vastgesteld"),
                            ("requested", "overleg gevraagd"),
                            ("closed", "overleg gevoerd"),
                        ],
                        default="detected",
                        max_length=12,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                ("quarter", models.DateField(verbose_name="kwartaal vanaf")),
                (
                    "ground",
                    models.CharField(
                        choices=[("priority_1", "drie of meer incidenten met prioriteit 1 buiten de norm")],
                        max_length=20,
                        verbose_name="grond",
                    ),
                ),
                ("detected_at", models.DateTimeField(verbose_name="vastgesteld")),
                (
                    "requested_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="overleg gevraagd op"),
                ),
                ("request", models.TextField(blank=True, verbose_name="verzoek")),
                (
                    "contractant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="structural_failures",
                        to="contractants.contractant",
                        verbose_name="contractant",
                    ),
                ),
                (
                    "meldingen",
                    models.ManyToManyField(
                        related_name="structural_failures", to="incidents.melding", verbose_name="meldingen"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gevraagd door",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
                (
                    "talk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="failures",
                        to="incidents.structuraltalk",
                        verbose_name="overleg",
                    ),
                ),
            ],
            options={
                "verbose_name": "structurele tekortkoming",
                "verbose_name_plural": "structurele tekortkomingen",
                "ordering": ("-quarter", "contractant__name"),
            },
        ),
        migrations.AddConstraint(
            model_name="structuraltalk",
            constraint=models.UniqueConstraint(
                condition=models.Q(("held_at", None)),
                fields=("quarter", "service"),
                name="one_talk_ahead",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="structuralfailure",
            constraint=models.UniqueConstraint(
                fields=("contractant", "quarter", "ground"), name="one_failure_a_quarter"
            ),
        ),
    ]
