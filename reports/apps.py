from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Rapportage")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk import navigation
        from desk.permissions import MANAGERS, STAFF, Role
        from incidents.actions import structural
        from incidents.models.structural import Ground
        from reports.availability.quarters import below_three_quarters
        from reports.monthly import notice_kinds as _of_reports  # noqa: F401 - makes the kinds of notices known
        from reports.verifying import notice_kinds as _of_verify  # noqa: F401 - the same

        contacts = frozenset({Role.CONTACT})
        managers = frozenset({Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT})
        navigation.add(
            navigation.Place(
                "dashboard", _("Dashboard"), "reports:dashboard", 5, roles=managers, home_of=managers
            ),
            navigation.Place(
                "dashboard", _("Dashboard"), "reports:dashboard", 5, roles=STAFF - managers, daily=False
            ),
            navigation.Place("availability", _("Beschikbaarheid"), "reports:availability", 26, daily=False),
            navigation.Beside(
                label=_("Niet-beschikbaarheid vastleggen"), start="reports:unavailability_new",
                verb="availability.record",
            ),
            navigation.Place("performance", _("Prestaties"), "reports:performance", 27, daily=False),
            navigation.Place("reports", _("Rapporten"), "reports:reports", 28, daily=False),
            navigation.Place("what_if", _("Wat als"), "reports:what_ifs", 93, roles=MANAGERS, daily=False),
            navigation.Place(
                "verify", _("Controle"), "reports:verifications", 97, roles=MANAGERS, daily=False
            ),
            navigation.Beside(
                label=_("Wat als deze versie had gegolden?"), start="reports:what_ifs", verb="report.what_if",
                of="policy_version",
            ),
            navigation.Place("portal_reports", _("Rapporten"), "reports:portal", 70, roles=contacts),
        )  # fmt: skip
        structural.FINDERS[Ground.AVAILABILITY] = below_three_quarters
