"""Where the trail stands in the menus."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from desk import navigation
from desk.navigation import Place
from desk.permissions import Role
from privacy.logbook.views import is_main


def add() -> None:
    officer, contacts = frozenset({Role.PRIVACY_OFFICER}), frozenset({Role.CONTACT})
    navigation.add(
        Place("logbook", _("Logboek"), "privacy:logbook", 90, roles=officer, daily=False),
        Place("portal_logbook", _("Inzage"), "privacy:portal_logbook", 90, roles=contacts, daily=False, only=is_main),
    )  # fmt: skip
