"""The portal: colleagues of one contractant read and answer their Meldingen; nobody else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contractants.models import Contact
from incidents import actions
from incidents.models import Channel, Melding, Message, State
from tests import factories
from tests.factories import MOMENT
from tests.pictures import PNG
from tests.portal.reading import said

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(minutes=30)


@pytest.fixture
def noor() -> Contact:
    return factories.contact(user__name="Noor Verhagen")


@pytest.fixture
def melding(noor: Contact) -> Melding:
    return factories.registered(contact=noor, channel=Channel.PORTAL, subject="Verslag ontbreekt")


@pytest.fixture
def portal(client: Client, noor: Contact) -> Client:
    client.force_login(noor.user)
    return client


def page(melding: Melding) -> str:
    return reverse("incidents:portal_melding", args=[melding.number])


def do(client: Client, melding: Melding, verb: str, **given: Any) -> Any:
    return client.post(reverse("incidents:portal_act", args=[melding.number, verb]), given)


def solved(melding: Melding) -> Melding:
    agent = factories.staff(name="Sam de Vries")
    actions.pick_up(melding, by=agent, at=LATER)
    return actions.resolve(melding, by=agent, at=LATER, solution="De koppeling staat weer aan.")


def test_the_list_holds_what_the_own_organisation_reported_open_ones_first(
    portal: Client, noor: Contact, melding: Melding
) -> None:
    """SLA 2.6: a contractant has its own Meldingen."""
    colleague = factories.contact(contractant=noor.contractant)
    done = solved(
        factories.registered(contact=colleague, subject="Al opgelost", at=MOMENT + timedelta(minutes=5))
    )
    stranger = factories.registered(contact=factories.contact(), subject="Van een ander")
    shown = said(portal.get(reverse("incidents:portal")))
    assert shown.index(melding.subject) < shown.index(done.subject)
    assert stranger.subject not in shown


def test_searching_finds_own_words_and_not_those_of_others_or_of_staff(
    portal: Client, melding: Melding
) -> None:
    factories.registered(contact=factories.contact(), subject="Verslag van een ander")
    actions.note(melding, by=factories.staff(), at=LATER, body="vermoedelijk brandmuur")
    url = reverse("incidents:portal")
    assert melding.number in said(portal.get(url, {"q": "verslagen"}))
    assert "van een ander" not in said(portal.get(url, {"q": "verslag"}))
    assert melding.number not in said(portal.get(url, {"q": "brandmuur"}))
    assert portal.get(url, {"q": melding.number.lower()}).status_code == 200
    for odd in ("':*!&|", "%_\\", "a OR " * 3000, "\x00"):
        assert portal.get(url, {"q": odd}).status_code == 200


def test_the_list_pages(portal: Client, noor: Contact) -> None:
    for minute in range(27):
        factories.registered(
            contact=noor, subject=f"Nummer {minute:02}", at=MOMENT + timedelta(minutes=minute)
        )
    first, second = (said(portal.get(reverse("incidents:portal"), {"p": number})) for number in (1, 2))
    assert "Nummer 26" in first
    assert "Nummer 00" not in first
    assert "Nummer 00" in second
    assert "Nummer 26" not in second
    for odd in ("0", "-1", "x", "9" * 30, "٣"):
        assert portal.get(reverse("incidents:portal"), {"p": odd}).status_code == 200


def test_a_melding_says_how_far_it_is_who_has_it_and_why_that_time(portal: Client, melding: Melding) -> None:
    agent = factories.staff(name="Sam de Vries")
    actions.pick_up(melding, by=agent, at=LATER)
    shown = said(portal.get(page(melding)))
    assert "Wij werken aan uw melding." in shown
    assert "Sam de Vries behandelt uw melding." in shown
    assert "Waarom deze tijd?" in shown
    assert "Na het inloggen blijft het scherm leeg." in shown


def test_internal_notes_and_their_files_stay_inside(portal: Client, melding: Melding) -> None:
    agent = factories.staff()
    actions.note(
        melding, by=agent, at=LATER, body="Weer die koppeling", files=[SimpleUploadedFile("intern.txt", b"x")]
    )
    actions.set_priority(melding, by=agent, at=LATER, priority=3, reason="Valt mee")
    shown = said(portal.get(page(melding)))
    for inside in ("Weer die koppeling", "intern.txt", "Valt mee"):
        assert inside not in shown


def test_a_reply_arrives_once_however_often_it_is_sent(portal: Client, melding: Melding) -> None:
    given = {"body": "Het gebeurt nog steeds.", "client_key": str(uuid4())}
    for _time in range(2):
        assert do(portal, melding, "reply", **given).status_code == 302
    assert [message.body for message in Message.objects.all()] == ["Het gebeurt nog steeds."]
    assert "Het gebeurt nog steeds." in said(portal.get(page(melding)))


def test_a_reply_ends_waiting_for_the_contractant(portal: Client, melding: Melding) -> None:
    agent = factories.staff()
    actions.pick_up(melding, by=agent, at=LATER)
    actions.wait_for_contractant(melding, by=agent, at=LATER, question="Welke browser gebruikt u?")
    shown = said(portal.get(page(melding)))
    assert "Welke browser gebruikt u?" in shown
    assert "Met uw antwoord kunnen wij verder" in shown
    do(portal, melding, "reply", body="Firefox")
    melding.refresh_from_db()
    assert melding.state == State.IN_PROGRESS


def test_a_refused_reply_keeps_what_was_typed_and_says_what_is_wrong(
    portal: Client, melding: Melding
) -> None:
    answer = do(
        portal, melding, "reply", body="Patiënt 123456782 ontbreekt", files=SimpleUploadedFile("a.png", PNG)
    )
    shown = said(answer)
    assert answer.status_code == 422
    assert "Patiënt 123456782 ontbreekt" in shown
    assert "gegevens van patiënten zijn hier niet nodig" in shown
    assert "opnieuw" in answer.context["reply"].errors["files"][0]
    assert not Message.objects.exists()


def test_a_file_with_a_reply_can_be_downloaded(portal: Client, melding: Melding) -> None:
    do(
        portal,
        melding,
        "reply",
        body="Zie de foto",
        files=SimpleUploadedFile("scherm.png", PNG),
        images_masked="on",
    )
    shown = said(portal.get(page(melding)))
    assert "scherm.png" in shown
    url = Message.objects.get().attachments.get().public_id
    assert b"".join(portal.get(f"/bijlagen/{url}/").streaming_content) == PNG  # type: ignore[attr-defined]


def test_a_solution_is_accepted(portal: Client, melding: Melding) -> None:
    solved(melding)
    assert "Ja, het is opgelost" in said(portal.get(page(melding)))
    assert do(portal, melding, "accept", version=melding.version).status_code == 302
    melding.refresh_from_db()
    assert melding.state == State.CLOSED


def test_it_is_reopened_with_a_reason(portal: Client, melding: Melding) -> None:
    solved(melding)
    assert do(portal, melding, "reopen", reason="", version=melding.version).status_code == 422
    assert do(portal, melding, "reopen", reason="Het is terug.", version=melding.version).status_code == 302
    melding.refresh_from_db()
    assert melding.state == State.REOPENED
    assert "Het is terug." in said(portal.get(page(melding)))


def test_what_may_not_happen_now_is_refused_and_the_words_are_kept(portal: Client, melding: Melding) -> None:
    early = do(portal, melding, "reopen", reason="Nog voor de oplossing", version=melding.version)
    assert early.status_code == 409
    assert "Nog voor de oplossing" in said(early)
    solved(melding)
    stale = do(portal, melding, "reopen", reason="Op een oude pagina", version=1)
    assert stale.status_code == 409
    assert "intussen gewijzigd" in said(stale)
    assert "Op een oude pagina" in said(stale)
    melding.refresh_from_db()
    assert melding.state == State.RESOLVED


@pytest.mark.parametrize("verb", ["pick_up", "resolve", "cancel", "note", "set_priority", "nonsense"])
def test_a_contact_cannot_do_what_staff_do(portal: Client, melding: Melding, verb: str) -> None:
    answer = do(portal, melding, verb, reason="x", solution="x", body="x", version=melding.version)
    assert answer.status_code == 404
    melding.refresh_from_db()
    assert melding.state == State.RECEIVED


def test_a_new_melding_needs_no_confirming_and_is_made_once(portal: Client, noor: Contact) -> None:
    factories.load_policies()
    service = factories.ServiceFactory.create()
    factories.ContractFactory.create(contractant=noor.contractant, service=service)
    given = {
        "kind": "incident", "service": service.pk, "subject": "Beelden laden niet", "description": "Zwart scherm.",
        "impact": "large", "urgency": "medium", "affected_users": 3, "first_seen_at": "2026-06-16T09:00",
        "reproducible": "sometimes", "client_key": str(uuid4()),
    }  # fmt: skip
    answers = [portal.post(reverse("incidents:portal_new"), given) for _time in range(2)]
    made = Melding.objects.get()
    assert {answer["Location"] for answer in answers} == {page(made)}
    assert (made.channel, made.contact, made.contractant, made.priority) == (
        "portal",
        noor,
        noor.contractant,
        2,
    )
    assert made.missing == []


def test_a_change_is_asked_for_with_its_goal(portal: Client) -> None:
    """SLA 10.2."""
    factories.load_policies()
    given = {"kind": "change", "subject": "Extra veld", "description": "Een veld voor opmerkingen."}
    assert set(portal.post(reverse("incidents:portal_new"), given).context["form"].errors) == {"goal"}
    portal.post(
        reverse("incidents:portal_new"),
        {**given, "goal": "Minder bellen", "impact": "large", "urgency": "high"},
    )
    made = Melding.objects.get()
    assert (made.kind, made.goal, made.priority, made.impact) == ("change", "Minder bellen", 4, "")


def test_only_the_diensten_of_the_own_contracts_are_offered(portal: Client, noor: Contact) -> None:
    factories.load_policies()
    own, other = factories.ServiceFactory.create(), factories.ServiceFactory.create(slug="koppeling-xis")
    factories.ContractFactory.create(contractant=noor.contractant, service=own)
    shown = said(portal.get(reverse("incidents:portal_new")))
    assert own.name in shown
    assert other.name not in shown


def test_the_contact_of_a_partnership_sees_its_own_contractant_only(
    client: Client, melding: Melding, noor: Contact
) -> None:
    partnership = factories.PartnershipFactory.create()
    neighbour = factories.ContractantFactory.create()
    for member in (noor.contractant, neighbour):
        member.partnerships.add(partnership)
    client.force_login(
        factories.contact(contractant=neighbour, role="partnership_contact", partnership=partnership).user
    )
    assert client.get(page(melding)).status_code == 404


def test_staff_are_sent_to_their_own_pages(client: Client, melding: Melding) -> None:
    client.force_login(factories.staff())
    assert client.get(reverse("incidents:portal"))["Location"] == reverse("incidents:worklist")
    assert client.get(page(melding))["Location"] == melding.get_absolute_url()


def test_without_signing_in_there_is_nothing(client: Client, melding: Melding) -> None:
    for answer in (
        client.get(page(melding)),
        client.get("/portaal/M26-99999/"),
        do(client, melding, "accept"),
    ):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


def test_the_list_costs_the_same_with_1_and_with_20_rows(
    portal: Client, noor: Contact, melding: Melding
) -> None:
    portal.get(reverse("incidents:portal"))
    counts = []
    for more in (0, 19):
        for _row in range(more):
            factories.registered(contact=noor)
        with CaptureQueriesContext(connection) as queries:
            portal.get(reverse("incidents:portal"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_a_page_costs_the_same_with_1_and_with_20_messages(
    portal: Client, noor: Contact, melding: Melding
) -> None:
    agent = factories.staff()
    portal.get(page(melding))
    counts = []
    for more in (1, 19):
        for _row in range(more):
            upload = SimpleUploadedFile("log.txt", b"x")
            actions.reply(melding, by=agent, at=LATER, body="Antwoord", files=[upload])
            actions.reply(melding, by=noor.user, at=LATER, body="Reactie")
        with CaptureQueriesContext(connection) as queries:
            portal.get(page(melding))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
