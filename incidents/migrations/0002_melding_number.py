from django.db import migrations


class Migration(migrations.Migration):
    """Numbers come from a sequence: unique whatever is registered at once; gaps are allowed."""

    dependencies = [("incidents", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE melding_number START 1", "DROP SEQUENCE melding_number"),
    ]
