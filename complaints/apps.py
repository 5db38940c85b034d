from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Klachten")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from complaints import notice_kinds  # noqa: F401 - makes the kinds of notices known
        from desk import navigation
        from desk.permissions import Role

        navigation.add(
            navigation.Place("complaints", _("Klachten"), "complaints:complaints", 60),
            navigation.Place(
                "portal_complaints",
                _("Klachten"),
                "complaints:portal",
                60,
                roles=frozenset({Role.CONTACT}),
            ),
            navigation.Beside(panel="complaints:beside"),
            navigation.Beside(
                label=_("Klacht vastleggen"), start="complaints:new", verb="complaint.register"
            ),
        )
