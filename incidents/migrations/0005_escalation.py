import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0004_saved_filters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE escalation_number START 1", "DROP SEQUENCE escalation_number"),
        migrations.AddField(
            model_name="melding",
            name="expected_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="nieuwe verwachting"),
        ),
        migrations.CreateModel(
            name="Escalation",
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
                            ("open", "in behandeling"),
                            ("answered", "beantwoord"),
                            ("closed", "afgesloten"),
                            ("withdrawn", "ingetrokken"),
                        ],
                        default="open",
                        max_length=12,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("priority", "oneens met de prioriteit"),
                            ("deadline", "afgesproken tijd niet gehaald"),
                            ("content", "inhoud of communicatie"),
                            ("cannot_meet", "termijn wordt niet gehaald"),
                            ("unacknowledged", "prioriteit 1 niet opgepakt"),
                        ],
                        max_length=16,
                        verbose_name="reden",
                    ),
                ),
                (
                    "expected_priority",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="verwachte prioriteit"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="echelon")),
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
                        verbose_name="ligt bij",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="gestart")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="afgesloten op")),
                (
                    "melding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="incidents.melding",
                        verbose_name="melding",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gestart door",
                    ),
                ),
            ],
            options={
                "verbose_name": "escalatie",
                "verbose_name_plural": "escalaties",
                "ordering": ("-started_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="EscalationMessage",
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
                    "escalation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="incidents.escalation",
                    ),
                ),
            ],
            options={
                "verbose_name": "bijdrage aan een escalatie",
                "verbose_name_plural": "bijdragen aan escalaties",
                "ordering": ("at", "id"),
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(fields=["role", "state", "started_at"], name="escalation_of_role"),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "answered"])),
                fields=("melding",),
                name="one_escalation_under_way",
            ),
        ),
    ]
