from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Meldingen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk import navigation
        from desk.permissions import VERBS
        from incidents import escalation_kinds, notice_kinds, structural_kinds  # noqa: F401 - makes the kinds of notices known

        may_reveal = frozenset(role for role, verbs in VERBS.items() if "quarantine.reveal" in verbs)
        navigation.add(
            navigation.Place("escalations", _("Escalaties"), "incidents:escalations", 10),
            navigation.Place(
                "quarantine", _("Quarantaine"), "incidents:quarantine", 220, roles=may_reveal, daily=False
            ),
            navigation.Beside(_("Tekst weghalen"), start="incidents:redact", verb="redact"),
            navigation.Place("duty", _("Dienstrooster"), "incidents:duties", 200, daily=False),
        )
