from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0003_maintenance")]

    operations = [
        migrations.AddField("change", "sweep_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddIndex(
            "change",
            models.Index(
                fields=["sweep_at"], condition=models.Q(("sweep_at__isnull", False)), name="change_to_sweep"
            ),
        ),
        # The first sweep looks at each that waits for a reaction, and finds its next threshold.
        migrations.RunSQL(
            "UPDATE changes_change SET sweep_at = requested_at"
            " WHERE response_due IS NOT NULL AND responded_at IS NULL AND ended_at IS NULL",
            migrations.RunSQL.noop,
        ),
    ]
