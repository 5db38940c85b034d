"""What the notices about Changes and Releases are called, which of them somebody may do without, and what their texts
may say."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe
from desk.notices.kinds import Words, group, plain

SAID = frozenset({"message"})

group("releases", _("Releases van onze diensten"), staff=False)


def words(context: Mapping[str, Any]) -> Words:
    """The flat texts, and the number."""
    case = context["case"]
    return {**plain(context), "number": case.number}


def of_change(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up Change."""
    site = settings.SITE_URL
    given = {
        "case": SimpleNamespace(number="W26-00012"), "subject": gettext("Kleur van de agenda instellen"), "service": "Dienst MDO",
        "actor": "Sam de Vries", "contractant": gettext("Gezondheidscentrum Voorbeeld"),
        "message": gettext("Hier staat wat er is geschreven."), "release": "Dienst MDO 8.2",
        "day": gettext("dinsdag 1 september 2026"), "agreed": gettext("vrijdag 4 september 2026"),
        "response": gettext("vrijdag 19 juni, 10:00"), "note": gettext("De agenda heeft kleuren."),
        "desk_link": f"{site}/wijzigingen/W26-00012/", "portal_link": f"{site}/portaal/wijzigingen/W26-00012/",
    }  # fmt: skip
    return {name: value if name not in OPTIONAL or name in turns else "" for name, value in given.items()}


def of_response(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up Change to which nobody reacted."""
    return {**of_change(turns), "due": gettext("vrijdag 19 juni, 11:30"), "percent": 75}


OPTIONAL = frozenset({"message", "contractant", "day", "response"})


def of_release(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up Release."""
    given = {
        "case": SimpleNamespace(number="R26-00003"), "release": "Dienst MDO 8.2", "service": "Dienst MDO",
        "reason": gettext("CVE-2026-00001 in een bibliotheek."), "message": gettext("Hier staat wat er is geschreven."),
        "introduction": gettext("Deze release maakt de agenda overzichtelijker."),
        "supported": gettext("woensdag 30 augustus 2028"),
        "portal_link": f"{settings.SITE_URL}/portaal/releases/R26-00003/",
    }  # fmt: skip
    optional = {"introduction", "reason", "supported"}
    return {name: value if name not in optional or name in turns else "" for name, value in given.items()}


CHANGE = Kind("", "", turns=("message",), sample=of_change, words=words)
RELEASE = Kind("", "", sample=of_release, words=words)
STAFF = ("message", "contractant")
describe(
    CHANGE.like("change_received", _("Wijziging: ontvangstbevestiging"), receipt=True, turns=("response",)),
    CHANGE.like("change_honoured", _("Wijziging gehonoreerd")),
    CHANGE.like("change_rejected", _("Wijziging afgewezen"), needs=SAID),
    CHANGE.like("change_planned", _("Wijziging ingepland in een release"), turns=("day",)),
    CHANGE.like("change_agreed", _("Wijziging: datum afgesproken"), turns=()),
    CHANGE.like("change_released", _("Wijziging doorgevoerd"), turns=()),
    CHANGE.like("change_unplanned", _("Wijziging wacht op een andere release"), turns=()),
    CHANGE.like("change_cancelled", _("Wijziging geannuleerd"), needs=SAID),
    CHANGE.like("change_replied", _("Wijziging: bericht van de Supportafdeling"), needs=SAID),
    CHANGE.like("change_requested", _("Wijziging aangevraagd, aan de productmanager"), turns=("contractant",)),
    CHANGE.like("change_to_approve", _("Wijziging om goed te keuren"), turns=("contractant",)),
    CHANGE.like("change_approved", _("Wijziging door iedereen goedgekeurd"), turns=("contractant",)),
    CHANGE.like("change_withdrawn", _("Aanvraag van een wijziging ingetrokken"), turns=STAFF),
    CHANGE.like(
        "change_contact_replied", _("Wijziging: bericht van de contactpersoon"), needs=SAID, turns=STAFF
    ),
    CHANGE.like("change_warning", _("Wijziging: de reactietijd loopt af"), turns=("contractant",), sample=of_response),
    CHANGE.like("change_breach", _("Wijziging: de reactietijd is verstreken"), turns=("contractant",), sample=of_response),
    RELEASE.like("release_published", _("Release vrijgegeven"), group="releases",
                 turns=("introduction", "reason", "supported")),
    RELEASE.like("release_required", _("Release verplicht vanwege een CVE"), turns=("reason",), needs=frozenset({"reason"})),
    RELEASE.like("release_withdrawn", _("Release ingetrokken"), needs=SAID),
)  # fmt: skip
