"""What both sides see of one complaint beside its conversation."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import queries
from complaints.models import Complaint, State
from desk import attachments
from incidents.times import full

ORDER = [
    ({State.REGISTERED, State.ASSIGNED}, gettext_lazy("Ontvangen")),
    ({State.IN_TREATMENT}, gettext_lazy("In behandeling")),
    ({State.PROPOSED}, gettext_lazy("Oplossing")),
    ({State.ACCEPTED, State.REPORTED}, gettext_lazy("Klachtrapport")),
    ({State.SOLVED}, gettext_lazy("Opgelost")),
    ({State.CLOSED}, gettext_lazy("Gesloten")),
]


def steps(case: Complaint) -> list[dict[str, Any]]:
    """How far it is, for `components/progress.html`; nothing where it was withdrawn."""
    if case.state == State.WITHDRAWN:
        return []
    place = next(place for place, (states, _name) in enumerate(ORDER) if case.state in states)
    return [
        {"label": name, "at": "", "done": index < place or case.state == State.CLOSED, "current": index == place}
        for index, (_states, name) in enumerate(ORDER)
    ]  # fmt: skip


def facts(case: Complaint, *, internal: bool) -> list[dict[str, Any]]:
    found = [
        (_("Gaat over"), case.get_about_display()),
        (_("Dienst"), str(case.service or "")),
        (_("Contractant"), str(case.contractant)),
        (_("Contactpersoon"), str(case.contact)),
        (_("Ontvangen"), full(case.received_at)),
        (_("Vastgelegd door"), str(case.registered_by) if internal else ""),
        (_("Verantwoordelijk"), str(case.assignee or "")),
        (_("Servicelevelmanager"), str(case.manager or "")),
        (_("Afgerond"), full(case.ended_at) if case.ended_at else ""),
    ]
    return [{"label": label, "value": value} for label, value in found if value]


def files(case: Complaint, user: Any) -> dict[int | None, list[dict[str, Any]]]:
    """By the id of the message that they came with; None: with the complaint itself."""
    found: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for one in queries.files(case, user):
        url = reverse("complaints:file", args=[one.public_id])
        kind = attachments.icon(one.content_type)
        shown = {
            "name": one.name, "url": url, "size": one.size, "kind": kind, "erased_at": one.erased_at, "unread": one.unread,
        }  # fmt: skip
        found[one.message_id].append(shown)
    return found


def shown_reports(case: Complaint) -> list[dict[str, Any]]:
    """Each edition with its parts and where its file is."""
    return [
        {
            "report": one, "url": reverse("complaints:report", args=[case.number, one.edition]),
            "parts": [{"label": name[:1].upper() + name[1:], "text": text} for name, text in one.parts],
        }
        for one in queries.reports(case)
    ]  # fmt: skip
