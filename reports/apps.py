from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Rapportage")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk import navigation
        from desk.permissions import Role
        from reports.monthly import notice_kinds  # noqa: F401 - makes the kinds of notices known

        contacts = frozenset({Role.CONTACT})
        navigation.add(
            navigation.Place("reports", _("Rapportage"), "reports:reports", 90, daily=False),
            navigation.Place("portal_reports", _("Rapporten"), "reports:portal", 70, roles=contacts),
        )
