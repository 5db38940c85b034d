"""385 hostile inputs through every door, and then every page that shows them: what came in stays text.

Each goes alone into every text field of a form, the forms in turn, and by mail as subject or name of the sender; a form that
comes back shows it again and is read as well. Into a conversation they go many at a time; where a door refuses those
together, each is tried alone, so that one hides no other.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import chain, count
from typing import Any
from uuid import uuid4

import nh3
import pytest
from django.core import mail as outbox
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from contractants.models import Contact
from desk.mail import intake
from desk.models import User
from desk.notices import deliver
from incidents.actions import mail
from incidents.models import Melding, Message
from tests import factories
from tests.redteam.hostile import INPUTS, MAILS

pytestmark = pytest.mark.django_db
MANY = 40
NOT_TAKEN = re.compile("[\x00\ud800-\udfff]")
LETTERS = set("abcdefghijklmnopqrstuvwxyz")
OUTSIDE = re.compile(r"^[\s\x00-\x1f]*(javascript|vbscript|data:text|//|\\\\|file:)", re.IGNORECASE)
OURS = re.compile(r"^(/|#|\?|http://testserver|mailto:|tel:|data:image/png|$)")
Send = Callable[[str], int]
NOT_IN_HEADER = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
NOT_TEXT = {"q"}  # looks something up
NUMBERS = {"meldingen"}
NOT_GIVEN = {"csrfmiddlewaretoken", "client_key", "next"}


def test_there_are_enough() -> None:
    assert len(INPUTS) + len(MAILS) > 300


# --- The doors


@pytest.fixture
def agent() -> User:
    cache.clear()
    factories.load_policies()
    return factories.staff("administrator", name="Sam de Vries")


@pytest.fixture
def noor() -> Contact:
    return factories.contact(
        role=Contact.Role.MAIN, user__name="Noor Verhagen", user__email="wil@zorg.example"
    )


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def through(send: Send) -> dict[str, int]:
    """What the door answered to each input."""
    answers: dict[str, int] = {}
    for some in batches():
        together = send("\n".join(INPUTS[name] for name in some))
        answers |= {name: together if together < 400 else send(INPUTS[name]) for name in some}
    return answers


def batches() -> Iterator[list[str]]:
    """What no door takes, or is long, goes alone."""
    alone = {
        name
        for name, text in INPUTS.items()
        if len(text) > 1500 or NOT_TAKEN.search(text) or not text.strip()
    }
    yield from ([name] for name in alone)
    together = [name for name in INPUTS if name not in alone]
    yield from (together[start : start + MANY] for start in range(0, len(together), MANY))


def broken(answers: dict[str, int]) -> dict[str, int]:
    return {name: status for name, status in answers.items() if status >= 500}


def body_of(text: str) -> str:
    """A browser and a mail program send no half of a character."""
    return text.encode("utf-8", "replace").decode()


def portal(client: Client, melding: Melding) -> Send:
    return lambda text: client.post(f"/portaal/{melding.number}/reply/", {"body": body_of(text)}).status_code


def staff(client: Client, melding: Melding, verb: str) -> Send:
    address = f"/meldingen/{melding.number}/do/{verb}/"
    return lambda text: client.post(address, {"body": body_of(text), "version": ""}).status_code


def api(client: Client, melding: Melding) -> Send:
    """JSON can say half a character, and does."""
    address = f"/api/v1/meldingen/{melding.number}/messages/"
    return lambda text: client.post(address, json.dumps({"body": text}), "application/json").status_code


class Fields(HTMLParser):
    """The form of a page that stores something, filled in as far as a browser does."""

    def __init__(self, client: Client, address: str) -> None:
        super().__init__()
        self.client, self.address = client, address
        self.given: dict[str, str] = {}
        self.texts: dict[str, int | None] = {}  # and the most characters that a browser lets in
        self.long: set[str] = set()
        self.select = ""
        page = client.get(address)
        assert page.status_code == 200, address
        self.feed(page.content.decode())
        assert self.texts, address

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name, kind, value = values.get("name", ""), values.get("type", "text"), values.get("value", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select and value:
            self.given.setdefault(self.select, value)
        elif name and (
            tag == "textarea" or (tag == "input" and kind in {"text", "tel"} and name not in NOT_TEXT)
        ):
            self.texts[name] = int(values["maxlength"]) if values.get("maxlength") else None
            self.long |= {name} if tag == "textarea" else set()
        elif tag == "input" and name and name not in NOT_GIVEN:
            filled = {"email": "iemand@zorg.example", "number": "3", "datetime-local": "2026-04-23T11:40"}
            if kind == "radio" or (kind == "hidden" and value):
                self.given.setdefault(name, value)
            elif kind in filled:
                self.given[name] = filled[kind]
            elif kind == "checkbox" and "required" in values:
                self.given[name] = "on"

    def handle_endtag(self, tag: str) -> None:
        self.select = "" if tag == "select" else self.select

    def send(self, text: str, *, named: bool = True) -> Any:
        """`named`: also where the number of something else is asked, which shows what it does not know."""
        cache.clear()  # nobody may send so many in an hour
        body, unique = body_of(text), uuid4()
        typed = {
            name: (body if name in self.long else one_line(body))[:most]
            for name, most in self.texts.items()
            if named or name not in NUMBERS
        }
        once = {
            "client_key": str(unique),
            **({"email": f"{unique}@zorg.example"} if "email" in self.given else {}),
        }
        return self.client.post(self.address, {**self.given, **typed, **once})


def one_line(text: str) -> str:
    """What a browser makes of what is pasted in a field of one line."""
    return re.sub(r"[\r\n]", "", text)


FORMS_OF_CONTACTS = (
    "/portaal/nieuw/", "/portaal/klachten/nieuw/", "/portaal/wijzigingen/nieuw/", "/portaal/contactpersonen/nieuw/",
)  # fmt: skip
FORMS_OF_STAFF = (
    "/meldingen/nieuw/", "/problemen/nieuw/", "/privacy/incidenten/nieuw/", "/beheer/contractants/contractant/add/",
)  # fmt: skip


def in_turn(forms: list[Fields]) -> Iterator[tuple[str, str, Any]]:
    """Each input in one of the forms, alone; gives its name, the address and the answer."""
    for number, (name, text) in enumerate(INPUTS.items()):
        form = forms[number % len(forms)]
        yield name, form.address, form.send(text, named=number // len(forms) % 2 == 0)


def as_file_names(client: Client, melding: Melding) -> Iterator[tuple[str, str, Any]]:
    """Every tenth, and all that climb."""
    address = f"/portaal/{melding.number}/reply/"
    for number, (name, text) in enumerate(INPUTS.items()):
        if name.startswith("path ") or number % 10 == 0:
            file = SimpleUploadedFile("x", b"regel", "text/plain")
            vars(file)["_name"] = body_of(text)[
                :150
            ]  # as it comes; the class would make it harmless beforehand
            yield name, address, client.post(address, {"body": f"Bijlage {number}", "files": file})


def by_mail(melding: Melding) -> Callable[[str, str], int]:
    """A mail with one input as its subject, another as the name of who sent it, and both as its text."""
    numbers = count()

    def send(subject: str, sender: str) -> int:
        message, text = EmailMessage(), body_of(f"{subject}\n{sender}")
        name = NOT_IN_HEADER.sub(" ", body_of(sender))[:80]
        message["From"] = Address(name, "wil", "zorg.example")
        message["To"] = "desk@example.nl"
        message["Subject"] = f"Re: {melding.number} " + NOT_IN_HEADER.sub(" ", body_of(subject))[:200]
        message["Message-ID"] = f"<{next(numbers)}@zorg.example>"
        message.set_content(text)
        message.add_alternative(f"<div>{text}</div>", subtype="html")
        return received(message.as_bytes())

    return send


def received(raw: bytes) -> int:
    now = timezone.now()
    row = intake.process(intake.keep(raw, mailbox="toets", at=now), at=now, handle=mail.take)
    return 500 if "Error" in row.reason and row.outcome == row.Outcome.SET_ASIDE else 200


def test_every_door_takes_or_refuses_and_no_page_shows_more_than_text(agent: User, noor: Contact) -> None:
    inside, outside = signed_in(agent), signed_in(noor.user)
    one, other, third, fourth = (factories.registered(contact=noor, channel="portal") for _n in range(4))
    mailed, names = by_mail(fourth), list(INPUTS)
    answers = {
        "portal": through(portal(outside, one)),
        "reply": through(staff(inside, other, "reply")),
        "note": through(staff(inside, other, "note")),
        "api": through(api(inside, third)),
        "mail": {
            f"{one} and {two}": mailed(INPUTS[one], INPUTS[two])
            for one, two in zip(names[::2], names[1::2] + names[:1], strict=False)
        },
        "odd mail": {name: received(raw) for name, raw in MAILS.items()},
    }
    assert {door: found for door, given in answers.items() if (found := broken(given))} == {}
    assert Message.objects.count() > 50
    assert {address: found for address, found in rendered(inside, outside) if found} == {}


def test_every_form_takes_or_refuses_and_what_comes_back_is_no_more_than_text(
    agent: User, noor: Contact
) -> None:
    factories.ContractFactory.create(contractant=noor.contractant)
    inside, outside = signed_in(agent), signed_in(noor.user)
    forms = [Fields(outside, address) for address in FORMS_OF_CONTACTS]
    forms += [Fields(inside, address) for address in FORMS_OF_STAFF]
    forms.append(Fields(Client(raise_request_exception=False), "/melden/"))
    assert sum(bool(form.long) for form in forms) >= 7
    taken, wrong = Counter[str](), []
    for name, address, answer in chain(
        in_turn(forms), as_file_names(outside, factories.registered(contact=noor, channel="portal"))
    ):
        taken[address] += answer.status_code == 302
        if answer.status_code >= 500 or list(more_than_text(answer.content.decode())):
            wrong.append((address, name, answer.status_code))
    assert wrong == []
    assert {form.address: taken[form.address] for form in forms if taken[form.address] < 5} == {}
    assert {address: found for address, found in rendered(inside, outside) if found} == {}


def rendered(inside: Client, outside: Client) -> Iterator[tuple[str, list[str]]]:
    """Every page that shows what came in, and what in it is more than text."""
    meldingen = list(Melding.objects.order_by("pk"))
    shown = [*meldingen[:4], *meldingen[4::12]]
    for address in (
        "/meldingen/?view=all", "/problemen/", "/privacy/incidenten/", "/klachten/", "/beheer/contractants/contractant/", "/zoeken/?q=alert", "/zoeken/?q=%3Cscript%3Ealert%281%29%3C/script%3E", "/beheer/incidents/melding/",
        f"/beheer/incidents/melding/{meldingen[-1].pk}/change/", "/beheer/desk/inboundmail/", "/beheer/desk/event/",
        *(f"/meldingen/{melding.number}/" for melding in shown),
    ):  # fmt: skip
        yield address, page(inside, address)
    for address in (
        "/portaal/",
        "/portaal/?q=alert",
        "/portaal/klachten/",
        "/portaal/wijzigingen/",
        "/portaal/contactpersonen/",
        *(f"/portaal/{melding.number}/" for melding in shown[:6]),
    ):
        yield address, page(outside, address)
    yield "mail", [fault for message in sent() for fault in mail_faults(message)]


def page(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    return list(more_than_text(answer.content.decode()))


def sent() -> list[Any]:
    deliver(timezone.now())
    assert len(outbox.outbox) > 20
    return outbox.outbox


def mail_faults(message: Any) -> Iterator[str]:
    made = message.message()
    if made["Bcc"] or made["X-Kwaad"] or [made["To"]] != message.to:
        yield f"headers of {message.subject}"
    for part in made.walk():
        if part.get_content_type() == "text/html":
            yield from more_than_text(part.get_payload(decode=True).decode(), mail=True)


# --- A page as a browser reads it


class Reader(HTMLParser):
    """Notes what runs, loads or leads elsewhere."""

    def __init__(self, mail: bool) -> None:
        super().__init__()
        self.mail = mail
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in {
            "iframe",
            "object",
            "embed",
            "base",
            "math",
            "animate",
            "set",
            "foreignobject",
            "template",
        }:
            self.found.append(f"<{tag}>")
        if (
            tag == "script"
            and not values.get("src", "").startswith(("/static/", "/beheer/jsi18n/"))
            and values.get("type") != "application/json"
        ):
            self.found.append(f"<script> {values}")
        if tag == "style" and not self.mail:
            self.found.append("<style>")
        for name, value in values.items():
            runs = name.startswith(("on", "hx-on", "data-hx")) or (
                name in {"srcdoc", "http-equiv"} and value == "refresh"
            )
            if runs or (name == "style" and not self.mail):
                self.found.append(f"<{tag} {name}>")
            linked = tag == "a" and re.match(
                r"https?://", value
            )  # to elsewhere, as it was typed and for all to read
            leads = name in {
                "href",
                "src",
                "action",
                "formaction",
                "data",
                "xlink:href",
                "poster",
                "hx-get",
                "hx-post",
            }
            if leads and not linked and (OUTSIDE.match(value) or not OURS.match(value)):
                self.found.append(f"<{tag} {name}={value[:60]}>")


def more_than_text(html: str, *, mail: bool = False) -> Iterator[str]:
    """Read by html5ever first, which builds the tree that a browser would, whatever the markup; then looked through."""
    tags = {tag.lower() for tag in re.findall(r"<([a-zA-Z][a-zA-Z0-9:-]*)", html)}
    tree = nh3.clean(
        html, tags=tags, clean_content_tags=set(), generic_attribute_prefixes=LETTERS, link_rel=None, strip_comments=False,
        url_schemes={"http", "https", "javascript", "vbscript", "data", "mailto", "tel", "file"},
    )  # fmt: skip
    reader = Reader(mail)
    reader.feed(tree)
    reader.close()
    yield from reader.found


@pytest.mark.parametrize(
    "name", ["script", "svg script", "img with onclick", "base", "object", "link to 'javascript:alert(1)'"]
)
def test_what_would_be_more_than_text_is_seen(name: str) -> None:
    assert list(more_than_text(f"<!doctype html><p>{INPUTS[name]}</p>"))
