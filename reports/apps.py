from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Rapportage")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk import navigation

        navigation.add(
            navigation.Place("performance", _("Prestaties"), "reports:performance", 27, daily=False),
        )
