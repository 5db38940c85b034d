"""Security incidents and breaches: the case, its assessments, letters and follow-ups, and the ladder of the 24 hours."""

import django.core.validators
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contractants", "0001_initial"),
        ("incidents", "0013_restricted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE breach_number START 1", "DROP SEQUENCE breach_number"),
        migrations.CreateModel(
            name="BreachRung",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(300),
                        ],
                        verbose_name="percentage",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("privacy_officer", "Privacy officer"),
                            ("service_level_manager", "Servicelevelmanager"),
                            ("management", "Directie"),
                        ],
                        max_length=30,
                        verbose_name="wie",
                    ),
                ),
            ],
            options={
                "verbose_name": "trede van de 24 uur",
                "verbose_name_plural": "treden van de 24 uur",
                "ordering": ("percent", "role"),
                "constraints": [models.UniqueConstraint(fields=("percent", "role"), name="one_breach_rung")],
            },
        ),
        migrations.CreateModel(
            name="SecurityIncident",
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
                ("sweep_at", models.DateTimeField(editable=False, null=True)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("suspected", "vermoed"),
                            ("assessing", "in beoordeling"),
                            ("no_breach", "geen datalek"),
                            ("breach", "datalek vastgesteld"),
                            ("informing", "informeren"),
                            ("follow_up", "opvolging"),
                            ("closed", "gesloten"),
                        ],
                        default="suspected",
                        max_length=12,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="wat is er gebeurd, in het kort")),
                ("description", models.TextField(verbose_name="wat is er gebeurd")),
                (
                    "aspect",
                    models.CharField(
                        choices=[
                            ("confidentiality", "vertrouwelijkheid"),
                            ("integrity", "integriteit"),
                            ("availability", "beschikbaarheid"),
                        ],
                        max_length=16,
                        verbose_name="aangetast",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="geopend")),
                ("known_at", models.DateTimeField(verbose_name="kennis genomen")),
                ("due_at", models.DateTimeField(verbose_name="uiterlijk informeren")),
                (
                    "informed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="allen geïnformeerd"),
                ),
                ("is_breach", models.BooleanField(null=True, verbose_name="datalek")),
                (
                    "risk",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "risico onwaarschijnlijk"),
                            ("risk", "risico"),
                            ("high", "hoog risico"),
                        ],
                        max_length=4,
                        verbose_name="risico",
                    ),
                ),
                ("deviation", models.TextField(blank=True, verbose_name="waarom anders dan de toetsing")),
                ("effects", models.TextField(blank=True, verbose_name="gevolgen")),
                ("measures", models.TextField(blank=True, verbose_name="maatregelen")),
                ("lessons", models.TextField(blank=True, verbose_name="geleerd")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="gesloten op")),
                (
                    "melding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="security_incidents",
                        to="incidents.melding",
                        verbose_name="melding",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="geopend door",
                    ),
                ),
            ],
            options={
                "verbose_name": "beveiligingsincident",
                "verbose_name_plural": "beveiligingsincidenten",
                "ordering": ("-known_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=300, verbose_name="actie")),
                ("due_on", models.DateField(verbose_name="uiterlijk")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="afgerond op")),
                ("handed_to", models.CharField(blank=True, max_length=20, verbose_name="overgedragen aan")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="wie",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="privacy.securityincident",
                    ),
                ),
            ],
            options={
                "verbose_name": "actie na een beveiligingsincident",
                "verbose_name_plural": "acties na een beveiligingsincident",
                "ordering": ("due_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="BreachMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "zichtbaar voor de contractant"),
                            ("internal", "interne notitie"),
                        ],
                        max_length=10,
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=20)),
                ("author_name", models.CharField(blank=True, max_length=120, verbose_name="door")),
                ("verb", models.CharField(default="reply", max_length=40)),
                ("body", models.TextField(verbose_name="tekst")),
                ("at", models.DateTimeField(verbose_name="tijdstip")),
                ("client_key", models.UUIDField(blank=True, editable=False, null=True, unique=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="privacy.securityincident",
                    ),
                ),
            ],
            options={
                "verbose_name": "notitie bij een beveiligingsincident",
                "verbose_name_plural": "notities bij beveiligingsincidenten",
                "ordering": ("at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BreachAccess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="privacy.securityincident",
                    ),
                ),
            ],
            options={
                "verbose_name": "toegang tot een beveiligingsincident",
                "verbose_name_plural": "toegang tot beveiligingsincidenten",
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("edition", models.PositiveSmallIntegerField(verbose_name="versie")),
                ("answers", models.JSONField(verbose_name="antwoorden")),
                ("recipients", models.TextField(blank=True, verbose_name="bij wie de gegevens kwamen")),
                ("explanation", models.TextField(blank=True, verbose_name="toelichting")),
                ("is_breach", models.BooleanField(verbose_name="datalek")),
                (
                    "risk",
                    models.CharField(
                        choices=[
                            ("none", "risico onwaarschijnlijk"),
                            ("risk", "risico"),
                            ("high", "hoog risico"),
                        ],
                        max_length=4,
                        verbose_name="risico",
                    ),
                ),
                ("reasons", models.JSONField(verbose_name="redenen")),
                ("at", models.DateTimeField(verbose_name="tijdstip")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="privacy.securityincident",
                    ),
                ),
            ],
            options={
                "verbose_name": "toetsing",
                "verbose_name_plural": "toetsingen",
                "ordering": ("edition",),
            },
        ),
        migrations.CreateModel(
            name="Affected",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phoned_at", models.DateTimeField(blank=True, null=True, verbose_name="gebeld op")),
                ("phoned_person", models.CharField(blank=True, max_length=120, verbose_name="gesproken met")),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        choices=[("", "nog niet bekend"), ("yes", "gemeld"), ("no", "niet nodig gevonden")],
                        max_length=3,
                        verbose_name="Autoriteit Persoonsgegevens",
                    ),
                ),
                (
                    "authority_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="gemeld aan de AP op"),
                ),
                (
                    "subjects",
                    models.CharField(
                        blank=True,
                        choices=[("", "nog niet bekend"), ("yes", "gemeld"), ("no", "niet nodig gevonden")],
                        max_length=3,
                        verbose_name="betrokkenen",
                    ),
                ),
                (
                    "subjects_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="gemeld aan betrokkenen op"),
                ),
                (
                    "contractant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractants.contractant",
                        verbose_name="contractant",
                    ),
                ),
                (
                    "phoned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gebeld door",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affected",
                        to="privacy.securityincident",
                    ),
                ),
            ],
            options={
                "verbose_name": "betrokken verwerkingsverantwoordelijke",
                "verbose_name_plural": "betrokken verwerkingsverantwoordelijken",
                "ordering": ("contractant__name",),
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("edition", models.PositiveSmallIntegerField(verbose_name="versie")),
                ("subject", models.CharField(max_length=200, verbose_name="onderwerp")),
                ("body", models.TextField(verbose_name="brief")),
                ("written_at", models.DateTimeField(verbose_name="geschreven")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="goedgekeurd")),
                (
                    "affected",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="privacy.affected",
                        verbose_name="contractant",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="goedgekeurd door",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
                ),
            ],
            options={
                "verbose_name": "brief over een beveiligingsincident",
                "verbose_name_plural": "brieven over beveiligingsincidenten",
                "ordering": ("edition",),
                "constraints": [
                    models.UniqueConstraint(fields=("affected", "edition"), name="one_letter_an_edition"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="four_eyes",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="securityincident",
            index=models.Index(fields=["known_at", "id"], name="breach_by_knowledge"),
        ),
        migrations.AddIndex(
            model_name="securityincident",
            index=models.Index(
                condition=models.Q(("sweep_at__isnull", False)), fields=["sweep_at"], name="breach_to_sweep"
            ),
        ),
        migrations.AddConstraint(
            model_name="securityincident",
            constraint=models.CheckConstraint(
                condition=models.Q(("known_at__lte", models.F("opened_at"))), name="known_before_opened"
            ),
        ),
        migrations.AddConstraint(
            model_name="securityincident",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=("melding",),
                name="one_open_incident_a_melding",
            ),
        ),
        migrations.AddConstraint(
            model_name="breachaccess",
            constraint=models.UniqueConstraint(fields=("incident", "user"), name="let_in_to_breach_once"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=("incident", "edition"), name="one_assessment_an_edition"
            ),
        ),
        migrations.AddConstraint(
            model_name="affected",
            constraint=models.UniqueConstraint(fields=("incident", "contractant"), name="concerned_once"),
        ),
    ]
