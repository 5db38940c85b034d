from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProblemsConfig(AppConfig):
    name = "problems"
    verbose_name = _("Problemen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk import navigation
        from desk.permissions import Role
        from problems import notice_kinds  # noqa: F401 - makes the kinds of notices known

        contacts = frozenset({Role.CONTACT})
        navigation.add(
            navigation.Place("problems", _("Problemen"), "problems:problems", 20),
            navigation.Place("trends", _("Trends"), "problems:trends", 25, daily=False),
            navigation.Place("known", _("Bekende problemen"), "problems:portal_known", 50, roles=contacts),
            navigation.Beside(panel="problems:known"),
            navigation.Beside(label=_("Probleem openen"), start="problems:new", verb="problem.open"),
            navigation.Beside(
                label=_("Koppelen aan een probleem"), ticked="problems:together", verb="problem.link"
            ),
            navigation.Beside(report="problems:portal_suggested"),
        )
