"""Onderhoud at all its doors."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from changes.actions import maintenance as actions
from changes.forms_maintenance import FORMS
from changes.models import Maintenance
from changes.models.maintenance import CONCERNS_CONTRACTANT
from desk.doors import Doors
from desk.models import Event, User


def rows(user: User) -> QuerySet[Maintenance]:
    """What `user` may see, with what pages and the API show."""
    visible: QuerySet[Maintenance] = Maintenance.objects.all().visible_to(user).whole()
    return visible


def _pushed(event: Event) -> str:
    return _("heeft dit opzijgezet voor %(number)s: dat gaat voor.") % {"number": event.data["for"]}


DOORS: Doors[Maintenance] = Doors(
    model=Maintenance, actions=actions, rows=rows, forms=FORMS,
    story={
        "draft": lambda event: _("heeft dit opgesteld."),
        "revise": lambda event: _("heeft het concept gewijzigd."),
        "plan": lambda event: _("heeft dit gepland."),
        "publish": lambda event: _("heeft dit aangekondigd aan de contractanten."),
        "move": lambda event: _("heeft dit verplaatst."),
        "replan": lambda event: _("heeft een nieuwe datum gekozen."),
        "start": lambda event: _("is begonnen."),
        "finish": lambda event: _("heeft dit gereed gemeld."),
        "cancel": lambda event: _("heeft dit laten vervallen."),
        "push_aside": _pushed,
    },
    messages=lambda case: case.messages.select_related("author__contact__contractant"),
    told=CONCERNS_CONTRACTANT,
)  # fmt: skip
