from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0013_restricted"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="verwijderd op"),
        ),
        migrations.AddField(
            model_name="webreportfile",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="verwijderd op"),
        ),
    ]
