import uuid

import django.core.validators
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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE complaint_number START 1", "DROP SEQUENCE complaint_number"),
        migrations.RunSQL(
            "CREATE SEQUENCE complaint_apart_number START 1", "DROP SEQUENCE complaint_apart_number"
        ),
        migrations.CreateModel(
            name="Complaint",
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
                            ("registered", "geregistreerd"),
                            ("assigned", "toegewezen"),
                            ("in_treatment", "in behandeling"),
                            ("proposed", "oplossing voorgesteld"),
                            ("accepted", "oplossing geaccepteerd"),
                            ("reported", "klachtrapport verstuurd"),
                            ("solved", "opgelost"),
                            ("closed", "gesloten"),
                            ("withdrawn", "ingetrokken"),
                        ],
                        default="registered",
                        max_length=14,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("service", "een Dienst"),
                            ("handling", "de afhandeling van een melding"),
                            ("support", "de Supportafdeling"),
                            ("other", "iets anders"),
                        ],
                        max_length=10,
                        verbose_name="gaat over",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="onderwerp")),
                ("description", models.TextField(verbose_name="klacht")),
                ("received_at", models.DateTimeField(verbose_name="ontvangen")),
                ("solution", models.TextField(blank=True, verbose_name="voorgestelde oplossing")),
                (
                    "solution_accepted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="oplossing geaccepteerd op"),
                ),
                (
                    "due_step",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("acknowledge", "in behandeling nemen"),
                            ("answer", "oplossing voorstellen"),
                            ("report", "klachtrapport sturen"),
                        ],
                        max_length=12,
                        verbose_name="wacht op",
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="streeftijd")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="afgerond op")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="toegewezen aan",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="contractants.contact",
                        verbose_name="contactpersoon",
                    ),
                ),
                (
                    "contractant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="contractants.contractant",
                        verbose_name="contractant",
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="servicelevelmanager",
                    ),
                ),
                (
                    "meldingen",
                    models.ManyToManyField(
                        blank=True,
                        related_name="complaints",
                        to="incidents.melding",
                        verbose_name="meldingen",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="geregistreerd door",
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
            ],
            options={
                "verbose_name": "klacht",
                "verbose_name_plural": "klachten",
                "ordering": ("-received_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ComplaintMessage",
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
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "verbose_name": "bijdrage aan een klacht",
                "verbose_name_plural": "bijdragen aan klachten",
                "ordering": ("at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ComplaintReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("edition", models.PositiveSmallIntegerField(verbose_name="versie")),
                ("complained", models.TextField(verbose_name="wat de klacht was")),
                ("found", models.TextField(verbose_name="wat wij vonden")),
                ("done", models.TextField(verbose_name="wat wij deden")),
                ("prevention", models.TextField(verbose_name="hoe wij herhaling voorkomen")),
                ("at", models.DateTimeField(verbose_name="verstuurd op")),
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
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "verbose_name": "klachtrapport",
                "verbose_name_plural": "klachtrapporten",
                "ordering": ("edition",),
            },
        ),
        migrations.CreateModel(
            name="ComplaintAttachment",
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
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachment",
                        to="complaints.complaintreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "bijlage bij een klacht",
                "verbose_name_plural": "bijlagen bij klachten",
                "ordering": ("at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ComplaintTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("acknowledge", "in behandeling nemen"),
                            ("answer", "oplossing voorstellen"),
                            ("report", "klachtrapport sturen"),
                        ],
                        max_length=12,
                        unique=True,
                        verbose_name="stap",
                    ),
                ),
                (
                    "working_days",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="werkdagen",
                    ),
                ),
            ],
            options={
                "verbose_name": "streeftijd voor klachten",
                "verbose_name_plural": "streeftijden voor klachten",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("working_days__gte", 1)), name="complaint_target_in_days"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="complaint_due"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["contractant", "received_at"], name="complaint_of_contractant"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["assignee", "state"], name="complaint_of_assignee"),
        ),
        migrations.AddIndex(
            model_name="complaintmessage",
            index=models.Index(fields=["complaint", "at", "id"], name="message_of_complaint"),
        ),
        migrations.AddConstraint(
            model_name="complaintreport",
            constraint=models.UniqueConstraint(fields=("complaint", "edition"), name="one_report_an_edition"),
        ),
    ]
