import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contractants", "0001_initial"),
        ("incidents", "0005_escalation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=500, verbose_name="sleutel")),
                ("is_open", models.BooleanField(default=True, verbose_name="open")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="alarmen")),
                ("opened_at", models.DateTimeField(verbose_name="eerste alarm")),
                ("last_at", models.DateTimeField(verbose_name="laatste alarm")),
            ],
            options={
                "verbose_name": "groep alarmen",
                "verbose_name_plural": "groepen alarmen",
            },
        ),
        migrations.CreateModel(
            name="AlertRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="volgorde")),
                ("name", models.CharField(max_length=80, verbose_name="naam")),
                (
                    "matchers",
                    models.TextField(
                        blank=True,
                        help_text="Eén per regel: label=waarde. | is “of”, * is elke tekst, != is “niet”. Leeg: elk alarm.",
                        verbose_name="geldt voor",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "P1"), (2, "P2"), (3, "P3"), (4, "P4")],
                        help_text="Leeg: het alarm wordt bewaard, maar maakt geen melding.",
                        null=True,
                        verbose_name="prioriteit",
                    ),
                ),
                (
                    "group_by",
                    models.CharField(
                        blank=True,
                        help_text="Namen van labels, met spaties ertussen. Alarmen met gelijke waarden zijn samen één incident.",
                        max_length=200,
                        verbose_name="groeperen op",
                    ),
                ),
                (
                    "window_minutes",
                    models.PositiveIntegerField(
                        default=60,
                        help_text="Zo lang na het laatste nieuwe alarm komt een volgend alarm er nog bij.",
                        verbose_name="groep blijft open (minuten)",
                    ),
                ),
                (
                    "flap_minutes",
                    models.PositiveIntegerField(
                        default=15,
                        help_text="Zo lang na herstel is een alarm dat weer afgaat hetzelfde incident; daarna een vervolg.",
                        verbose_name="zelfde storing binnen (minuten)",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="actief")),
            ],
            options={
                "verbose_name": "regel voor alarmen",
                "verbose_name_plural": "regels voor alarmen",
                "ordering": ("order", "id"),
            },
        ),
        migrations.CreateModel(
            name="AlertSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "storm_after",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="Zoveel nieuwe incidenten maken een storm; wat dan nog komt, is samen één incident.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="storm na (incidenten)",
                    ),
                ),
                (
                    "storm_minutes",
                    models.PositiveIntegerField(
                        default=10,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="binnen (minuten)",
                    ),
                ),
                (
                    "alertmanagers",
                    models.TextField(
                        blank=True,
                        help_text="Eén per regel, zoals http://alertmanager:9093. Daar vraagt de desk elke minuut wat er afgaat.",
                        verbose_name="adressen van Alertmanager",
                    ),
                ),
                (
                    "receiver",
                    models.CharField(
                        blank=True,
                        default="mdo-desk",
                        help_text="Alleen wat Alertmanager naar deze ontvanger stuurt, wordt een melding. Leeg: alles.",
                        max_length=120,
                        verbose_name="ontvanger in Alertmanager",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="laatst gevraagd"
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="laatst geantwoord"
                    ),
                ),
                ("error", models.CharField(blank=True, editable=False, max_length=300, verbose_name="fout")),
                ("recent", models.JSONField(default=list, editable=False)),
            ],
            options={
                "verbose_name": "bron van alarmen",
                "verbose_name_plural": "bronnen van alarmen",
            },
        ),
        migrations.CreateModel(
            name="Watchdog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.SlugField(max_length=60, unique=True, verbose_name="naam")),
                (
                    "every_minutes",
                    models.PositiveIntegerField(
                        default=5,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="minstens elke (minuten)",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "P1"), (2, "P2"), (3, "P3"), (4, "P4")],
                        default=1,
                        verbose_name="prioriteit",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="actief")),
                (
                    "last_beat_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="laatste hartslag"
                    ),
                ),
                (
                    "counts_from",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="telt vanaf"
                    ),
                ),
                (
                    "silent_since",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="stil sinds"),
                ),
            ],
            options={
                "verbose_name": "hartslag",
                "verbose_name_plural": "hartslagen",
                "ordering": ("name",),
            },
        ),
        migrations.AddField(
            model_name="alert",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="eindigde volgens monitoring"),
        ),
        migrations.AddField(
            model_name="alert",
            name="labels",
            field=models.JSONField(blank=True, default=dict, verbose_name="labels"),
        ),
        migrations.AddField(
            model_name="alert",
            name="priority",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="prioriteit"),
        ),
        migrations.AddField(
            model_name="alert",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="begon volgens monitoring"),
        ),
        migrations.AddField(
            model_name="alert",
            name="summary",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="wat"),
        ),
        migrations.AddField(
            model_name="alert",
            name="via",
            field=models.CharField(
                choices=[
                    ("events", "alarmen (API)"),
                    ("alertmanager", "Alertmanager of Grafana"),
                    ("reconcile", "navraag bij Alertmanager"),
                    ("heartbeat", "hartslag"),
                ],
                default="events",
                max_length=12,
                verbose_name="langs",
            ),
        ),
        migrations.AddField(
            model_name="rawevent",
            name="outcome",
            field=models.JSONField(blank=True, default=dict, verbose_name="uitkomst"),
        ),
        migrations.AddField(
            model_name="rawevent",
            name="processed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="verwerkt"),
        ),
        migrations.AddField(
            model_name="rawevent",
            name="via",
            field=models.CharField(
                choices=[
                    ("events", "alarmen (API)"),
                    ("alertmanager", "Alertmanager of Grafana"),
                    ("reconcile", "navraag bij Alertmanager"),
                    ("heartbeat", "hartslag"),
                ],
                default="events",
                max_length=12,
                verbose_name="langs",
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["source", "dedup_key", "-last_seen_at"], name="alert_by_key"),
        ),
        migrations.AddIndex(
            model_name="rawevent",
            index=models.Index(
                condition=models.Q(("error", ""), _negated=True), fields=["-id"], name="raw_event_set_aside"
            ),
        ),
        migrations.AddField(
            model_name="alertgroup",
            name="melding",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alert_groups",
                to="incidents.melding",
                verbose_name="melding",
            ),
        ),
        migrations.AddField(
            model_name="alertgroup",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="bron",
            ),
        ),
        migrations.AddField(
            model_name="alertrule",
            name="service",
            field=models.ForeignKey(
                blank=True,
                help_text="Leeg: de Dienst volgt uit de herkenning op component of bron.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="contractants.service",
                verbose_name="dienst",
            ),
        ),
        migrations.AddField(
            model_name="alertrule",
            name="source",
            field=models.ForeignKey(
                blank=True,
                help_text="Leeg: elke bron.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="bron",
            ),
        ),
        migrations.AddField(
            model_name="alertsource",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alert_source",
                to=settings.AUTH_USER_MODEL,
                verbose_name="bron",
            ),
        ),
        migrations.AddField(
            model_name="watchdog",
            name="melding",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.melding",
                verbose_name="melding",
            ),
        ),
        migrations.AddField(
            model_name="watchdog",
            name="service",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="contractants.service",
                verbose_name="dienst",
            ),
        ),
        migrations.AddField(
            model_name="watchdog",
            name="source",
            field=models.ForeignKey(
                blank=True,
                help_text="Alleen deze bron mag de hartslag geven. Leeg: elke bron.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="bron",
            ),
        ),
        migrations.AddField(
            model_name="alertrule",
            name="watchdog",
            field=models.ForeignKey(
                blank=True,
                help_text="Een alarm dat altijd hoort af te gaan: zolang het komt, leeft de monitoring.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="rules",
                to="incidents.watchdog",
                verbose_name="is hartslag van",
            ),
        ),
        migrations.AddConstraint(
            model_name="alertgroup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)), fields=("source", "key"), name="one_open_group_per_key"
            ),
        ),
    ]
