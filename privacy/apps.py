from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy en beveiliging")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from privacy.breach import places

        places.add()
