"""The complaint for all its doors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from complaints import actions
from complaints.forms import FORMS
from complaints.models import About, Complaint, Step
from complaints.queries import messages, rows
from desk.doors import Doors
from desk.models import PASSED, Event, User


def _name(event: Event, key: str) -> str:
    person = User.objects.filter(pk=event.data.get(key)).first()
    return str(person or _("Onbekend"))


STORY: dict[str, Any] = {
    "register": lambda event: _("heeft de klacht vastgelegd."),
    "assign": lambda event: _("heeft de klacht toegewezen aan %(name)s.") % {"name": _name(event, "assignee")},
    "reassign": lambda event: _("heeft de klacht toegewezen aan %(name)s.") % {"name": _name(event, "assignee")},
    "start": lambda event: _("heeft de klacht in behandeling genomen."),
    "involve": lambda event: _("heeft %(name)s erbij betrokken.") % {"name": _name(event, "manager")},
    "propose": lambda event: _("heeft een oplossing voorgesteld."),
    "accept_solution": lambda event: _("heeft de oplossing geaccepteerd."),
    "refuse_solution": lambda event: _("heeft de oplossing afgewezen."),
    "send_report": lambda event: _("heeft klachtrapport %(edition)s verstuurd.") % {"edition": event.data["edition"]},
    "accept_report": lambda event: _("heeft het klachtrapport geaccepteerd. De klacht is opgelost."),
    "refuse_report": lambda event: _("heeft het klachtrapport afgewezen."),
    "close": lambda event: _("heeft de klacht gesloten."),
    "withdraw": lambda event: _("heeft de klacht ingetrokken."),
    "relate": lambda event: _("heeft melding %(number)s erbij gezet.") % {"number": event.data["melding"]},
    "warn": lambda event: _("meldt dat %(percent)d %% van de streeftijd voor ‘%(step)s’ is verbruikt.") % {"percent": event.data["percent"], "step": Step(event.data["step"]).label},
    "breach": lambda event: _("meldt dat de streeftijd voor ‘%(step)s’ is verstreken.") % {"step": Step(event.data["step"]).label},
    "set_about": lambda event: _("heeft vastgelegd dat de klacht gaat over %(about)s.") % {"about": About(event.data["about"]).label},
}  # fmt: skip

DOORS = Doors(
    model=Complaint, actions=actions, rows=rows, forms=FORMS, story=STORY, messages=messages,
    told=frozenset(STORY) - {"relate", *PASSED},
)  # fmt: skip
