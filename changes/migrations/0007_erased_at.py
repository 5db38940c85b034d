from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0006_privacy_officer"),
    ]

    operations = [
        migrations.AddField(
            model_name="releasedocument",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="verwijderd op"),
        ),
    ]
