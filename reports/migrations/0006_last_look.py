from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_whatif_attempts")]

    operations = [
        migrations.AddField(
            "reportlook", "is_last", models.BooleanField(default=False, verbose_name="gegevens gewist")
        ),
    ]
