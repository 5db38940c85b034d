"""The moment by which each clock of a Melding counts for the norm of a month, and indexes that count a month alone.

A deadline that runs is that moment. What stopped or paused is derived from its events by the next sweep.
"""

from django.db import migrations, models

FILL = """
UPDATE incidents_melding SET
    response_counts_at = CASE WHEN response_state = 'running' THEN response_due END,
    resolution_counts_at = CASE WHEN resolution_state = 'running' THEN resolution_due END,
    sweep_at = CASE WHEN response_due IS NULL OR resolution_due IS NULL THEN LEAST(sweep_at, now()) ELSE sweep_at END
"""


def _index(clock: str) -> models.Index:
    return models.Index(
        fields=[f"{clock}_counts_at", "id"],
        include=["priority", "policy_version", f"{clock}_state", f"{clock}_met", "state", "service", "contractant"],
        condition=models.Q(kind="incident"),
        name=f"melding_{clock}_norm",
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("incidents", "0010_availability")]

    operations = [
        *(
            migrations.AddField(
                "melding", f"{clock}_counts_at", models.DateTimeField(editable=False, null=True)
            )
            for clock in ("response", "resolution")
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        *(migrations.AddIndex("melding", _index(clock)) for clock in ("response", "resolution")),
    ]
