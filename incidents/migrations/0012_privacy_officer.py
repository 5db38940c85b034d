"""The role of privacy officer, among those that can be chosen."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0011_norm_by_due"),
        ("sla", "0004_privacy_officer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="dutyturn",
            name="person",
            field=models.ForeignKey(
                limit_choices_to={
                    "is_active": True,
                    "role__in": [
                        "administrator",
                        "management",
                        "on_call",
                        "privacy_officer",
                        "product_manager",
                        "service_level_manager",
                        "support",
                    ],
                },
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="wie",
            ),
        ),
        migrations.AlterField(
            model_name="escalation",
            name="role",
            field=models.CharField(
                choices=[
                    ("support", "Supportafdeling"),
                    ("on_call", "Beschikbaarheidsdienst"),
                    ("product_manager", "Productmanager"),
                    ("service_level_manager", "Servicelevelmanager"),
                    ("management", "Directie"),
                    ("privacy_officer", "Privacy officer"),
                    ("administrator", "Beheerder"),
                    ("machine", "Systeem"),
                    ("contact", "Contactpersoon"),
                ],
                max_length=30,
                verbose_name="ligt bij",
            ),
        ),
        migrations.AlterField(
            model_name="shift",
            name="person",
            field=models.ForeignKey(
                limit_choices_to={
                    "is_active": True,
                    "role__in": [
                        "administrator",
                        "management",
                        "on_call",
                        "privacy_officer",
                        "product_manager",
                        "service_level_manager",
                        "support",
                    ],
                },
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shifts",
                to=settings.AUTH_USER_MODEL,
                verbose_name="wie",
            ),
        ),
    ]
