from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Rapportage")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk import navigation
        from incidents.actions import structural
        from incidents.models.structural import Ground
        from reports.availability.quarters import below_three_quarters

        navigation.add(
            navigation.Place("availability", _("Beschikbaarheid"), "reports:availability", 26, daily=False),
            navigation.Beside(
                label=_("Niet-beschikbaarheid vastleggen"), start="reports:unavailability_new",
                verb="availability.record",
            ),
            navigation.Place("performance", _("Prestaties"), "reports:performance", 27, daily=False),
        )  # fmt: skip
        structural.FINDERS[Ground.AVAILABILITY] = below_three_quarters
