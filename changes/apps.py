from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChangesConfig(AppConfig):
    name = "changes"
    verbose_name = _("Wijzigingen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from changes import maintenance_kinds, notice_kinds  # noqa: F401 - makes the kinds of notices known
        from changes.actions import maintenance  # noqa: F401 - listens to who is shut out
        from desk.navigation import Beside, Place, add
        from desk.permissions import Role

        contacts = frozenset({Role.CONTACT.value})
        add(
            Place("changes", _("Wijzigingen"), "changes:changes", 40),
            Place("releases", _("Releases"), "changes:releases", 50, daily=False),
            Place("maintenance", _("Onderhoud"), "changes:maintenances", 60),
            Place("changes", _("Wijzigingen"), "changes:portal_changes", 40, contacts),
            Place("releases", _("Releases"), "changes:portal_releases", 50, contacts),
            Place("maintenance", _("Gepland onderhoud"), "changes:portal_maintenance", 60, contacts),
            Beside(panel="changes:beside"),
            Beside(_("Wijziging hieruit maken"), start="changes:new", verb="change.register"),
            Beside(panel="changes:beside", of="problem"),
            Beside(_("Wijziging hieruit maken"), start="changes:new", verb="change.register", of="problem"),
        )
