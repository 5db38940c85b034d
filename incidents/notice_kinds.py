"""What the notices about a Melding are called, which of them somebody may do without, and what their texts may say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe
from desk.notices.kinds import Words, group
from incidents.models import Kind as MeldingKind

NEEDS_WORDS = frozenset({"message"})
FOLLOW = ("portal_link",)

group("progress", _("Voortgang: een andere soort, samengevoegd of gesloten"), staff=False)
group("own_work", _("Aan mij toegewezen, of mijn oplossing geaccepteerd"), staff=True)
group("replies", _("Een reactie op mijn melding, of mijn melding heropend"), staff=True)
group("monitoring", _("Monitoring ziet de Dienst weer werken"), staff=True)


def words(context: Mapping[str, Any]) -> Words:
    """What a changed text may use, as flat text; a word without value is empty."""
    case, event = context["case"], context["event"]
    data = event.data if event else {}
    given: dict[str, Any] = {
        name: context.get(name)
        for name in (
            "name",
            "message",
            "actor",
            "desk_link",
            "portal_link",
            "other",
            "sender",
            "unreachable",
            "phone",
        )
    }
    return {name: str(value or "") for name, value in {
        **given, "number": case.number, "subject": case.subject, "kind": case.get_kind_display(),
        "priority": case.priority, "priority_before": data.get("before"), "service": case.service,
        "contractant": case.contractant, "percent": data.get("percent"),
        "expected": _moment(case.expected_at), "received_on": _day(case.received_at), "received_at": _time(case.received_at),
        "happened": _moment(event.at if event else None), "happened_at": _time(event.at if event else None),
        "times": render_to_string("notices/_times.txt", dict(context)).strip(),
        "times_short": render_to_string("notices/_times.txt", {**context, "short": True}).strip(),
        "phone_lines": render_to_string("notices/_phone.txt", dict(context)).strip(),
        "workaround": gettext("ja") if data.get("workaround") else "",
        "response": gettext("ja") if data.get("clock") == "response" else "",
        "handover": gettext("ja") if case.needs_handover else "", "open": gettext("ja") if case.is_open else "",
    }.items()}  # fmt: skip


def _day(at: datetime | None) -> str:
    return date_format(localtime(at), "l j F Y") if at else ""


def _time(at: datetime | None) -> str:
    return date_format(localtime(at), "H:i") if at else ""


def _moment(at: datetime | None) -> str:
    return date_format(localtime(at), "l j F, H:i") if at else ""


def sample(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up Melding and event; the `turns` of a kind say which of its variants."""
    at, due = datetime(2026, 6, 16, 7, 42, tzinfo=UTC), datetime(2026, 6, 17, 11, 15, tzinfo=UTC)
    case = SimpleNamespace(
        number="M26-00864", subject=gettext("Verslag ontbreekt na het overleg"), priority=2, service="Dienst MDO",
        get_kind_display=lambda: MeldingKind.CHANGE.label, contractant=gettext("Gezondheidscentrum Voorbeeld"),
        received_at=at, response_state="running", response_due=at.replace(hour=8), resolution_state="running",
        resolution_due=due, expected_at=due.replace(day=19), is_open="open" in turns, needs_handover="handover" in turns,
    )  # fmt: skip
    event = SimpleNamespace(at=at.replace(hour=12, minute=5), data={
        "before": 4, "priority": 2, "percent": 75, "workaround": "workaround" in turns,
        "clock": "response" if "response" in turns else "resolution",
    })  # fmt: skip
    links = {"desk_link": settings.SITE_URL + "/meldingen/M26-00864/"}
    if "portal_link" in turns:
        links["portal_link"] = settings.SITE_URL + "/portaal/M26-00864/"
    return {
        **links, "case": case, "event": event, "name": "Noor Verhagen", "actor": "Sam de Vries",
        "message": gettext("Hier staat wat er is geschreven."), "other": "M26-00777" if "other" in turns else "",
        "sender": gettext("Supportafdeling"), "unreachable": "Kim Jansen <kim@zorg.example>", "phone": "030 555 01 23",
        "phone_lines": [{"label": gettext("Supportafdeling"), "number": "0800 0123", "hours": gettext("Werkdagen 09:00-17:00")}],
    }  # fmt: skip


MELDING = Kind("", "", sample=sample, words=words)
describe(
    MELDING.like("melding_received", _("Ontvangstbevestiging"), turns=(*FOLLOW, "handover"), receipt=True),
    MELDING.like("melding_question", _("Vraag aan de melder"), needs=NEEDS_WORDS, turns=FOLLOW),
    MELDING.like("melding_replied", _("Antwoord van de Supportafdeling"), needs=NEEDS_WORDS, turns=FOLLOW),
    MELDING.like("melding_resolved", _("Oplossing"), needs=NEEDS_WORDS, turns=("workaround", *FOLLOW)),
    MELDING.like("melding_cancelled", _("Niet verder behandeld"), needs=NEEDS_WORDS),
    MELDING.like("melding_priority", _("Prioriteit gewijzigd"), turns=("open", *FOLLOW)),
    MELDING.like("melding_agreed", _("Afgesproken datum"), turns=FOLLOW),
    MELDING.like("melding_cannot_meet", _("Termijn niet haalbaar"), needs=NEEDS_WORDS, turns=FOLLOW),
    MELDING.like("melding_converted", _("Soort gewijzigd"), group="progress", turns=("open", *FOLLOW)),
    MELDING.like("melding_merged", _("Samengevoegd"), group="progress", turns=("other", *FOLLOW)),
    MELDING.like("melding_closed", _("Gesloten"), group="progress", turns=FOLLOW),
    MELDING.like("p1_found", _("Storing met prioriteit 1, door ons gezien")),
    MELDING.like("melding_assigned", _("Toegewezen"), group="own_work"),
    MELDING.like("melding_accepted", _("Oplossing geaccepteerd"), group="own_work"),
    MELDING.like("melding_contact_replied", _("Reactie van de melder"), group="replies"),
    MELDING.like("melding_reopened", _("Heropend"), group="replies"),
    MELDING.like("melding_available_again", _("Weer beschikbaar"), group="monitoring"),
    MELDING.like("melding_warning", _("Waarschuwing over een termijn"), turns=("response",)),
    MELDING.like("melding_breach", _("Termijn verstreken"), turns=("response",)),
    MELDING.like("p1_duty", _("Prioriteit 1 voor wie dienst heeft"), turns=("handover",)),
    Kind(
        "warnings",
        _("Waarschuwingen over termijnen, bijeen"),
        needs=frozenset({"lines"}),
        turns=("late",),
        sample=lambda turns: {"lines": "M26-00864 · P2", "count": 2, "late": 1 if "late" in turns else ""},
    ),
    MELDING.like("melding_unreachable", _("Ontvanger is per mail niet te bereiken")),
)
