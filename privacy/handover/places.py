"""Where handing over stands in the menus."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from desk import navigation
from desk.permissions import Role

OFFICERS = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})


def add() -> None:
    navigation.add(
        navigation.Place(
            "handover", _("Overdragen en wissen"), "privacy:handovers", 84, roles=OFFICERS, daily=False
        ),
    )
