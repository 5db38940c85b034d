"""What the notices about complaints are called, and what their texts may say; all of them are always sent (SLA 5)."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models import About, Step
from desk.notices import Kind, describe
from desk.notices.kinds import Words
from incidents import notice_kinds

GIVEN = (
    "name", "actor", "words", "assignee", "manager", "about", "due", "desk_link", "portal_link", "sender",
)  # fmt: skip


def words(context: Mapping[str, Any]) -> Words:
    """What a changed text may use, as flat text; a word without value is empty."""
    case = context["case"]
    given = {name: str(context.get(name) or "") for name in GIVEN}
    return {
        **given,
        "number": case.number,
        "subject": str(case.subject),
        "contractant": str(case.contractant),
    }


def sample(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up complaint."""
    made = notice_kinds.sample(turns | {"portal_link"})
    case = SimpleNamespace(
        number="K26-00002",
        subject=gettext("Wij wachten al drie weken op antwoord"),
        contractant=made["case"].contractant,
    )
    return {
        **made, "case": case, "words": made["message"], "assignee": "Fatma Yıldız", "manager": "Marieke van Dalen",
        "about": About.HANDLING.label, "due": gettext("donderdag 18 juni 2026") if "due" in turns else "",
        "desk_link": settings.SITE_URL + "/klachten/K26-00002/",
        "portal_link": settings.SITE_URL + "/portaal/klachten/K26-00002/",
    }  # fmt: skip


def words_of_step(context: Mapping[str, Any]) -> Words:
    """And what time ran out."""
    return {
        **words(context),
        **{name: str(context.get(name) or "") for name in ("step", "percent", "passed_at")},
    }


def sample_of_step(turns: frozenset[str]) -> dict[str, Any]:
    passed = {"step": str(Step.ANSWER.label), "percent": 75, "passed_at": gettext("dinsdag 16 juni, 14:05")}
    return {**sample(turns), **passed}


COMPLAINT = Kind("", "", sample=sample, words=words)
STEP = COMPLAINT.like("", "", sample=sample_of_step, words=words_of_step)
SAID = frozenset({"words"})
describe(
    COMPLAINT.like("complaint_received", _("Ontvangst van een klacht"), turns=("due",), receipt=True),
    COMPLAINT.like("complaint_assigned", _("Klacht toegewezen, aan de contactpersoon")),
    COMPLAINT.like("complaint_started", _("Klacht in behandeling"), turns=("due",)),
    COMPLAINT.like("complaint_involved", _("Servicelevelmanager betrokken bij een klacht")),
    COMPLAINT.like("complaint_proposed", _("Oplossing voor een klacht"), needs=SAID),
    COMPLAINT.like("complaint_report", _("Klachtrapport")),
    COMPLAINT.like("complaint_closed", _("Klacht gesloten")),
    COMPLAINT.like("complaint_about", _("Waar een klacht over gaat, gewijzigd")),
    COMPLAINT.like("complaint_replied", _("Bericht over een klacht"), needs=SAID),
    COMPLAINT.like("complaint_new", _("Nieuwe klacht, om toe te wijzen")),
    COMPLAINT.like("complaint_yours", _("Klacht om te behandelen"), turns=("due",)),
    COMPLAINT.like(
        "complaint_solution_accepted", _("Oplossing voor een klacht geaccepteerd"), turns=("due",)
    ),
    COMPLAINT.like("complaint_solution_refused", _("Oplossing voor een klacht afgewezen"), needs=SAID),
    COMPLAINT.like("complaint_report_accepted", _("Klachtrapport geaccepteerd")),
    COMPLAINT.like("complaint_report_refused", _("Klachtrapport afgewezen"), needs=SAID),
    COMPLAINT.like("complaint_to_close", _("Opgeloste klacht, om te sluiten")),
    COMPLAINT.like("complaint_withdrawn", _("Klacht ingetrokken")),
    STEP.like("complaint_warning", _("Klacht: de streeftijd loopt af"), turns=("due",)),
    STEP.like("complaint_breach", _("Klacht: de streeftijd is verstreken")),
    COMPLAINT.like("complaint_contact_replied", _("Reactie van de contactpersoon op een klacht"), needs=SAID),
)
