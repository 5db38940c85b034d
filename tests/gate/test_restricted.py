"""A Melding about a security incident: of what it holds nothing reaches whoever was not let in (SLA 7.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from complaints import actions as complaints
from complaints.actions import Received
from contractants.models import Contact
from desk.mail import intake
from desk.models import ApiToken, Event, InboundMail, Notice, User, WebhookDelivery, WebhookEndpoint
from desk.notices import deliver
from desk.permissions import SEES_RESTRICTED, STAFF, Role
from domain.months import Month
from incidents import actions
from incidents.actions import mail
from incidents.actions.monitoring import TRIGGER, MonitoringEvent, take, take_event
from incidents.models import (
    Alert,
    AlertGroup,
    Attachment,
    Channel,
    Escalation,
    Level,
    Melding,
    RawEvent,
    Urgency,
    WebReport,
)  # fmt: skip
from incidents.views.worklist import rows_for
from privacy.breach.actions import Suspicion, open_incident
from privacy.models import SecurityIncident
from reports.norm.sight import Sight
from tests import factories
from tests.factories import MOMENT
from tests.gate.addresses import Address, addresses
from tests.gate.test_gate import Answer, ask
from tests.gate.unpacked import readable
from tests.mail.shapes import lines
from tests.problems.conftest import opened

pytestmark = pytest.mark.django_db
MARK, WORD = "GEHEIM", "parelmoer"
LATER = MOMENT + timedelta(minutes=5)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
TEXT = f"{MARK} {WORD}"


@dataclass
class Scene:
    """Told, escalated, complained about, mailed, with duplicates of every origin, then restricted, then split."""

    owner: Contact
    agent: User
    melding: Melding
    other: Melding  # open, and related to it
    part: Melding
    copies: list[Melding]

    @property
    def closed(self) -> list[Melding]:
        return [self.melding, self.part, *self.copies]


@pytest.fixture
def scene() -> Scene:
    cache.clear()
    owner, agent = factories.contact(user__name="Eigen contact"), factories.staff(name="Betrokken medewerker")
    WebhookEndpoint.objects.create(name="Algemeen", url="https://hoort.example/alles")
    service = factories.ServiceFactory.create()
    melding = factories.registered(
        contact=owner, channel=Channel.PORTAL, service=service, impact=Level.LARGE, urgency=Urgency.HIGH, subject=TEXT,
        description=f"{TEXT} lekt", first_seen_action=f"{MARK} klik",
    )  # fmt: skip
    actions.pick_up(melding, by=agent, at=LATER)
    upload = SimpleUploadedFile(f"{MARK}.txt", f"{MARK} inhoud".encode())
    actions.reply(melding, by=agent, at=LATER, body=f"{TEXT} antwoord", files=[upload])
    apart = actions.note(melding, by=agent, at=LATER, body=f"{TEXT} notitie")
    actions.escalate(melding, by=owner.user, at=LATER, reason="content", words=f"{TEXT} escalatie")
    other = factories.registered(contact=owner, subject="Iets anders")
    actions.relate(melding, by=agent, at=LATER, other=other, kind="child")
    received = Received(
        contact=owner, about="handling", subject="Te traag", description="Te traag.", meldingen=[melding]
    )
    complaints.register(received, by=owner.user, at=LATER)
    copies = list(duplicates(melding, owner, agent))
    actions.relate(other, by=agent, at=LATER, other=copies[0], kind="follow_up")
    deliver(FAR)
    open_incident(Suspicion(TEXT, TEXT, "confidentiality", melding=melding), by=agent, at=LATER)
    deliver(FAR)
    melding.refresh_from_db()
    part = actions.split(melding, by=agent, at=LATER, messages=[apart.pk], subject=TEXT)
    return Scene(owner, agent, melding, other, part, copies)


def duplicates(melding: Melding, owner: Contact, agent: User) -> Iterator[Melding]:
    """One by the public form and one by mail; by monitoring one alarm alone, and two in one delivery."""
    made = factories.report(
        channel=Channel.WEB, subject=TEXT, description=TEXT, reporter_email=owner.user.email
    )
    form = actions.confirm(actions.submit(made, at=LATER), by=None, at=LATER)
    actions.merge(form, by=agent, at=LATER, into=melding)
    raw = lines("mail", owner.user.email, subject=TEXT, body=TEXT)
    row = intake.process(intake.keep(raw, mailbox="desk", at=LATER), at=LATER, handle=mail.take)
    machine = factories.machine()
    alarms = [MonitoringEvent(TRIGGER, f"{MARK}-{n}", summary=f"{TEXT} {n}") for n in range(3)]
    _raw, alone = take_event(alarms[0], raw=TEXT, by=machine, at=LATER)
    _raw, together = take(alarms[1:], raw=TEXT, by=machine, at=LATER)
    assert alone
    given = {"key": TEXT, "source": machine, "opened_at": LATER, "last_at": LATER}
    AlertGroup.objects.create(melding=alone, **given)
    for one in {Melding.objects.get(pk=row.case_id or 0), alone, *together}:
        actions.mark_duplicate(one, by=agent, at=LATER, other=melding)
        yield one
    yield form


def identity(melding: Melding) -> dict[str, Any]:
    return {
        "number": melding.number, "escalation": Escalation.objects.get().number, "object_id": melding.pk,
        "public_id": Attachment.objects.get(name=f"{MARK}.txt").public_id, "app_label": "incidents", "url": "meldingen",
        "security_incident": SecurityIncident.objects.get().number,
    }  # fmt: skip


# What can be asked of an address that takes a query: words, a list with everything, the list behind a number.
QUERIES: list[dict[str, str]] = [
    {"q": WORD, "search": WORD, "subject": f"{WORD} lekt escalatie antwoord", "caller": "Eigen"},
    {"view": "all", "month": "2026-06", "clock": "response", "priority": "1", "norm": "99.00", "part": "all"},
]  # fmt: skip
# Signing out would end the test; of the rest nothing depends on what is stored, or it is tried by row below.
ELSEWHERE = ("/api/schema/", "/api/docs/", "/account/", "/beheer/r/", "/beheer/jsi18n/")
FORMS = ("/add/", "/delete/", "/history/", "/password/")


# Where a token and a contact find anything at all; that staff pages are closed to them, `test_gate` shows.
FOR_TOKENS, FOR_CONTACTS = ("/api/",), ("/api/", "/portaal/", "/bijlagen/", "/meldingen/")


def tried(within: tuple[str, ...]) -> Iterator[Address]:
    for one in addresses():
        skipped = "logout" in one.name or one.template.startswith(ELSEWHERE) or one.template.endswith(FORMS)
        if one.template.startswith(within) and not skipped:
            yield one


def asked(address: Address, melding: Melding) -> list[dict[str, str]]:
    """Lists of Beheer pass the same gate without a query as with one."""
    if address.parts or address.template.startswith("/beheer/"):
        return [{}]
    return [{}, *QUERIES, {"q": melding.number, "melding": melding.number}]


def text_of(answer: Answer, query: dict[str, str]) -> str:
    """What the address says of itself; what was typed does not count."""
    text = readable(answer.content)
    for typed in query.values():
        text = text.replace(typed, "")
    return text


def leaks(
    visitors: list[Client], scene: Scene, within: tuple[str, ...] = ("/",), words: tuple[str, ...] = (MARK,)
) -> Iterator[str]:
    """Where what it holds comes out. Each address is tried by the next of `visitors`; where that one may not be at all,
    by the first."""
    turn = cycle(visitors)
    for address in tried(within):
        for melding in (scene.melding, scene.part, scene.other)[: 3 if "number" in address.parts else 1]:
            url = address.filled(identity(melding))
            for query in asked(address, melding):
                answer = ask(next(turn), "GET", url, query)
                if answer.status_code == 403:
                    answer = ask(visitors[0], "GET", url, query)
                if any(word in text_of(answer, query) for word in words):
                    yield f"{url} {query}: {answer.status_code}"
                named = {"number", "escalation", "public_id"} & set(address.parts)
                if named and melding is not scene.other and answer.status_code == 200:
                    yield f"{url} answers"


def rows(scene: Scene) -> Iterator[Model]:
    """Everything in Beheer that is about it."""
    yield from scene.closed
    closed = {"melding__in": scene.closed}
    for model in (WebReport, Alert, AlertGroup, Attachment, Escalation):
        found = list(model._base_manager.filter(**closed))
        assert found, model
        yield from found
    yield from RawEvent.objects.all()
    yield from SecurityIncident.objects.all()
    cases = {"case_type": "melding", "case_id__in": [one.pk for one in scene.closed]}
    for traced in (Notice, InboundMail, Event):
        found = list(traced._base_manager.filter(**cases))
        assert found, traced
        yield from found
    hooked = WebhookDelivery.objects.filter(event__case_type="escalation")
    assert hooked.count() == 1, "from before it was restricted"
    yield from hooked


def opens(client: Client, scene: Scene) -> Iterator[str]:
    for row in rows(scene):
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        pages = [reverse(f"{name}_change", args=[row.pk])]
        pages += [reverse(f"{name}_file", args=[row.pk])] if isinstance(row, InboundMail) else []
        yield from (page for page in pages if ask(client, "GET", page).status_code == 200)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_sla_7_4_nobody_who_was_not_let_in_sees_anything_of_it(scene: Scene) -> None:
    """Whoever of the staff; a token that reads all; a contact of the same contractant who did not report it."""
    outside = sorted(STAFF - SEES_RESTRICTED - {Role.ADMINISTRATOR})
    staff = [signed_in(factories.staff(role)) for role in (Role.ADMINISTRATOR, *outside)]
    token = Client(headers={"Authorization": f"Token {factories.token(ApiToken.Scope.READ)}"})
    colleague = signed_in(factories.contact(contractant=scene.owner.contractant).user)
    assert list(leaks(staff, scene)) == []
    assert list(opens(staff[0], scene)) == []
    numbers = tuple(one.number for one in scene.closed)
    assert list(leaks([token], scene, FOR_TOKENS)) == []
    assert list(leaks([colleague], scene, FOR_CONTACTS, (MARK, *numbers))) == []


def test_what_begins_from_it_and_what_lists_it_says_no_more_than_its_number(scene: Scene) -> None:
    inside, officer = factories.staff(), factories.staff(Role.PRIVACY_OFFICER)
    melding, sight = scene.melding, Sight(Month(2026, 6))
    assert melding in sight.rows(inside)
    (row,) = rows_for(inside, [melding], LATER)
    assert (row["number"], row["url"], MARK in row["subject"]) == (melding.number, "", False)
    (row,) = rows_for(officer, [melding], LATER)
    assert MARK in row["subject"]
    problem = opened()
    problem.meldingen.add(melding)
    page = ask(signed_in(inside), "GET", problem.get_absolute_url()).content.decode()
    assert (melding.number in page, str(scene.owner.contractant) in page) == (True, False)
    new = ask(signed_in(scene.agent), "GET", reverse("changes:new"), {"melding": melding.number})
    assert (new.status_code, "lekt" in new.content.decode()) == (200, False)
    actions.escalate(melding, by=scene.agent, at=LATER, reason="content", words="Nog steeds")
    actions.mark_duplicate(melding, by=scene.agent, at=LATER, other=scene.other)
    page = ask(signed_in(inside), "GET", scene.other.get_absolute_url()).content.decode()
    assert (scene.other.number in page, melding.number in page, MARK in page) == (True, False, False)
    assert WebhookDelivery.objects.filter(event__case_type="escalation").count() == 1
