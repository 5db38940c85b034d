"""Random histories of Meldingen, sensible ones and others: rows and events, past the actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from desk.models import Event
from domain.priority import IMPACTS, URGENCIES
from incidents.models import Kind, Melding, State
from tests.factories import MOMENT

NEXT = {
    "pick_up": 6, "contacted": 3, "reply": 3, "note": 2, "set_priority": 3, "convert": 2, "apply_policy": 1,
    "wait_for_contractant": 2, "resume": 2, "agree_date": 2, "resolve": 6, "reopen": 3, "available_again": 1,
    "unavailable_again": 1, "cancel": 1, "mark_duplicate": 1, "merge": 1, "close": 1, "warn": 1, "relate": 1,
}  # fmt: skip
VERDICTLESS = {"cancel": State.CANCELLED, "mark_duplicate": State.DUPLICATE, "merge": State.DUPLICATE}


def make(number: int, versions: list[int], seed: object, before: datetime = MOMENT) -> list[Melding]:
    """So many Meldingen under these versions, received in the three months before a moment."""
    rng = Random(str(seed))
    made = Melding.objects.bulk_create([_melding(n, versions, rng, before) for n in range(number)])
    trails = [event for melding in made for event in _trail(melding, versions, rng)]
    Event.objects.bulk_create(trails)
    Melding.objects.bulk_update(made, ["priority", "kind", "policy_version", "state"])
    return made


def _melding(n: int, versions: list[int], rng: Random, before: datetime) -> Melding:
    received = before - timedelta(microseconds=rng.randrange(90 * 86_400 * 10**6))
    return Melding(
        number=f"M26-{90_000 + n}", kind=rng.choice(Kind.values), channel="phone", subject="Toets", description="Toets",
        impact=rng.choice(["", *IMPACTS]), urgency=rng.choice(["", *URGENCIES]), priority=rng.randint(1, 4),
        policy_version_id=rng.choice(versions), missing=[],
        received_at=rng.choice([received, received.replace(microsecond=0), received.replace(minute=0, second=0, microsecond=0)]),
    )  # fmt: skip


def _trail(melding: Melding, versions: list[int], rng: Random) -> list[Event]:
    """What happens follows from chance; now and then two things happen at the same instant."""
    at = melding.received_at + rng.choice(
        [timedelta(), timedelta(seconds=rng.randint(1, 90_000)), -timedelta(minutes=2)]
    )
    first = {
        "kind": melding.kind, "priority": melding.priority, "policy_version": melding.policy_version_id,
        "contacted": rng.random() < 0.3,
    }  # fmt: skip
    told = [("register", at, first)]
    for verb in rng.choices(list(NEXT), list(NEXT.values()), k=rng.randint(0, 6)):
        at += rng.choice(
            [timedelta(), timedelta(minutes=rng.randint(1, 300)), timedelta(seconds=rng.randint(1, 10**6))]
        )
        told.append((verb, at, _facts(verb, at, melding, versions, rng)))
    if rng.random() < 0.15:  # in order, as most that are reopened
        for verb in ("resolve", "reopen", "resolve")[: rng.randint(2, 3)]:
            at += timedelta(seconds=rng.randint(1, 500_000), microseconds=rng.randint(0, 999_999))
            told.append((verb, at, {}))
    return [
        Event(case_type="melding", case_id=melding.pk, verb=verb, at=at, data=data) for verb, at, data in told
    ]


def _facts(verb: str, at: datetime, melding: Melding, versions: list[int], rng: Random) -> dict[str, Any]:
    match verb:
        case "set_priority":
            melding.priority = rng.randint(1, 4)
            return {"priority": melding.priority}
        case "convert":
            melding.kind = rng.choice(Kind.values)
            melding.priority = rng.choice([melding.priority, 4])
            return {"kind": melding.kind, "priority": melding.priority}
        case "apply_policy":
            melding.policy_version_id = rng.choice(versions)
            return {"policy_version": melding.policy_version_id, "priority": melding.priority}
        case "agree_date":
            return {"due": (at + timedelta(hours=rng.randint(1, 500))).isoformat()}
        case "cancel" | "mark_duplicate" | "merge":
            melding.__dict__["state"] = VERDICTLESS[verb]
        case "relate":
            return {"kind": "child", "other": 1}
        case "pick_up" | "resolve" | "reply":
            return {"contacted": rng.random() < 0.7, "diagnosed": rng.random() < 0.7}
        case "contacted" | "wait_for_contractant":
            return {"contacted": True}
    return {}
