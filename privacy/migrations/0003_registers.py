import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contractants", "0001_initial"),
        ("desk", "0005_privacy_officer"),
        ("privacy", "0002_retention"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE data_request_number START 1", "DROP SEQUENCE data_request_number"),
        migrations.RunSQL("CREATE SEQUENCE subprocessor_number START 1", "DROP SEQUENCE subprocessor_number"),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="volgorde")),
                ("is_active", models.BooleanField(default=True, verbose_name="geldt")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="versie")),
                ("norm", models.CharField(max_length=120, verbose_name="norm")),
                ("description", models.TextField(verbose_name="maatregel")),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="waaruit dat blijkt",
                    ),
                ),
            ],
            options={
                "verbose_name": "beveiligingsmaatregel",
                "verbose_name_plural": "beveiligingsmaatregelen",
                "ordering": ("order", "name"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Processing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="volgorde")),
                ("is_active", models.BooleanField(default=True, verbose_name="geldt")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="versie")),
                (
                    "role",
                    models.CharField(
                        choices=[("processor", "verwerker"), ("controller", "verwerkingsverantwoordelijke")],
                        default="processor",
                        max_length=12,
                        verbose_name="wij zijn",
                    ),
                ),
                ("purpose", models.TextField(verbose_name="doel")),
                ("subjects", models.TextField(verbose_name="van wie")),
                ("data", models.TextField(verbose_name="welke gegevens")),
                ("recipients", models.TextField(blank=True, verbose_name="ontvangers")),
                ("transfer", models.TextField(blank=True, verbose_name="doorgifte buiten de EER")),
                (
                    "retention",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="bewaartermijnen",
                    ),
                ),
            ],
            options={
                "verbose_name": "verwerking",
                "verbose_name_plural": "verwerkingen",
                "ordering": ("order", "name"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Subprocessor",
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
                            ("proposed", "voorgesteld"),
                            ("announced", "aangekondigd"),
                            ("active", "in gebruik"),
                            ("ended", "beëindigd"),
                            ("withdrawn", "ingetrokken"),
                        ],
                        default="proposed",
                        max_length=10,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("task", models.CharField(max_length=200, verbose_name="wat doet die voor ons")),
                ("data", models.CharField(max_length=300, verbose_name="welke gegevens")),
                ("country", models.CharField(max_length=80, verbose_name="land")),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("eea", "binnen de EER"),
                            ("adequate", "buiten de EER, met adequaatheidsbesluit"),
                            ("clauses", "buiten de EER, met modelcontractbepalingen"),
                        ],
                        default="eea",
                        max_length=10,
                        verbose_name="doorgifte",
                    ),
                ),
                ("agreement", models.CharField(max_length=200, verbose_name="verwerkersovereenkomst")),
                ("announced_at", models.DateTimeField(blank=True, null=True, verbose_name="aangekondigd op")),
                (
                    "objections_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="bezwaar mogelijk tot"),
                ),
                (
                    "active_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="in gebruik sinds"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="beëindigd op")),
                (
                    "services",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="contractants.service",
                        verbose_name="voor de Diensten",
                    ),
                ),
            ],
            options={
                "verbose_name": "subverwerker",
                "verbose_name_plural": "subverwerkers",
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="Announced",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractants.contact",
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.notice"
                    ),
                ),
                (
                    "subprocessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announced",
                        to="privacy.subprocessor",
                    ),
                ),
            ],
            options={
                "verbose_name": "aankondiging van een subverwerker",
                "verbose_name_plural": "aankondigingen van subverwerkers",
                "ordering": ("contact__contractant__name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="DataRequest",
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
                            ("received", "ontvangen"),
                            ("passed_on", "doorgestuurd"),
                            ("instructed", "opdracht ontvangen"),
                            ("carried_out", "uitgevoerd"),
                            ("closed", "gesloten"),
                        ],
                        default="received",
                        max_length=14,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                (
                    "right",
                    models.CharField(
                        choices=[
                            ("access", "inzage"),
                            ("rectification", "rectificatie"),
                            ("erasure", "verwijdering"),
                            ("restriction", "beperking"),
                            ("portability", "overdracht"),
                            ("objection", "bezwaar"),
                        ],
                        max_length=14,
                        verbose_name="soort verzoek",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "telefoon"),
                            ("email", "e-mail"),
                            ("letter", "brief"),
                            ("other", "anders"),
                        ],
                        max_length=10,
                        verbose_name="binnengekomen per",
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=80, verbose_name="kenmerk van de betrokkene"),
                ),
                (
                    "person",
                    models.CharField(blank=True, max_length=120, verbose_name="naam van de betrokkene"),
                ),
                ("received_at", models.DateTimeField(verbose_name="ontvangen")),
                ("passed_on_at", models.DateTimeField(blank=True, null=True, verbose_name="doorgestuurd op")),
                (
                    "instruction",
                    models.TextField(blank=True, verbose_name="opdracht van de verwerkingsverantwoordelijke"),
                ),
                ("result", models.TextField(blank=True, verbose_name="wat is gedaan")),
                ("carried_out_at", models.DateTimeField(blank=True, null=True, verbose_name="uitgevoerd op")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="gesloten op")),
                (
                    "due_step",
                    models.CharField(
                        blank=True,
                        choices=[("pass_on", "doorsturen"), ("carry_out", "opdracht uitvoeren")],
                        max_length=10,
                        verbose_name="wacht op",
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="uiterlijk")),
                (
                    "contractant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_requests",
                        to="contractants.contractant",
                        verbose_name="verwerkingsverantwoordelijke",
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
            ],
            options={
                "verbose_name": "verzoek van een betrokkene",
                "verbose_name_plural": "verzoeken van betrokkenen",
                "ordering": ("-received_at", "-id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("sweep_at__isnull", False)),
                        fields=["sweep_at"],
                        name="data_request_to_sweep",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("register", models.CharField(max_length=12, verbose_name="register")),
                ("slug", models.SlugField(max_length=40, verbose_name="code")),
                ("number", models.PositiveIntegerField(verbose_name="versie")),
                ("at", models.DateTimeField(verbose_name="sinds")),
                ("content", models.JSONField(verbose_name="inhoud")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
                ),
            ],
            options={
                "verbose_name": "versie van een register",
                "verbose_name_plural": "versies van registers",
                "ordering": ("-at", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("register", "slug", "number"), name="one_version_of_a_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by_letter", models.BooleanField(default=False, verbose_name="per brief")),
                ("received_at", models.DateTimeField(verbose_name="ontvangen")),
                ("reason", models.TextField(verbose_name="bezwaar")),
                ("honoured", models.BooleanField(null=True, verbose_name="gehonoreerd")),
                ("answer", models.TextField(blank=True, verbose_name="antwoord")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="beantwoord op")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
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
                    "subprocessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="privacy.subprocessor",
                    ),
                ),
            ],
            options={
                "verbose_name": "bezwaar tegen een subverwerker",
                "verbose_name_plural": "bezwaren tegen subverwerkers",
                "ordering": ("received_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subprocessor", "contractant"), name="one_objection_a_contractant"
                    )
                ],
            },
        ),
    ]
