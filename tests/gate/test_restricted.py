"""A Melding about a security incident: of what it holds nothing reaches a colleague who was not let in (SLA 7.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints import actions as complaints
from complaints.actions import Received
from desk.notices import deliver
from desk.permissions import Role
from domain.months import Month
from incidents import actions
from incidents.models import Attachment, Channel, Level, Melding, Urgency
from incidents.views.worklist import rows_for
from privacy.breach.actions import Suspicion, open_incident
from privacy.models import SecurityIncident
from reports.norm.sight import Sight
from tests import factories
from tests.factories import MOMENT
from tests.gate.addresses import Address, addresses
from tests.gate.test_gate import ask
from tests.gate.unpacked import readable

pytestmark = pytest.mark.django_db
MARK, WORD = "GEHEIM", "parelmoer"
LATER = MOMENT + timedelta(minutes=5)


@pytest.fixture
def restricted() -> Melding:
    """Told, escalated, complained about, mailed and then restricted."""
    cache.clear()
    owner, agent = factories.contact(user__name="Eigen contact"), factories.staff(name="Betrokken medewerker")
    given: dict[str, Any] = {
        "subject": f"{MARK} {WORD}",
        "description": f"{MARK} {WORD} lekt",
        "first_seen_action": f"{MARK} klik",
    }
    service = factories.ServiceFactory.create()
    melding = factories.registered(contact=owner, channel=Channel.PORTAL, service=service, impact=Level.LARGE, urgency=Urgency.HIGH, **given)  # fmt: skip
    actions.pick_up(melding, by=agent, at=LATER)
    upload = SimpleUploadedFile(f"{MARK}.txt", f"{MARK} inhoud".encode())
    actions.reply(melding, by=agent, at=LATER, body=f"{MARK} {WORD} antwoord", files=[upload])
    actions.note(melding, by=agent, at=LATER, body=f"{MARK} {WORD} notitie")
    actions.escalate(melding, by=owner.user, at=LATER, reason="content", words=f"{MARK} {WORD} escalatie")
    other = factories.registered(contact=owner, subject="Iets anders")
    actions.relate(melding, by=agent, at=LATER, other=other, kind="child")
    received = Received(
        contact=owner, about="handling", subject="Te traag", description="Te traag.", meldingen=[melding]
    )
    complaints.register(received, by=owner.user, at=LATER)
    deliver(datetime(2100, 1, 1, tzinfo=UTC))
    open_incident(
        Suspicion(f"{MARK} {WORD}", f"{MARK} {WORD}", "confidentiality", melding=melding), by=agent, at=LATER
    )
    deliver(datetime(2100, 1, 1, tzinfo=UTC))
    melding.refresh_from_db()
    return melding


def identity(melding: Melding) -> dict[str, Any]:
    return {
        "number": melding.number, "escalation": melding.escalations.get().number, "object_id": melding.pk,
        "public_id": Attachment.objects.get(melding=melding).public_id, "app_label": "incidents", "url": "meldingen",
        "security_incident": SecurityIncident.objects.get().number,
    }  # fmt: skip


# What can be asked of an address that takes a query: words, a list with everything, the list behind a number.
QUERIES: list[dict[str, str]] = [
    {"q": WORD, "search": WORD, "subject": f"{WORD} lekt escalatie antwoord", "caller": "Eigen"},
    {"view": "all", "month": "2026-06", "clock": "response", "priority": "1", "norm": "99.00", "part": "all"},
]  # fmt: skip


def leaks(client: Client, melding: Melding) -> list[str]:
    """Where what it holds comes out; the query that was typed does not count. Signing out would end the test."""
    values, found = identity(melding), []
    for address in (one for one in addresses() if "logout" not in one.name):
        for query in _asked(address, melding):
            answer = ask(client, "GET", address.filled(values), query)
            text = readable(answer.content)
            for typed in query.values():
                text = text.replace(typed, "")
            if MARK in text:
                found.append(f"{address.template} {query}: {answer.status_code}")
            if {"number", "escalation", "public_id"} & set(address.parts) and answer.status_code == 200:
                found.append(f"{address.template} answers")
    return found


def _asked(address: Address, melding: Melding) -> list[dict[str, str]]:
    """Lists of Beheer pass the same gate without a query as with one."""
    if address.parts or address.template.startswith("/beheer/"):
        return [{}]
    return [{}, *QUERIES, {"q": melding.number, "melding": melding.number}]


def test_sla_7_4_a_colleague_who_was_not_let_in_sees_nothing_of_it(
    client: Client, restricted: Melding
) -> None:
    """The administrator, who looks into everything else."""
    client.force_login(factories.staff(Role.ADMINISTRATOR, name="Buitenstaander"))
    assert leaks(client, restricted) == []


def test_the_norm_counts_it_and_its_list_says_no_more_than_its_number(
    client: Client, restricted: Melding
) -> None:
    agent, officer = factories.staff(), factories.staff(Role.PRIVACY_OFFICER)
    sight = Sight(Month(2026, 6))
    assert restricted in sight.rows(agent)
    (row,) = rows_for(agent, [restricted], LATER)
    assert (row["number"], row["url"], MARK in row["subject"]) == (restricted.number, "", False)
    (row,) = rows_for(officer, [restricted], LATER)
    assert MARK in row["subject"]
