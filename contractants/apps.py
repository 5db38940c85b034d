from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractantsConfig(AppConfig):
    name = "contractants"
    verbose_name = _("Contractanten")
    default_auto_field = "django.db.models.BigAutoField"
