"""The sub-processor for all its doors."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from desk.doors import Doors
from desk.models import Event, User
from privacy.models import Objection, Subprocessor
from privacy.subprocessors import actions
from privacy.subprocessors.forms import FORMS


def rows(user: User) -> QuerySet[Subprocessor]:
    return Subprocessor.objects.visible_to(user)


def _whose(event: Event) -> str:
    found = Objection.objects.select_related("contractant").filter(pk=event.data["objection"]).first()
    return str(found.contractant) if found else ""


STORY: dict[str, Any] = {
    "register": lambda event: _("heeft de subverwerker voorgesteld."),
    "make_known": lambda event: _("heeft de subverwerker aangekondigd."),
    "object_to": lambda event: _("heeft bezwaar gemaakt namens %(name)s.") % {"name": _whose(event)},
    "record_objection": lambda event: (
        _("heeft het bezwaar van %(name)s vastgelegd.") % {"name": _whose(event)}
    ),
    "answer": lambda event: _("heeft het bezwaar van %(name)s beantwoord.") % {"name": _whose(event)},
    "activate": lambda event: _("heeft vastgelegd dat de subverwerker in gebruik is."),
    "withdraw": lambda event: _("heeft de subverwerker ingetrokken."),
    "end": lambda event: _("heeft de subverwerker beëindigd."),
}

# Who objected is between that contractant and the supplier.
DOORS = Doors(
    model=Subprocessor, actions=actions, rows=rows, forms=FORMS, story=STORY,
    told=frozenset({"make_known", "activate", "withdraw", "end"}),
)  # fmt: skip
