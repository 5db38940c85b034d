"""The Meldingen of one contractant in the order of its portal, and by receipt, straight from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_melding_number")]

    operations = [
        migrations.RemoveIndex("melding", "melding_of_contractant"),
        migrations.AddIndex(
            "melding",
            models.Index(fields=["contractant", "received_at", "id"], name="melding_of_contractant"),
        ),
        migrations.AddIndex(
            "melding",
            models.Index(fields=["contractant", "-is_open", "-received_at", "-id"], name="melding_in_portal"),
        ),
    ]
