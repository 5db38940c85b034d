"""Care data in good hands: security incidents and breaches, retention, hand-over, registers."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy en beveiliging")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from desk import lawful, navigation
        from desk.permissions import STAFF, Role
        from privacy.breach import places
        from privacy.handover import places as of_handing_over
        from privacy.handover import withdrawing
        from privacy.logbook import places as of_logbook
        from privacy.requests import notice_kinds as _of_requests  # noqa: F401 - the same
        from privacy.retention import holds
        from privacy.retention import notice_kinds as _of_retention  # noqa: F401 - makes the kinds of notices known
        from privacy.subprocessors import notice_kinds as _of_subprocessors  # noqa: F401 - the same

        places.add()
        of_handing_over.add()
        of_logbook.add()
        lawful.HOLDS.append(holds.keeps)
        lawful.COPIES.append(withdrawing.withdraw)
        officer = frozenset({Role.PRIVACY_OFFICER})
        navigation.add(
            navigation.Place("privacy", _("Privacy"), "privacy:index", 80, roles=officer, home_of=officer),
            navigation.Place(
                "privacy", _("Verzoeken"), "privacy:requests", 80, roles=STAFF - officer, daily=False
            ),
            navigation.Place(
                "portal_privacy", _("Privacy"), "privacy:portal", 80, roles=frozenset({Role.CONTACT})
            ),
            navigation.Beside(panel="privacy:hold_beside"),
            navigation.Beside(label=_("Vasthouden"), start="privacy:holds", verb="privacy.hold"),
        )
        post_migrate.connect(ship, sender=self)


def ship(**_given: Any) -> None:
    """What a desk starts with, once its tables are there and where nothing was shipped yet. Migrating up to some step, or
    back, ends here too, without them."""
    from django.db import connection
    from django.utils import timezone

    from privacy.models import EntryVersion, Measure, Processing, RetentionRule
    from privacy.registers import keeping
    from privacy.retention import rules

    needed = {model._meta.db_table for model in (EntryVersion, Measure, Processing, RetentionRule)}
    if not needed <= set(connection.introspection.table_names()):
        return
    rules.load()
    keeping.load(timezone.now())
