from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]

    operations = [
        migrations.AddField("complaint", "sweep_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddIndex(
            "complaint",
            models.Index(
                fields=["sweep_at"],
                condition=models.Q(("sweep_at__isnull", False)),
                name="complaint_to_sweep",
            ),
        ),
        # The first sweep looks at each of which a step is timed, and finds its next threshold.
        migrations.RunSQL(
            "UPDATE complaints_complaint SET sweep_at = received_at WHERE due_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
