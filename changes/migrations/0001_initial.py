import uuid

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import desk.models.case


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contractants", "0001_initial"),
        ("incidents", "0009_duty"),
        ("sla", "0003_ladder"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE change_number START 1", "DROP SEQUENCE change_number"),
        migrations.RunSQL("CREATE SEQUENCE release_number START 1", "DROP SEQUENCE release_number"),
        migrations.CreateModel(
            name="Change",
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
                            ("requested", "aangevraagd"),
                            ("assessed", "beoordeeld"),
                            ("honoured", "gehonoreerd"),
                            ("planned", "ingepland"),
                            ("built", "gebouwd"),
                            ("tested", "getest"),
                            ("accepted", "geaccepteerd"),
                            ("released", "doorgevoerd"),
                            ("rejected", "afgewezen"),
                            ("cancelled", "geannuleerd"),
                        ],
                        default="requested",
                        max_length=12,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("request", "verzoek van een contractant"),
                            ("own", "eigen initiatief"),
                            ("standard", "standaardwijziging"),
                        ],
                        max_length=10,
                        verbose_name="soort",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="onderwerp")),
                ("description", models.TextField(verbose_name="omschrijving")),
                ("goal", models.TextField(verbose_name="beoogd doel")),
                ("examples", models.TextField(blank=True, verbose_name="voorbeelden")),
                ("requested_at", models.DateTimeField(verbose_name="ontvangen")),
                (
                    "from_incident",
                    models.BooleanField(default=False, verbose_name="naar aanleiding van een incident"),
                ),
                (
                    "response_due",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="reactie uiterlijk"
                    ),
                ),
                (
                    "responded_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="eerste reactie"
                    ),
                ),
                ("agreed_on", models.DateField(blank=True, null=True, verbose_name="afgesproken datum")),
                ("cost", models.TextField(blank=True, verbose_name="kosten")),
                ("risk", models.TextField(blank=True, verbose_name="risico")),
                (
                    "risk_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "laag: eenvoudig terug te draaien"),
                            ("medium", "gemiddeld: raakt werk van gebruikers"),
                            ("high", "hoog: raakt beschikbaarheid, gegevens of ketenpartners"),
                        ],
                        max_length=10,
                        verbose_name="mate van risico",
                    ),
                ),
                ("benefit", models.TextField(blank=True, verbose_name="baten")),
                ("assessment", models.PositiveSmallIntegerField(default=0, verbose_name="beoordeling")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="besloten op")),
                ("release_note", models.TextField(blank=True, verbose_name="tekst in de releasenotes")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="afgerond op")),
                (
                    "assessed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="beoordeeld door",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
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
                        related_name="changes",
                        to="contractants.contractant",
                        verbose_name="contractant",
                    ),
                ),
                (
                    "melding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="incidents.melding",
                        verbose_name="melding",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.policyversion",
                        verbose_name="afspraken",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ingediend door",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
            ],
            options={
                "verbose_name": "wijziging",
                "verbose_name_plural": "wijzigingen",
                "ordering": ("-requested_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ChangeMessage",
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
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="changes.change",
                    ),
                ),
            ],
            options={
                "verbose_name": "bijdrage aan een wijziging",
                "verbose_name_plural": "bijdragen aan wijzigingen",
                "ordering": ("at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Release",
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
                            ("planned", "gepland"),
                            ("frozen", "bevroren"),
                            ("released", "vrijgegeven"),
                            ("withdrawn", "ingetrokken"),
                            ("end_of_life", "einde ondersteuning"),
                        ],
                        default="planned",
                        max_length=12,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("patch", "patch"), ("update", "update"), ("release", "release")],
                        max_length=10,
                        verbose_name="soort",
                    ),
                ),
                ("name", models.CharField(max_length=20, verbose_name="versie")),
                ("planned_on", models.DateField(verbose_name="gepland op")),
                ("introduction", models.TextField(blank=True, verbose_name="inleiding bij de releasenotes")),
                ("cve_reason", models.TextField(blank=True, verbose_name="waarom verplicht")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="vrijgegeven op")),
                (
                    "supported_until",
                    models.DateField(blank=True, null=True, verbose_name="ondersteund tot en met"),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
            ],
            options={
                "verbose_name": "release",
                "verbose_name_plural": "releases",
                "ordering": ("planned_on", "id"),
            },
        ),
        migrations.AddField(
            model_name="change",
            name="release",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="changes.release",
                verbose_name="release",
            ),
        ),
        migrations.CreateModel(
            name="ReleaseDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "file",
                    models.FileField(upload_to=desk.models.case.attachment_path, verbose_name="bestand"),
                ),
                ("name", models.CharField(max_length=200, verbose_name="naam")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("size", models.PositiveBigIntegerField(verbose_name="grootte")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "zichtbaar voor de contractant"),
                            ("internal", "interne notitie"),
                        ],
                        default="public",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="tijdstip")),
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
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="changes.release",
                    ),
                ),
            ],
            options={
                "verbose_name": "releasedocument",
                "verbose_name_plural": "releasedocumenten",
                "ordering": ("at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReleaseMessage",
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
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="changes.release",
                    ),
                ),
            ],
            options={
                "verbose_name": "bijdrage aan een release",
                "verbose_name_plural": "bijdragen aan releases",
                "ordering": ("at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StandardChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
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
                "verbose_name": "standaardwijziging",
                "verbose_name_plural": "standaardwijzigingen",
                "ordering": ("service", "name"),
            },
        ),
        migrations.AddField(
            model_name="change",
            name="standard",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="changes.standardchange",
                verbose_name="standaardwijziging",
            ),
        ),
        migrations.CreateModel(
            name="ChangeApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("assessment", models.PositiveSmallIntegerField(verbose_name="beoordeling")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("support", "Supportafdeling"),
                            ("on_call", "Beschikbaarheidsdienst"),
                            ("product_manager", "Productmanager"),
                            ("service_level_manager", "Servicelevelmanager"),
                            ("management", "Directie"),
                            ("administrator", "Beheerder"),
                            ("machine", "Systeem"),
                            ("contact", "Contactpersoon"),
                        ],
                        max_length=30,
                        verbose_name="als",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="tijdstip")),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="changes.change",
                        verbose_name="wijziging",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
                ),
            ],
            options={
                "verbose_name": "goedkeuring",
                "verbose_name_plural": "goedkeuringen",
                "ordering": ("at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("change", "assessment", "role"), name="one_approval_of_a_role"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(fields=["service", "planned_on"], name="release_of_service"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True),
                fields=("service", "name"),
                name="one_release_of_a_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="standardchange",
            constraint=models.UniqueConstraint(
                fields=("service", "name"), name="one_standard_change_of_a_name"
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["state", "requested_at"], name="change_of_state"),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["contractant", "requested_at"], name="change_of_contractant"),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "request"), _negated=True), ("contact__isnull", False), _connector="OR"
                ),
                name="request_has_contact",
            ),
        ),
    ]
