"""Reading escalations: the lists of the echelons, and one with its own time line for both sides (SLA 4.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from desk.models import Event, User
from desk.paging import Key
from desk.permissions import Role
from incidents.models import Escalation, EscalationMessage, Melding, Reason
from incidents.models.escalation import UNDER_WAY
from incidents.timeline import actor, initials
from incidents.times import full

OLDEST = (Key("started_at"), Key("id"))
NEWEST = (Key("started_at", descending=True), Key("id", descending=True))
ECHELONS = [Role.SUPPORT, Role.ON_CALL, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT]
ROW = ("melding__contractant", "melding__policy_version__policy", "melding__service", "started_by")


def visible(user: User) -> QuerySet[Escalation]:
    rows: Any = Escalation.objects.all()
    found: QuerySet[Escalation] = rows.visible_to(user).select_related(*ROW)
    return found


def with_melding(user: User) -> QuerySet[Escalation]:
    """With what the page of one shows of its Melding."""
    return visible(user).select_related("melding__contact__user", "melding__assignee")


def lists(user: User) -> dict[str, int]:
    """How many lie with each role, that of `user` first, then from the lowest echelon up."""
    rows = visible(user).filter(state__in=UNDER_WAY).order_by().values_list("role").annotate(Count("pk"))
    counts = dict(rows)
    named = [role for role in ECHELONS if role in counts or role != Role.ON_CALL]
    return {role: counts.get(role, 0) for role in sorted(named, key=lambda role: role != user.role)}


def of_melding(melding: Melding) -> list[Escalation]:
    """Newest first, each with what its time line needs."""
    said = Prefetch("messages", EscalationMessage.objects.select_related("author__contact__contractant"))
    return list(
        Escalation.objects.filter(melding=melding)
        .select_related("started_by", "melding__policy_version").prefetch_related(said)
    )  # fmt: skip


def whole(escalation: Escalation, trail: list[Event] | None = None) -> dict[str, Any]:
    """An escalation as both sides read it: where it is on the ladder, and what happened and was said."""
    events = list(escalation.events().select_related("actor")) if trail is None else trail
    said = {one.pk: one for one in escalation.messages.all()}
    return {
        "escalation": escalation, "steps": ladder_of(escalation), "entries": list(_entries(events, said)),
        "with_whom": with_whom(escalation),
    }  # fmt: skip


def with_whom(escalation: Escalation) -> str:
    """The echelon that has it, and who faces it."""
    step = escalation.rung
    facing = step.counterpart if step else ""
    text = _("echelon %(level)d, %(role)s (bij de contractant: %(facing)s)")
    return text % {"level": escalation.level, "role": escalation.get_role_display(), "facing": facing}


def ladder_of(escalation: Escalation) -> list[dict[str, Any]]:
    return [
        {
            "label": Role(step.role).label, "at": step.counterpart, "done": step.level < escalation.level,
            "current": step.level == escalation.level,
        }
        for step in escalation.ladder
    ]  # fmt: skip


def _entries(events: list[Event], said: dict[int, EscalationMessage]) -> Any:
    for event in events:
        body = SENTENCES[event.verb](event)
        yield {"id": f"e{event.pk}", "kind": "step", "at": event.at, "author": actor(event), "body": body}
        if message := said.get(event.data.get("message", 0)):
            yield _said(message)


def _said(message: EscalationMessage) -> dict[str, Any]:
    author = str(message.author or message.author_name)
    return {
        "id": f"w{message.pk}", "kind": "public", "at": message.at, "author": author,
        "initials": initials(author), "role": _speaks_for(message.author), "body": message.body,
    }  # fmt: skip


def _speaks_for(author: User | None) -> str:
    if author is None:
        return ""
    return str(author.contact.contractant if author.role == Role.CONTACT else author.get_role_display())


# --- What follows the name of who did it


def _to(event: Event) -> str:
    where = {"level": event.data["level"], "role": Role(event.data["role"]).label}
    return _("echelon %(level)d, %(role)s") % where


def _why(event: Event) -> str:
    text = str(Reason(event.data["reason"]).label)
    if event.data.get("expected"):
        text += _(" (verwacht: P%(priority)d)") % {"priority": event.data["expected"]}
    if event.data.get("expected_at"):
        at = full(datetime.fromisoformat(event.data["expected_at"]))
        text += _(" (nieuwe verwachting: %(at)s)") % {"at": at}
    return text + _by_clock(event)


def _by_clock(event: Event) -> str:
    figure, clock = event.data.get("figure"), event.data.get("clock")
    texts = {
        "response": _(" (%(figure)d %% van de reactietijd verbruikt)"),
        "resolution": _(" (%(figure)d %% van de oplostijd verbruikt)"),
        "unacknowledged": _(" (na %(figure)d minuten)"),
    }
    return texts[clock] % {"figure": figure} if clock in texts else ""


def _answered(event: Event) -> str:
    if "after" not in event.data:
        return _("heeft geantwoord.")
    changed = {"before": event.data["before"], "after": event.data["after"]}
    return _("heeft geantwoord. De prioriteit gaat van %(before)d naar %(after)d.") % changed


SENTENCES: dict[str, Any] = {
    "start": lambda event: _("heeft geëscaleerd naar %(to)s: %(why)s.") % {"to": _to(event), "why": _why(event)},
    "join": lambda event: _("heeft een reden toegevoegd: %(why)s.") % {"why": _why(event)},
    "climb": lambda event: _("heeft doorgezet naar %(to)s: %(why)s.") % {"to": _to(event), "why": _why(event)},
    "pass_up": lambda event: _("heeft doorgezet naar %(to)s.") % {"to": _to(event)},
    "dispute": lambda event: _("is niet tevreden met het antwoord en escaleert verder naar %(to)s.") % {"to": _to(event)},
    "answer": _answered,
    "settle": lambda event: _("heeft de escalatie afgesloten."),
    "accept_answer": lambda event: _("is akkoord met het antwoord. De escalatie is afgesloten."),
    "withdraw": lambda event: _("heeft de escalatie ingetrokken."),
    "lapse": lambda event: _("heeft de escalatie afgesloten, omdat de melding is beëindigd."),
}  # fmt: skip
