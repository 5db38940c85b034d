"""The security incident for all its doors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from contractants.models import Contractant
from desk.doors import Doors
from desk.models import Event, User
from privacy.breach import actions
from privacy.breach.forms import FORMS
from privacy.breach.queries import messages, rows
from privacy.models import BreachRisk, SecurityIncident


def _people(event: Event) -> str:
    names = User.objects.filter(pk__in=event.data.get("people", [])).order_by("name")
    return ", ".join(str(one) for one in names) or _("niemand")


def _contractant(event: Event) -> str:
    return str(Contractant.objects.filter(pk=event.data.get("contractant")).first() or _("Onbekend"))


def _risk(event: Event) -> str:
    return str(BreachRisk(event.data["risk"]).label)


STORY: dict[str, Any] = {
    "open": lambda event: _("heeft het beveiligingsincident geopend."),
    "assess": lambda event: _("heeft de toetsing ingevuld (versie %(edition)s).") % {"edition": event.data["edition"]},
    "confirm": lambda event: _("heeft vastgesteld dat het een datalek is (%(risk)s).") % {"risk": _risk(event)},
    "rule_out": lambda event: _("heeft vastgesteld dat het geen datalek is."),
    "reassess": lambda event: _("beoordeelt het incident opnieuw."),
    "draft": lambda event: _("heeft brieven opgesteld."),
    "write": lambda event: _("heeft een brief aangepast."),
    "approve": lambda event: _("heeft %(n)s brief(en) goedgekeurd en verstuurd.") % {"n": len(event.data["letters"])},
    "phone": lambda event: _("heeft %(contractant)s telefonisch geïnformeerd.") % {"contractant": _contractant(event)},
    "informed": lambda event: _("meldt dat elke verwerkingsverantwoordelijke is geïnformeerd."),
    "untold": lambda event: _("merkt dat een brief toch niet aankwam; er is weer iemand te informeren."),
    "mail_rejected": lambda event: _("meldt dat een brief niet aankomt."),
    "follow_up": lambda event: _("is begonnen met de opvolging."),
    "decide": lambda event: _("heeft het besluit van %(contractant)s vastgelegd.") % {"contractant": _contractant(event)},
    "plan": lambda event: _("heeft een actie toegevoegd."),
    "finish": lambda event: _("heeft een actie afgerond."),
    "close": lambda event: _("heeft het incident gesloten."),
    "let_in": lambda event: _("heeft toegang gegeven aan %(people)s.") % {"people": _people(event)},
    "shut_out": lambda event: _("heeft de toegang ingetrokken van %(people)s.") % {"people": _people(event)},
    "warn": lambda event: _("meldt dat %(percent)d %% van de 24 uur voorbij is.") % {"percent": event.data["percent"]},
    "breach": lambda event: _("meldt dat de 24 uur voorbij zijn."),
}  # fmt: skip

DOORS = Doors(
    model=SecurityIncident, actions=actions, rows=rows, forms=FORMS, story=STORY, messages=messages,
)  # fmt: skip
