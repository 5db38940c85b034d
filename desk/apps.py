from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Balie")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk import navigation, second_step, sessions  # noqa: F401 - they listen to people signing in
        from desk.audit import signing_in  # noqa: F401 - listens to Django
        from desk.permissions import Role

        readers = frozenset({Role.ADMINISTRATOR.value, Role.PRIVACY_OFFICER.value})
        navigation.add(navigation.Place("rights", _("Wie mag wat"), "rights", 95, readers, daily=False))
