"""385 hostile inputs through every door, and then every page that shows them: what came in stays text.

Texts go in many at a time; where a door refuses those together, each is tried alone, so that one hides no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import count
from typing import Any

import nh3
import pytest
from django.core import mail as outbox
from django.core.cache import cache
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
    return factories.contact(user__name="Noor Verhagen", user__email="wil@zorg.example")


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


def report(client: Client) -> Send:
    def send(text: str) -> int:
        given = {
            "kind": "incident", "subject": body_of(text)[:150].replace("\n", " "), "description": body_of(text), "impact": "small",
            "urgency": "low", "affected_users": "1", "reproducible": "yes", "first_seen_action": body_of(text)[-150:],
        }  # fmt: skip
        return client.post("/portaal/nieuw/", given).status_code

    return send


def staff(client: Client, melding: Melding, verb: str) -> Send:
    address = f"/meldingen/{melding.number}/do/{verb}/"
    return lambda text: client.post(address, {"body": body_of(text), "version": ""}).status_code


def api(client: Client, melding: Melding) -> Send:
    """JSON can say half a character, and does."""
    address = f"/api/v1/meldingen/{melding.number}/messages/"
    return lambda text: client.post(address, json.dumps({"body": text}), "application/json").status_code


def by_mail(melding: Melding) -> Send:
    numbers = count()

    def send(text: str) -> int:
        message = EmailMessage()
        message["From"], message["To"] = "Wil <wil@zorg.example>", "desk@example.nl"
        message["Subject"] = (
            f"Re: {melding.number} " + re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", body_of(text))[:200]
        )
        message["Message-ID"] = f"<{next(numbers)}@zorg.example>"
        message.set_content(body_of(text))
        message.add_alternative(f"<div>{body_of(text)}</div>", subtype="html")
        return received(message.as_bytes())

    return send


def received(raw: bytes) -> int:
    now = timezone.now()
    row = intake.process(intake.keep(raw, mailbox="toets", at=now), at=now, handle=mail.take)
    return 500 if "Error" in row.reason and row.outcome == row.Outcome.SET_ASIDE else 200


def test_every_door_takes_or_refuses_and_no_page_shows_more_than_text(agent: User, noor: Contact) -> None:
    inside, outside = signed_in(agent), signed_in(noor.user)
    one, other, third, fourth = (factories.registered(contact=noor, channel="portal") for _n in range(4))
    answers = {
        "portal": through(portal(outside, one)),
        "report": through(report(outside)),
        "reply": through(staff(inside, other, "reply")),
        "note": through(staff(inside, other, "note")),
        "api": through(api(inside, third)),
        "mail": through(by_mail(fourth)),
        "odd mail": {name: received(raw) for name, raw in MAILS.items()},
    }
    assert {door: found for door, given in answers.items() if (found := broken(given))} == {}
    assert Message.objects.count() > 50
    assert {address: found for address, found in rendered(inside, outside) if found} == {}


def rendered(inside: Client, outside: Client) -> Iterator[tuple[str, list[str]]]:
    """Every page that shows what came in, and what in it is more than text."""
    meldingen = list(Melding.objects.order_by("pk"))
    shown = [*meldingen[:4], *meldingen[4::6]]
    for address in (
        "/meldingen/?view=all", "/zoeken/?q=alert", "/zoeken/?q=%3Cscript%3Ealert%281%29%3C/script%3E", "/beheer/incidents/melding/",
        f"/beheer/incidents/melding/{meldingen[-1].pk}/change/", "/beheer/desk/inboundmail/", "/beheer/desk/event/",
        *(f"/meldingen/{melding.number}/" for melding in shown),
    ):  # fmt: skip
        yield address, page(inside, address)
    for address in (
        "/portaal/",
        "/portaal/?q=alert",
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
