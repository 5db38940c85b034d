from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Rapportage")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk import navigation
        from desk.permissions import MANAGERS
        from reports.verifying import notice_kinds  # noqa: F401 - makes the kinds of notices known

        navigation.add(
            navigation.Place("what_if", _("Wat als"), "reports:what_ifs", 93, roles=MANAGERS, daily=False),
            navigation.Place(
                "verify", _("Controle"), "reports:verifications", 97, roles=MANAGERS, daily=False
            ),
            navigation.Beside(
                label=_("Wat als deze versie had gegolden?"),
                start="reports:what_ifs",
                verb="report.what_if",
                of="policy_version",
            ),
        )
