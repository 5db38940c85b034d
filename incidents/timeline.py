"""A Melding as one time line: what people wrote, and what happened, each step as a sentence with its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from desk.attachments import icon
from desk.doors import OF_ANY
from desk.models import Event, User
from desk.permissions import Role
from incidents.clocks import read
from incidents.models import Attachment, ChainRequest, Channel, Kind, Melding, Message, Reason, Via
from incidents.models.life import CONCERNS_CONTRACTANT
from incidents.times import amount, full
from sla.adapter import terms

SILENT = frozenset({"reply", "note"})  # their words stand in the time line themselves
STOPS = frozenset({"resolve", "available_again"})
OPENING = -1
NOBODY: Mapping[int, str] = {}


@dataclass(frozen=True)
class Names:
    """What the ids in the trail stand for: staff, other Meldingen, chain parties."""

    people: dict[int, str]
    meldingen: dict[int, str]
    parties: dict[int, str]


def mentioned(events: Iterable[Event]) -> tuple[set[int], set[int]]:
    """The ids of the people and of the other Meldingen that the trail speaks of."""
    people, meldingen = set(), set()
    for event in events:
        people.add(event.data.get("assignee"))
        meldingen |= {event.data.get(name) for name in ("into", "other", "merged")}
    return people - {None}, meldingen - {None}


def names_in(
    events: list[Event], user: User, people: Mapping[int, str] = NOBODY, meldingen: Iterable[Melding] = (),
    chain: Iterable[ChainRequest] = (),
) -> Names:  # fmt: skip
    """What the trail speaks of, by name, as far as `user` may see it; what is at hand (and seen) saves queries."""
    who, which = mentioned(events)
    known, numbers = dict(people), {one.pk: one.number for one in meldingen}
    if strangers := who - known.keys():
        known |= {one.pk: str(one) for one in User.objects.filter(pk__in=strangers)}
    if others := which - numbers.keys():
        seen = Melding.objects.visible_to(user).filter(pk__in=others)
        numbers |= dict(seen.values_list("pk", "number"))
    return Names(known, numbers, {request.pk: request.party for request in chain})


def news(melding: Melding, seen: int, user: User) -> list[dict[str, Any]]:
    """What others did to `melding` since the event with id `seen`, oldest first, each as a sentence with its actor."""
    events = list(melding.events().filter(pk__gt=seen).exclude(actor=user).select_related("actor"))
    names = names_in(events, user, chain=melding.chain_requests.all()) if events else Names({}, {}, {})
    said = {"reply": _("heeft geantwoord."), "note": _("heeft een notitie gemaakt.")}
    told = [(event, sentence(event, names) or said.get(event.verb, "")) for event in events]
    return [{"who": actor(event), "what": text, "at": event.at} for event, text in told if text]


def timeline(
    melding: Melding, events: list[Event], messages: Iterable[Message], names: Names, *, internal: bool
) -> list[dict[str, Any]]:
    """The entries for `components/entry.html`, oldest first.

    `events` with their actor, `messages` with author and attachments. `internal`: for colleagues, with the
    notes and every step; else only what concerns the contractant.
    """
    placed = [(melding.received_at, OPENING, 0, _opening(melding))]
    for message in messages:
        if internal or not message.is_internal:
            placed.append((message.at, 1, message.pk, _said(message)))
    told = steps(melding, events, names)
    placed += [
        (event.at, 0, event.pk, _step(event, text)) for event, text in told if internal or _concerns(event)
    ]
    first, *rest = placed
    return [entry for *_order, entry in [first, *sorted(rest, key=lambda item: item[:3])]]


def steps(melding: Melding, events: list[Event], names: Names) -> list[tuple[Event, str]]:
    """Each event that is worth a line, with the sentence that follows the name of who did it."""
    reading = read(melding, max((event.at for event in events), default=melding.received_at), events)
    told = []
    for place, event in enumerate(events):
        text = sentence(event, names, pauses=_pauses(melding, event))
        if not text:
            continue
        if event.at == reading.response.stopped_at and event.verb not in STOPS | {"cancel"}:
            text += " " + _verdict(_("Reactietijd"), reading.response.met, reading.response.elapsed)
        if event.verb in STOPS:
            clock = read(melding, event.at, events[: place + 1]).resolution
            text += " " + _verdict(_("Oplostijd"), clock.met, clock.elapsed)
        told.append((event, text.strip()))
    return told


def _verdict(name: str, met: bool | None, elapsed: int) -> str:
    if met is None:
        return ""
    text = _("%(clock)s gehaald in %(time)s.") if met else _("%(clock)s niet gehaald: %(time)s.")
    return text % {"clock": name, "time": amount(elapsed)}


def _pauses(melding: Melding, event: Event) -> bool:
    return terms(event.data.get("policy_version", melding.policy_version_id)).pauses_for_contractant


def _concerns(event: Event) -> bool:
    return event.verb in CONCERNS_CONTRACTANT


# --- Entries


def _opening(melding: Melding) -> dict[str, Any]:
    """What was reported, as the first words of the conversation."""
    author = melding.reporter or melding.get_channel_display()
    return {
        "id": "melding", "kind": "public", "at": melding.received_at, "author": author,
        "initials": initials(author), "role": str(melding.contractant or ""), "body": melding.description,
        "channel": melding.channel, "channel_label": melding.get_channel_display(),
        "attachments": [],
    }  # fmt: skip


def _said(message: Message) -> dict[str, Any]:
    author = str(message.author or message.author_name or _("Onbekend"))
    return {
        "id": message.pk, "kind": "internal" if message.is_internal else "public", "at": message.at,
        "author": author, "initials": initials(author), "role": _role(message), "body": message.body,
        "channel": message.channel, "channel_label": dict(Channel.choices).get(message.channel, ""),
        "attachments": files(message.attachments.all()),
    }  # fmt: skip


def _role(message: Message) -> str:
    """Whom the author speaks for, and where the words came from when they were moved here."""
    parts = []
    if message.author and message.author.role == Role.CONTACT:
        parts.append(str(message.author.contact.contractant))
    elif message.author:
        parts.append(str(message.author.get_role_display()))
    if message.origin:
        parts.append(_("uit %(number)s") % {"number": message.origin.number})
    return " · ".join(parts)


def files(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """For `components/attachments.html`."""
    return [
        {
            "name": file.name,
            "url": _file_url(file),
            "size": file.size,
            "kind": icon(file.content_type),
            "erased_at": file.erased_at,
            "unread": file.unread,
        }
        for file in attachments
    ]  # fmt: skip


def _file_url(file: Attachment) -> str:
    try:
        return reverse("incidents:attachment", args=[file.public_id])
    except NoReverseMatch:
        return ""


def _step(event: Event, text: str) -> dict[str, Any]:
    return {"id": f"step-{event.pk}", "kind": "step", "at": event.at, "author": actor(event), "body": text}


def actor(event: Event) -> str:
    return str(event.actor) if event.actor else _("Systeem")


def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


# --- Sentences: what follows the name of who did it


def sentence(event: Event, names: Names, *, pauses: bool = False) -> str:
    """What happened, in words; empty for what shows itself."""
    if event.verb in SILENT:
        return _merged(event, names)
    if event.verb in {"warn", "breach", "overdue"}:
        return _passed(event)
    teller = TELLERS.get(event.verb)
    if teller:
        return teller(event, names)
    if event.verb == "wait_for_contractant":
        fact = _("De klok staat stil volgens de afspraken.") if pauses else _("De klok loopt door.")
        return _("wacht op de contractant.") + " " + fact
    return {**OF_ANY, **PLAIN}.get(event.verb, lambda: event.verb)()


def _merged(event: Event, names: Names) -> str:
    if "merged" not in event.data:
        return ""
    return _("heeft %(number)s hierin samengevoegd.") % {
        "number": names.meldingen.get(event.data["merged"], "")
    }


def _passed(event: Event) -> str:
    clocks = {"response": _("de reactietijd"), "resolution": _("de oplostijd")}
    clock = clocks.get(event.data.get("clock", ""), "")
    if event.verb == "breach":
        return _("meldt dat %(clock)s is verstreken.") % {"clock": clock}
    return _("meldt dat %(percent)d %% van %(clock)s is verbruikt.") % {
        "percent": event.data.get("percent", 0), "clock": clock,
    }  # fmt: skip


def _registered(event: Event, names: Names) -> str:
    channel = Channel(event.data["channel"]).label if "channel" in event.data else ""
    text = _("heeft de melding vastgelegd (%(channel)s) met prioriteit %(priority)s.")
    return text % {"channel": channel, "priority": event.data.get("priority", "")}


def _picked_up(event: Event, names: Names) -> str:
    if event.data.get("contacted") and event.data.get("diagnosed"):
        return _("heeft opgepakt, contact gehad en de diagnose gestart.")
    if event.data.get("contacted"):
        return _("heeft opgepakt en contact gehad.")
    return (
        _("heeft opgepakt en de diagnose gestart.") if event.data.get("diagnosed") else _("heeft opgepakt.")
    )


def _assigned(event: Event, names: Names) -> str:
    who = names.people.get(event.data.get("assignee") or 0)
    return (
        _("heeft toegewezen aan %(name)s.") % {"name": who} if who else _("heeft de toewijzing weggehaald.")
    )


def _prioritised(event: Event, names: Names) -> str:
    text = _(
        "heeft de prioriteit gewijzigd van %(before)s naar %(after)s. Beide termijnen tellen opnieuw vanaf ontvangst."
    )
    return text % {"before": event.data.get("before"), "after": event.data.get("priority")}


def _completed(event: Event, names: Names) -> str:
    return _("heeft aangevuld: %(fields)s.") % {
        "fields": ", ".join(map(label_of, event.data.get("fields", [])))
    }


def label_of(name: str) -> str:
    """What a field of a Melding is called on screen."""
    return str(Melding._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _converted(event: Event, names: Names) -> str:
    text = _("heeft de soort gewijzigd van %(before)s naar %(after)s, met prioriteit %(priority)s.")
    before, after = (
        Kind(event.data[name]).label if name in event.data else "" for name in ("before", "kind")
    )
    return text % {"before": before, "after": after, "priority": event.data.get("priority")}


def _waits_for_chain(event: Event, names: Names) -> str:
    party = names.parties.get(event.data.get("chain_request") or 0, _("de keten"))
    return _("wacht op %(party)s. De klok loopt door.") % {"party": party}


def _resumed(event: Event, names: Names) -> str:
    if event.data.get("because") == "reply":
        return _("gaat verder: het antwoord van de melder is binnen.")
    return _("gaat verder met de behandeling.")


def _resolved(event: Event, names: Names) -> str:
    text = _("heeft opgelost met een workaround.") if event.data.get("workaround") else _("heeft opgelost.")
    if event.data.get("how") == "attempted":
        text += " " + _("De melder is niet bereikt; de poging is vastgelegd.")
    return text


def _agreed(event: Event, names: Names) -> str:
    due = datetime.fromisoformat(event.data["due"])
    return _("heeft als oplosdatum afgesproken: %(due)s.") % {"due": full(due)}


def _escalated(event: Event, names: Names) -> str:
    return _("heeft geëscaleerd (%(number)s): %(reason)s.") % {
        "number": event.data["escalation"], "reason": Reason(event.data["reason"]).label,
    }  # fmt: skip


def _new_expectation(event: Event, names: Names) -> str:
    expected = full(datetime.fromisoformat(event.data["expected_at"]))
    return _("meldt dat de oplostijd niet wordt gehaald. Nieuwe verwachting: %(at)s.") % {"at": expected}


def _unacknowledged(event: Event, names: Names) -> str:
    return _("meldt dat deze P1 na %(minutes)d minuten nog niet is opgepakt.") % {
        "minutes": event.data["percent"]
    }


def _availability(text: Callable[[], str]) -> Callable[[Event, Names], str]:
    def tell(event: Event, names: Names) -> str:
        asked = event.data.get("via") == Via.RECONCILE
        return text() + (" " + _("Dat bleek bij navraag bij Alertmanager.") if asked else "")

    return tell


def _left_out(event: Event, names: Names) -> str:
    text = _(
        "meldt dat de afzender %(left_out)d alarmen heeft weggelaten. Kijk daarvoor in Alertmanager zelf."
    )
    return text % {"left_out": event.data.get("left_out", 0)}


def _points(text: Callable[[], str], key: str) -> Callable[[Event, Names], str]:
    def tell(event: Event, names: Names) -> str:
        return text() % {"number": names.meldingen.get(event.data.get(key) or 0, "…")}

    return tell


TELLERS: dict[str, Callable[[Event, Names], str]] = {
    "register": _registered, "pick_up": _picked_up, "assign": _assigned, "set_priority": _prioritised,
    "complete": _completed, "convert": _converted, "wait_for_chain": _waits_for_chain, "resume": _resumed,
    "resolve": _resolved, "agree_date": _agreed, "escalate": _escalated, "cannot_meet": _new_expectation,
    "unacknowledged": _unacknowledged,
    "alarms_left_out": _left_out,
    "available_again": _availability(lambda: _("meldt dat de Dienst weer beschikbaar is.")),
    "unavailable_again": _availability(lambda: _("meldt dat de Dienst opnieuw niet beschikbaar is.")),
    "merge": _points(lambda: _("heeft samengevoegd met %(number)s."), "into"),
    "mark_duplicate": _points(lambda: _("heeft aangemerkt als dubbel van %(number)s."), "into"),
    "split": _points(lambda: _("heeft berichten afgesplitst naar %(number)s."), "into"),
    "follow_up": _points(lambda: _("heeft vervolgmelding %(number)s gemaakt."), "into"),
    "relate": _points(lambda: _("heeft een relatie gelegd met %(number)s."), "other"),
}  # fmt: skip
PLAIN: dict[str, Callable[[], str]] = {
    "contacted": lambda: _("heeft contact gehad met de melder."),
    "accept": lambda: _("heeft de oplossing geaccepteerd."),
    "close": lambda: _("heeft gesloten."),
    "reopen": lambda: _("heeft heropend. De oplostijd loopt verder waar zij stopte."),
    "cancel": lambda: _("heeft geannuleerd. De klokken tellen niet mee voor de norm."),
    "read_reaction": lambda: _("heeft de reactie na de oplossing afgehandeld."),
    "hand_over": lambda: _("heeft de telefonische overdracht vastgelegd."),
    "mail_rejected": lambda: _(
        "meldt dat een bericht niet aankomt: de mailbox weigert het. Bel de ontvanger."
    ),
    "apply_policy": lambda: _("heeft een andere versie van de afspraken toegepast."),
}
