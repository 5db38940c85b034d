"""Reading what was handed over and erased, and what stands in the way."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from contractants.models import Contractant
from desk.models import User
from privacy.handover import erasing, terms
from privacy.models import Erasure, Handover

SHOWN = 20
STAYS = [
    (_lazy("Incidenten, problemen en onderhoud van meer contractanten"),
     _lazy("Ze zijn van de Dienst. De koppeling vervalt, en namen en onderwerpen van deze contractant worden vervangen.")),
    (_lazy("Rapporten en trendcijfers over alle contractanten"),
     _lazy("Alleen de totalen blijven. Wat gewist is, wordt er niet meer mee vergeleken.")),
    (_lazy("Het logboek volgens NEN 7513"),
     _lazy("Het wordt vijf jaar bewaard en bevat geen inhoud.")),
    (_lazy("Het bewijs van wissen"),
     _lazy("Wie het plande en goedkeurde, wanneer, op grond waarvan en hoeveel; niet wat.")),
]  # fmt: skip


def contractants(user: User) -> QuerySet[Contractant]:
    """All of them, those whose contracts ended first."""
    found: Any = Contractant.objects.all()
    open_ended = Count("contracts", filter=Q(contracts__ends_on=None))
    rows: Any = found.visible_to(user).annotate(running=open_ended, ends_on=Max("contracts__ends_on"))
    ordered: QuerySet[Contractant] = rows.order_by("running", "ends_on", "name")
    return ordered


def handovers(user: User, contractant: Contractant | None = None) -> QuerySet[Handover]:
    found: Any = Handover.objects.all()
    rows: QuerySet[Handover] = found.visible_to(user).select_related("asked_by", "contractant")
    return rows.filter(contractant=contractant) if contractant else rows


def erasures() -> QuerySet[Erasure]:
    return Erasure.objects.select_related("contractant", "planned_by", "approved_by")


def days(contractant: Contractant, at: datetime) -> dict[str, Any]:
    """The days that its contracts come to, and what stands in the way of erasing it now."""
    until = terms.handed_until(contractant, at)
    return {
        "too_late": until is not None and terms.today(at) > until,
        "ended": terms.ended(contractant, at), "handed_until": terms.handed_until(contractant, at),
        "erased_from": terms.erased_from(contractant, at), "blocks": terms.blocks(contractant, at),
        "policies": terms.policies(contractant),
    }  # fmt: skip


def foretold(contractant: Contractant) -> dict[str, Any]:
    """What would go and what stays, by what it is called on screen."""
    return {"goes": named(erasing.what_goes(contractant)), "stays": STAYS}


def named(counts: dict[str, int]) -> list[tuple[str, int]]:
    """By what the kinds are called, the most first."""
    found: dict[str, int] = defaultdict(int)
    for place, number in counts.items():
        app, model, *field = place.split(".")
        name = str(apps.get_model(app, model)._meta.verbose_name_plural)
        found[_("%(kind)s, woorden vervangen") % {"kind": name} if field else name] += number
    return sorted(found.items(), key=lambda one: -one[1])
