from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractantsConfig(AppConfig):
    name = "contractants"
    verbose_name = _("Contractanten")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from contractants import notices  # noqa: F401 - makes the kinds of notices known
        from desk import navigation, sessions
        from desk.permissions import Role

        sessions.related.append("user__contact__contractant")

        navigation.add(
            navigation.Place(
                "portal_contacts",
                _("Contactpersonen"),
                "contractants:contacts",
                90,
                roles=frozenset({Role.CONTACT}),
            )
        )
