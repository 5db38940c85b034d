import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_complaint_sweep_at")]

    operations = [
        migrations.AlterField(
            model_name="complaintattachment",
            name="report",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachment",
                to="complaints.complaintreport",
                verbose_name="klachtrapport",
            ),
        ),
        migrations.AddField(
            model_name="complaintattachment",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="complaints.complaintmessage",
                verbose_name="bijdrage",
            ),
        ),
    ]
