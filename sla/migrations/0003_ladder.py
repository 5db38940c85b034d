"""When the clock calls an echelon by itself, and who faces it. Versions in use get the start values that ship."""

from django.db import migrations, models

# A version in use is frozen; these columns are new, and what they say was in force nowhere else.
START = """
ALTER TABLE sla_echelon DISABLE TRIGGER frozen;
UPDATE sla_echelon SET
    percent = CASE level WHEN 1 THEN 75 WHEN 2 THEN 100 WHEN 3 THEN 150 WHEN 4 THEN 200 END,
    unacknowledged_minutes = CASE level WHEN 2 THEN 30 END,
    counterpart_role = CASE
        WHEN level = 1 THEN 'contact'
        WHEN level = 3 AND counterpart = 'Contactpersoon Samenwerkingsverband' THEN 'partnership_contact'
        ELSE 'main_contact' END;
ALTER TABLE sla_echelon ENABLE TRIGGER frozen;
"""
ROLES = [
    ("contact", "contactpersoon"),
    ("main_contact", "hoofdcontactpersoon"),
    ("partnership_contact", "contactpersoon samenwerkingsverband"),
]


class Migration(migrations.Migration):
    dependencies = [("sla", "0002_frozen")]
    operations = [
        migrations.AddField(
            "echelon",
            "counterpart_role",
            models.CharField(
                verbose_name="rol van de tegenhanger", max_length=30, choices=ROLES, default="main_contact"
            ),
        ),
        migrations.AddField(
            "echelon",
            "percent",
            models.PositiveSmallIntegerField(
                verbose_name="vanzelf bij (% van de termijn)", null=True, blank=True
            ),
        ),
        migrations.AddField(
            "echelon",
            "unacknowledged_minutes",
            models.PositiveSmallIntegerField(
                verbose_name="vanzelf bij een niet opgepakte P1 (minuten)", null=True, blank=True
            ),
        ),
        migrations.RunSQL(START, migrations.RunSQL.noop),
    ]
