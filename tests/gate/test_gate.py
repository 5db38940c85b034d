"""One gate for reading: every address is tried without signing in, as another contractant's contact, and as a
contact where staff work. Nothing of a foreign Melding comes out, and an unknown one cannot be told from it.

An address that is new is tried by itself; it answers people only once it is listed below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from contractants.models import Contact
from desk.models import ApiToken, Event
from incidents import actions
from incidents.models import Attachment, Channel, Melding, StructuralFailure
from tests import factories
from tests.factories import MOMENT
from tests.gate.addresses import METHODS, Address, addresses
from tests.gate.kinds import corners
from tests.gate.unpacked import readable
from tests.portal.reading import said

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(minutes=5)
MARK = "GEHEIM"
WORD = "parelmoer"  # is searched for; `MARK` stands beside it wherever it occurs
CORNERS = corners()
UNKNOWN = {
    "number": "M26-99999",
    "escalation": "E26-99999",
    "failure": "S26-99999",
    "public_id": "00000000-0000-4000-8000-000000000000",
} | {part: none for corner in CORNERS for part, none in corner.unknown.items()}
NUMBERS = set(UNKNOWN) - {"public_id"}

FOR_EVERYBODY = {
    "incidents:start", "incidents:report", "incidents:report_priority", "incidents:report_sent",
    "account_login", "account_request_login_code", "account_inactive", "account_signup", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_logout",
    "api:schema", "api:docs",
}  # fmt: skip
FOR_CONTACTS = {
    "incidents:portal", "incidents:portal_new", "incidents:portal_melding", "incidents:attachment",
    "account_notices", "account_sessions", "account_reauthenticate",
    "incidents:portal_failures", "api:meldingen", "api:melding", "api:messages", "api:attachments", "api:attachment", "api:clocks",
    "api:escalations", "api:escalation", "api:structural_failures", "api:structural_failure",
    "api:contractants", "api:services", "api:policies",
}  # fmt: skip

for corner in CORNERS:
    FOR_EVERYBODY |= corner.for_everybody
    FOR_CONTACTS |= corner.for_contacts

# What a hoofdcontactpersoon gets beside that.
FOR_MAIN = {"contractants:contact_new", "privacy:portal_logbook", "privacy:portal_logbook_export"}
FOR_MONITORING = {"api:monitoring", "api:alertmanager", "api:heartbeat", "api:measurements", "api:backups"}


@pytest.fixture
def foreign() -> Melding:
    """A Melding of another contractant, with something marked in every corner."""
    cache.clear()
    owner = factories.contact(user__name=f"{MARK} persoon", contractant__name=f"{MARK} ziekenhuis")
    agent = factories.staff(name=f"{MARK} medewerker")
    melding = factories.registered(
        contact=owner, channel=Channel.PORTAL, subject=f"{MARK} {WORD}", description=f"{MARK} {WORD} omschrijving",
        first_seen_action=f"{MARK} handeling", reporter_name=f"{MARK} melder",
    )  # fmt: skip
    upload = SimpleUploadedFile(f"{MARK}.txt", f"{MARK} inhoud".encode())
    actions.pick_up(melding, by=agent, at=LATER)
    actions.reply(melding, by=agent, at=LATER, body=f"{MARK} {WORD} antwoord", files=[upload])
    actions.note(melding, by=agent, at=LATER, body=f"{MARK} {WORD} notitie")
    actions.wait_for_chain(melding, by=agent, at=LATER, party=f"{MARK} partij", question=f"{MARK} ketenvraag")
    actions.escalate(melding, by=owner.user, at=LATER, reason="content", words=f"{MARK} {WORD} escalatie")
    failure = StructuralFailure.objects.create(
        contractant=owner.contractant,
        quarter=date(2026, 4, 1),
        ground="priority_1",
        detected_at=LATER,
        number="S26-00001",
    )
    failure.meldingen.add(melding)
    actions.submit(factories.report(channel=Channel.WEB, subject=f"{MARK} {WORD}"), at=LATER)
    melding.corners = {part: value for corner in CORNERS for part, value in corner.mark(melding).items()}  # type: ignore[attr-defined]
    return melding


@pytest.fixture
def stranger() -> Contact:
    """A hoofdcontactpersoon, who may do whatever a contact may."""
    return factories.contact(user__email="vreemd@elders.example", role=Contact.Role.MAIN)


def identity(melding: Melding) -> dict[str, Any]:
    return {
        "number": melding.number, "escalation": melding.escalations.get().number, "failure": melding.structural_failures.get().number,
        "public_id": Attachment.objects.get(melding=melding).public_id,
        **melding.corners,  # type: ignore[attr-defined]
        "object_id": melding.pk, "app_label": "incidents", "url": "meldingen", "verb": "resolve", "token": "geraden",
    }  # fmt: skip


@dataclass(frozen=True)
class Answer:
    status_code: int
    content: bytes
    headers: Any


def ask(client: Client, method: str, url: str, query: dict[str, str] | None = None) -> Answer:
    """One request that leaves nothing behind."""
    client.raise_request_exception = False
    call = getattr(client, method.lower())
    with transaction.atomic():
        answer = (
            call(url, query or {}) if method == "GET" else call(url, "{}", content_type="application/json")
        )
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return Answer(answer.status_code, body, answer.headers)


def served(answer: Answer) -> bool:
    return 200 <= answer.status_code < 300


def leaks(
    client: Client, melding: Melding, allowed: set[str], methods: Iterable[str] | None = None
) -> Iterator[str]:
    """What comes out that should not: a mark, an address that answers though it is not listed, or an error."""
    values = identity(melding)
    for address in addresses():
        url = address.filled(values)
        for method in methods or address.methods:
            answer = ask(client, method, url)
            line = f"{method} {url} ({address.name}): {answer.status_code}"
            if MARK in readable(answer.content):
                yield f"{line} shows the Melding"
            if answer.status_code >= 500 and answer.status_code != 503:
                yield f"{line} is an error"
            if served(answer) and not allowed & {address.name}:
                yield f"{line} answers"
        if NUMBERS & set(address.parts) and served(ask(client, "GET", url)):
            yield f"GET {url}: answers with the number of another"


def searches(client: Client, melding: Melding) -> Iterator[str]:
    """The same for what can be asked of an address that takes a query."""
    queries: list[dict[str, str]] = [
        {"q": WORD}, {"q": melding.number}, {"search": WORD}, {"view": "all"}, {"state": "waiting_chain"},
        {"contractant": str(melding.contractant_id)}, {"caller": MARK[:4]}, {"sort": "newest", "view": "all", "q": WORD},
    ]  # fmt: skip
    for address in addresses():
        if address.parts:
            continue
        for query in queries:
            answer = ask(client, "GET", address.filled({}), query)
            echoed = said(answer).replace(query.get("q", ""), "") if query.get("q") else said(answer)
            if MARK in echoed or (melding.number in echoed):
                yield f"{address.template} {query} shows the Melding"


def differences(client: Client, melding: Melding) -> Iterator[str]:
    """Where a foreign Melding gets another answer than an unknown one."""
    values = identity(melding)
    for address in addresses():
        parts = set(UNKNOWN) & set(address.parts)
        for method in address.methods if parts else ():
            there = ask(client, method, address.filled(values))
            nowhere = ask(client, method, address.filled({**values, **UNKNOWN}))
            known, unknown = anonymous(there, values, parts), anonymous(nowhere, UNKNOWN, parts)
            if (there.status_code, known) != (nowhere.status_code, unknown):
                yield f"{method} {address.template}: {there.status_code} {nowhere.status_code}"


def anonymous(answer: Answer, values: dict[str, Any], parts: Iterable[str]) -> str:
    """What it says, with what its address named replaced; a number only where it stands in an address."""
    text = f"{said(answer)}{answer.headers.get('Location', '')}"
    for part in sorted(
        parts, key=lambda part: -len(str(values[part]))
    ):  # a short one may stand in a long one
        value = re.escape(str(values[part]))
        text = re.sub(rf"(?<=/){value}(?=/)" if value.isdigit() else value, part, text)
    return text


def test_the_addresses_are_found() -> None:
    names = {address.name for address in addresses()}
    assert names >= {"incidents:melding", "incidents:attachment", "admin:index"} | FOR_EVERYBODY
    assert len(names) > 50


def test_what_is_packed_is_read() -> None:
    pdf, archive = PdfWriter(), BytesIO()
    page = pdf.add_blank_page(200, 200)
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"), NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F"): font})}
    )
    text = DecodedStreamObject()
    text.set_data(f"BT /F 12 Tf 20 100 Td ({MARK}) Tj ET".encode())
    page[NameObject("/Contents")] = text.flate_encode()
    written = BytesIO()
    pdf.write(written)
    with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
        packed.writestr("rapport.pdf", written.getvalue())
    for content in (written.getvalue(), archive.getvalue()):
        assert MARK.encode() not in content
        assert MARK in readable(content)


def test_without_signing_in_nothing_of_a_melding_comes_out(client: Client, foreign: Melding) -> None:
    assert list(leaks(client, foreign, FOR_EVERYBODY)) == []
    assert list(searches(client, foreign)) == []
    assert list(differences(client, foreign)) == []


def test_a_contact_of_another_contractant_sees_nothing_of_it(
    client: Client, foreign: Melding, stranger: Contact
) -> None:
    client.force_login(stranger.user)
    assert served(ask(client, "GET", "/portaal/")), "the stranger is really signed in"
    assert list(leaks(client, foreign, FOR_EVERYBODY | FOR_CONTACTS | FOR_MAIN)) == []
    assert list(searches(client, foreign)) == []
    assert list(differences(client, foreign)) == []


def test_nor_does_one_who_keeps_no_people(client: Client, foreign: Melding) -> None:
    client.force_login(factories.contact().user)
    allowed = FOR_EVERYBODY | FOR_CONTACTS
    assert list(leaks(client, foreign, allowed, methods=("GET", "POST"))) == []


def test_the_owner_gets_nowhere_where_staff_work(client: Client, foreign: Melding) -> None:
    assert foreign.contact
    client.force_login(foreign.contact.user)
    values = identity(foreign)
    found = [
        f"{method} {address.template}: {answer.status_code}"
        for address in addresses()
        for method in address.methods
        if address.name
        not in FOR_EVERYBODY | FOR_CONTACTS | FOR_MAIN | {"set_language", "contractants:contact"}
        and served(answer := ask(client, method, address.filled(values)))
    ]
    assert found == []


def test_what_the_owner_does_see_holds_nothing_of_staff_among_themselves(
    client: Client, foreign: Melding
) -> None:
    assert foreign.contact
    client.force_login(foreign.contact.user)
    values = identity(foreign)
    inside = (f"{MARK} {WORD} notitie", f"{MARK} ketenvraag")
    pages = {address: readable(ask(client, "GET", address.filled(values)).content) for address in addresses()}
    assert sum(MARK in page for page in pages.values()) > 5
    assert [address for address, page in pages.items() for words in inside if words in page] == []


@pytest.mark.parametrize("scope", ["monitoring"])
def test_a_token_of_narrow_scope_reads_no_melding(client: Client, foreign: Melding, scope: str) -> None:
    sender = Client(HTTP_AUTHORIZATION=f"Bearer {factories.token(ApiToken.Scope(scope))}")
    allowed = FOR_EVERYBODY | FOR_MONITORING
    assert [line for line in leaks(sender, foreign, allowed) if "/api/v1/" in line] == []


def test_trying_changed_nothing(client: Client, foreign: Melding, stranger: Contact) -> None:
    client.force_login(stranger.user)
    before = (foreign.state, foreign.version, Event.objects.count())
    for address in addresses():
        if NUMBERS & set(address.parts):
            for method in METHODS[1:]:
                _ask_for_real(client, method, address, foreign)
    foreign.refresh_from_db()
    assert (foreign.state, foreign.version, Event.objects.count()) == before


def _ask_for_real(client: Client, method: str, address: Address, melding: Melding) -> None:
    words = '{"body": "x", "reason": "x", "solution": "x", "question": "x", "party": "x", "subject": "x", "words": "x"}'
    client.raise_request_exception = False
    getattr(client, method.lower())(address.filled(identity(melding)), words, content_type="application/json")
