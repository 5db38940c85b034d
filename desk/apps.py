from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Balie")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk.audit import signing_in  # noqa: F401 - listens to Django
