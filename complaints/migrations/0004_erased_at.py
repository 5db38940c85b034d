from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0003_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="complaintattachment",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="verwijderd op"),
        ),
    ]
