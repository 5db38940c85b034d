"""Filling a database with Meldingen by the hundred thousand: past the actions, in the shape that they leave behind.

A desk that has just begun has most of its Meldingen open; one of years has closed nearly all. Pages show as many
rows in both, so that what is compared is the size of the desk and not the length of a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from contractants.models import Contact, Contractant, Service
from desk.models import User
from desk.permissions import Role
from incidents.actions.storing import index_ids
from incidents.demo.ordinary import FILL, stories
from incidents.models import Melding
from sla.actions import load_shipped
from sla.models import Contract, Policy, PolicyVersion

RARE, RARE_AMONG = "kwispelstaart", 3
COMMON = "Graag een snelle reactie."  # in every Melding
EVENTS = ("register", "pick_up", "reply", "wait_for_contractant", "resume", "resolve", "close")
OPEN_STATES = ("received", "in_progress", "in_progress", "waiting_contractant", "waiting_chain", "reopened")
MELDING = [
    "id",
    "number",
    "version",
    "state",
    "kind",
    "channel",
    "subject",
    "description",
    "contractant_id",
    "contact_id",
    "reporter_name",
    "reporter_email",
    "reporter_phone",
    "service_id",
    "service_unknown",
    "impact",
    "urgency",
    "priority",
    "breach_of_confidentiality",
    "breach_of_integrity",
    "first_seen_action",
    "reproducible",
    "images_masked",
    "goal",
    "examples",
    "missing",
    "assignee_id",
    "solution",
    "has_workaround",
    "chain_party",
    "received_at",
    "policy_version_id",
    "response_state",
    "response_due",
    "response_budget",
    "response_elapsed",
    "response_met",
    "resolution_state",
    "resolution_due",
    "resolution_budget",
    "resolution_elapsed",
    "resolution_met",
    "next_due_at",
    "warns_at",
]
EVENT = ["case_type", "case_id", "verb", "at", "actor_id", "source", "target", "data"]
MESSAGE = ["melding_id", "visibility", "channel", "author_id", "author_name", "verb", "body", "at"]


@dataclass(frozen=True)
class People:
    """Ids that the rows point to."""

    agents: list[int]
    contacts: list[tuple[int, int, int]]  # contact, contractant, user
    services: list[int]
    policy: int


def begin(now: datetime) -> tuple[User, Contact]:
    """The people and promises of a desk; returns an agent and a contact to look with."""
    load_shipped(at=now)
    agents = [
        User.objects.create_user(f"agent{n}@desk.example", name=f"Agent {n}", role=Role.SUPPORT)
        for n in range(8)
    ]
    services = [Service.objects.create(slug=f"dienst-{n}", name=f"Dienst {n}") for n in range(4)]
    policy = Policy.objects.get(is_default=True)
    for n in range(40):
        contractant = Contractant.objects.create(name=f"Ziekenhuis {n:02}", city="Oosterveen")
        user = User.objects.create_user(f"contact{n}@zorg{n}.example", name=f"Contact {n}", role=Role.CONTACT)
        Contact.objects.create(user=user, contractant=contractant, role=Contact.Role.MAIN)
        Contract.objects.bulk_create(
            Contract(contractant=contractant, service=service, policy=policy, starts_on=date(2024, 1, 1))
            for service in services
        )
    return agents[0], Contact.objects.earliest("pk")


def fill(first: int, last: int, *, open_share: float, own_share: float, days: int, now: datetime) -> None:
    """Add Meldingen `first`..`last`, received in the past `days`; `own_share` of them of the first contractant."""
    people, rng = _people(), Random(first)
    texts = [(story["subject"], story["text"], [step[1] for step in story["steps"]]) for story in stories()]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        for start in range(first, last + 1, 10_000):
            ids = range(start, min(start + 10_000, last + 1))
            made = [_melding(n, rng, people, texts, open_share, own_share, days, now) for n in ids]
            _copy(Melding._meta.db_table, MELDING, made)
            _copy("desk_event", EVENT, (event for row in made for event in _events(row, people)))
            _copy(
                "incidents_message",
                MESSAGE,
                (said for row in made for said in _messages(row, rng, people, texts)),
            )
            index_ids(list(ids))
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")


def _people() -> People:
    contacts = Contact.objects.order_by("pk").values_list("pk", "contractant", "user")
    agents = User.objects.filter(role=Role.SUPPORT).order_by("pk").values_list("pk", flat=True)
    services = Service.objects.order_by("pk").values_list("pk", flat=True)
    version = PolicyVersion.objects.get(policy__is_default=True)
    return People(list(agents), list(contacts), list(services), version.pk)


def _melding(
    n: int,
    rng: Random,
    people: People,
    texts: list[Any],
    open_share: float,
    own_share: float,
    days: int,
    now: datetime,
) -> dict[str, Any]:
    is_open = rng.random() < open_share
    age = timedelta(seconds=rng.uniform(0, (12 if is_open else days) * 86_400))
    received = (now - age).replace(microsecond=0)
    who = people.contacts[0] if rng.random() < own_share else rng.choice(people.contacts[1:])
    subject, text, _said = rng.choice(texts)
    priority = rng.choices((1, 2, 3, 4), (3, 20, 37, 40))[0]
    state = (
        rng.choice(OPEN_STATES)
        if is_open
        else rng.choices(("closed", "resolved", "cancelled"), (95, 3, 2))[0]
    )
    due = received + timedelta(days=(1, 2, 15, 20)[priority - 1])
    clock = "running" if is_open else "stopped"
    return {
        "id": n, "number": f"M{received:%y}-{n:05}", "version": 3, "state": state, "kind": "incident",
        "channel": rng.choice(("portal", "phone", "email", "web")), "subject": _words(subject, rng)[:200],
        "description": " ".join([_words(text, rng), COMMON, RARE if n <= RARE_AMONG else ""]),
        "contact_id": who[0], "contractant_id": who[1], "reporter_name": "", "reporter_email": "",
        "reporter_phone": "", "service_id": rng.choice(people.services), "service_unknown": False,
        "impact": "medium", "urgency": "medium", "priority": priority, "breach_of_confidentiality": False,
        "breach_of_integrity": False, "first_seen_action": "", "reproducible": "yes", "images_masked": False,
        "goal": "", "examples": "", "missing": [], "assignee_id": None if state == "received" else rng.choice(people.agents),
        "solution": "" if is_open else "Opgelost na herstart.", "has_workaround": False, "chain_party": "",
        "received_at": received, "policy_version_id": people.policy, "response_state": "stopped",
        "response_due": None, "response_budget": 14_400, "response_elapsed": 3_000, "response_met": True,
        "resolution_state": clock, "resolution_due": due if is_open else None, "resolution_budget": 57_600,
        "resolution_elapsed": 20_000, "resolution_met": None if is_open else rng.random() < 0.93,
        "next_due_at": due if is_open else None, "warns_at": due - timedelta(hours=8) if is_open else None,
    }  # fmt: skip


def _words(text: str, rng: Random) -> str:
    for name, words in FILL.items():
        text = text.replace("{" + name + "}", rng.choice(words))
    return text


def _events(row: dict[str, Any], people: People) -> Iterator[dict[str, Any]]:
    verbs = EVENTS if row["next_due_at"] is None else EVENTS[: 1 if row["state"] == "received" else 5]
    for step, verb in enumerate(verbs):
        data = {"priority": row["priority"], "policy_version": people.policy} if verb == "register" else {}
        yield {
            "case_type": "melding", "case_id": row["id"], "verb": verb, "source": "", "target": row["state"],
            "at": row["received_at"] + timedelta(hours=step), "actor_id": row["assignee_id"],
            "data": json.dumps({**data, "version": step + 1, "contacted": True, "diagnosed": step > 0}),
        }  # fmt: skip


def _messages(row: dict[str, Any], rng: Random, people: People, texts: list[Any]) -> Iterator[dict[str, Any]]:
    said = rng.choice(texts)[2]
    # The first Melding has the long conversation that the page of a Melding is measured with.
    for step, text in enumerate(said * 20 if row["id"] == 1 else said[:4]):
        yield {
            "melding_id": row["id"], "visibility": "internal" if step % 3 == 0 else "public", "channel": "",
            "author_id": rng.choice(people.agents), "author_name": "Agent", "verb": "reply",
            "body": _words(text, rng), "at": row["received_at"] + timedelta(hours=step + 1),
        }  # fmt: skip


def _copy(table: str, columns: list[str], rows: Iterable[dict[str, Any]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([row[name] for name in columns])
