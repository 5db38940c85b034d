import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contractants", "0001_initial"),
        ("incidents", "0009_duty"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE problem_number START 1", "DROP SEQUENCE problem_number"),
        migrations.CreateModel(
            name="Problem",
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
                            ("identified", "onderkend"),
                            ("analysed", "geanalyseerd"),
                            ("workaround_known", "workaround bekend"),
                            ("known_error", "known error"),
                            ("solution_planned", "oplossing gepland"),
                            ("solved", "opgelost"),
                            ("closed", "gesloten"),
                        ],
                        default="identified",
                        max_length=20,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="titel")),
                ("description", models.TextField(verbose_name="omschrijving")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("incident", "incident met een workaround"),
                            ("trend", "trendanalyse"),
                            ("hand", "eigen waarneming"),
                        ],
                        max_length=10,
                        verbose_name="herkomst",
                    ),
                ),
                ("evidence", models.JSONField(blank=True, default=dict, verbose_name="onderbouwing")),
                (
                    "likelihood",
                    models.CharField(
                        choices=[
                            ("likely", "vaak: binnen een week weer"),
                            ("possible", "soms: binnen een kwartaal weer"),
                            ("unlikely", "zelden: later of nooit meer"),
                        ],
                        max_length=10,
                        verbose_name="kans",
                    ),
                ),
                (
                    "impact",
                    models.CharField(
                        choices=[
                            ("large", "groot: meer contractanten of bedrijfskritiek"),
                            ("medium", "gemiddeld: één contractant"),
                            ("small", "klein: enkele gebruikers"),
                        ],
                        max_length=10,
                        verbose_name="impact",
                    ),
                ),
                (
                    "risk",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "zeer hoog"), (2, "hoog"), (3, "gemiddeld"), (4, "laag")],
                        verbose_name="risico",
                    ),
                ),
                ("identified_at", models.DateTimeField(verbose_name="onderkend op")),
                ("cause", models.TextField(blank=True, verbose_name="oorzaak")),
                ("factors", models.TextField(blank=True, verbose_name="bijdragende factoren")),
                ("workaround", models.TextField(blank=True, verbose_name="workaround")),
                ("is_known_error", models.BooleanField(default=False, verbose_name="known error")),
                (
                    "use_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="keer toegepast"),
                ),
                (
                    "public_title",
                    models.CharField(blank=True, max_length=200, verbose_name="titel voor contractanten"),
                ),
                ("advice", models.TextField(blank=True, verbose_name="advies aan contractanten")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="bekendgemaakt")),
                (
                    "solution_kind",
                    models.CharField(
                        blank=True,
                        choices=[("change", "wijziging"), ("maintenance", "onderhoud")],
                        max_length=12,
                        verbose_name="oplossing door",
                    ),
                ),
                (
                    "solution_reference",
                    models.CharField(blank=True, max_length=120, verbose_name="verwijzing"),
                ),
                ("solution", models.TextField(blank=True, verbose_name="oplossing")),
                ("solved_at", models.DateTimeField(blank=True, null=True, verbose_name="opgelost op")),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector("title", config="dutch", weight="A"),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "description", "workaround", config="dutch", weight="B"
                            ),
                            django.contrib.postgres.search.SearchConfig("dutch"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "meldingen",
                    models.ManyToManyField(
                        related_name="problems", to="incidents.melding", verbose_name="meldingen"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="eigenaar",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="contractants.service",
                        verbose_name="dienst",
                    ),
                ),
            ],
            options={
                "verbose_name": "probleem",
                "verbose_name_plural": "problemen",
                "ordering": ("risk", "-identified_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ProblemAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=500, verbose_name="actie")),
                ("due", models.DateField(blank=True, null=True, verbose_name="uiterlijk")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="gedaan")),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="problems.problem",
                        verbose_name="probleem",
                    ),
                ),
                (
                    "who",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="wie",
                    ),
                ),
            ],
            options={
                "verbose_name": "actie bij een probleem",
                "verbose_name_plural": "acties bij een probleem",
                "ordering": (models.OrderBy(models.F("due"), nulls_last=True), "id"),
            },
        ),
        migrations.CreateModel(
            name="ProblemMessage",
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
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="problems.problem",
                    ),
                ),
            ],
            options={
                "verbose_name": "notitie bij een probleem",
                "verbose_name_plural": "notities bij een probleem",
                "ordering": ("at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProblemMoment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="tijdstip")),
                ("what", models.CharField(max_length=500, verbose_name="wat er gebeurde")),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moments",
                        to="problems.problem",
                        verbose_name="probleem",
                    ),
                ),
            ],
            options={
                "verbose_name": "moment in het verloop",
                "verbose_name_plural": "momenten in het verloop",
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="ProblemUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="tijdstip")),
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
                    "melding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.melding",
                        verbose_name="melding",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="problems.problem",
                        verbose_name="probleem",
                    ),
                ),
            ],
            options={
                "verbose_name": "toepassing van een workaround",
                "verbose_name_plural": "toepassingen van een workaround",
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["risk", "identified_at", "id"], name="problem_by_risk"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["owner", "state"], name="problem_of_owner"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="problem_search"),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.CheckConstraint(
                condition=models.Q(("risk__range", (1, 4))), name="risk_1_to_4"
            ),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None),
                    models.Q(("service__isnull", False), models.Q(("advice", ""), _negated=True)),
                    _connector="OR",
                ),
                name="published_problem_advises",
            ),
        ),
    ]
