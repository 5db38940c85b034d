from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("problems", "0002_trends")]

    operations = [
        migrations.AddField(
            "trendmonth", "erased", models.JSONField(default=dict, verbose_name="sindsdien gewist")
        ),
    ]
