"""What somebody who reports sees and does, in a browser: the form, the mail, the portal; also without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from contractants.models import Contact
from desk.models import User
from desk.notices import deliver
from incidents import actions
from incidents.models import Melding, State
from tests import factories
from tests.browser import scene
from tests.browser.conftest import PHONE, WIDE, SignedIn, wrong_with

pytestmark = pytest.mark.browser
MUCH_LATER = datetime(2100, 1, 1, tzinfo=UTC)  # the database keeps its own clock, which nobody moved


@pytest.fixture(autouse=True)
def _thursday() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(scene.NOW, tick=True):
        yield


@pytest.fixture
def agent() -> User:
    return factories.staff(name="Sam de Vries", email="sam@desk.example")


@pytest.fixture
def made(agent: User) -> dict[str, Melding]:
    return scene.build(agent)


@pytest.fixture
def noor(made: dict[str, Melding]) -> Contact:
    return Contact.objects.get(user__email="noor@delinde.example")


def link_in_mail(site: str) -> str:
    deliver(MUCH_LATER)
    links = [re.search(r"http://testserver(/melden/\S+)", str(one.body)) for one in mail.outbox]
    return site + [link[1] for link in links if link][-1]


def fill_in(page: Page) -> None:
    page.get_by_label("Uw naam").fill("Noor Verhagen")
    page.get_by_label("E-mailadres").fill("noor@delinde.example")
    page.get_by_label("Er werkt iets niet of niet goed").check()
    page.get_by_label("Onderwerp").fill("Verslag komt niet terug")
    page.get_by_label("Omschrijving").fill("Het verslag verschijnt niet in ons EPD.")
    page.get_by_label("Eén afdeling, meerdere gebruikers").check()
    page.get_by_label("Nee, het werk ligt stil").check()
    page.get_by_label("Hoeveel gebruikers").fill("6")
    page.get_by_label("Wanneer zag u het").fill("2026-06-18T09:40")
    page.get_by_label("Ja", exact=True).check()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_are_accessible(
    noor: Contact, made: dict[str, Melding], open_page: SignedIn, viewport: Any
) -> None:
    wrong: list[str] = []

    def look(page: Page, name: str, address: str = "") -> None:
        if address:
            page.goto(address)
        wrong.extend(wrong_with(page, f"c-{name}"))

    visitor = open_page(viewport=viewport)
    for name, address in {
        "start": "/start/", "report": "/melden/", "login": "/account/login/", "code": "/account/login/code/",
        "unknown": "/melden/bevestigen/geraden/",
    }.items():  # fmt: skip
        look(visitor, name, address)
    visitor.goto("/melden/")
    fill_in(visitor)
    visitor.get_by_label("Meerdere afdelingen").check()
    expect(visitor.get_by_role("heading", name="Bel ook")).to_be_visible()
    visitor.get_by_label("Omschrijving").fill("Patiënt 123456782 staat er dubbel in.")
    visitor.get_by_role("button", name="Melding versturen").click()
    expect(visitor.get_by_role("heading", name="Nog niet verzonden")).to_be_visible()
    look(visitor, "refused")
    visitor.get_by_label("Omschrijving").fill("Een deelnemer staat er dubbel in.")
    visitor.get_by_role("button", name="Melding versturen").click()
    expect(visitor.get_by_role("heading", name="Bijna klaar")).to_be_visible()
    look(visitor, "sent")
    look(visitor, "confirm", link_in_mail(visitor.url.partition("/melden/")[0]))
    visitor.get_by_role("button", name="Melding bevestigen").click()
    expect(visitor.get_by_role("heading", name="Uw melding is ontvangen")).to_be_visible()
    look(visitor, "confirmed")
    page = open_page(noor.user, viewport=viewport)
    look(page, "portal", "/portaal/")
    look(page, "nothing-found", "/portaal/?q=regenboog")
    look(page, "new", "/portaal/nieuw/")
    for name in ("alarm", "busy", "solved"):
        look(page, f"portal-{name}", f"/portaal/{made[name].number}/")
    assert wrong == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_form_to_confirmed_melding(open_page: SignedIn, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    page.goto("/start/")
    page.get_by_role("link", name="Naar het formulier").click()
    fill_in(page)
    expect(page.get_by_label("Wat wilt u ermee bereiken?")).to_be_hidden()
    if script:
        expect(page.locator("#expected")).to_contain_text("donderdag 18 juni 14:11")
    page.get_by_role("button", name="Melding versturen").click()
    expect(page.get_by_role("heading", name="Bijna klaar")).to_be_visible()
    page.goto(link_in_mail(page.url.partition("/melden/")[0]))
    assert not Melding.objects.exists()
    page.get_by_role("button", name="Melding bevestigen").click()
    expect(page.get_by_role("heading", name="Uw melding is ontvangen")).to_be_visible()
    expect(page.locator("#main")).to_contain_text(Melding.objects.get().number)
    expect(page.locator("#main")).to_contain_text("maandag 22 juni 10:1")


def test_what_was_typed_survives_a_refusal(open_page: SignedIn) -> None:
    page = open_page(viewport=PHONE)
    page.goto("/melden/")
    fill_in(page)
    page.get_by_label("Omschrijving").fill("Patiënt 123456782 staat er dubbel in.")
    page.get_by_role("button", name="Melding versturen").click()
    expect(page.get_by_label("Omschrijving")).to_have_value("Patiënt 123456782 staat er dubbel in.")
    expect(page.get_by_label("Onderwerp")).to_have_value("Verslag komt niet terug")
    expect(page.get_by_label("Nee, het werk ligt stil")).to_be_checked()
    page.get_by_role("link", name="Omschrijving").click()
    expect(page.get_by_label("Omschrijving")).to_be_focused()


def test_a_contact_signs_in_with_a_code(noor: Contact, open_page: SignedIn) -> None:
    page = open_page(viewport=PHONE)
    page.goto("/portaal/")
    page.get_by_label("E-mail").fill(noor.user.email)
    page.get_by_role("button", name="Stuur mij een code").click()
    expect(page.get_by_role("heading", name="Code invullen")).to_be_visible()
    deliver(MUCH_LATER)
    (sent,) = [
        one
        for one in mail.outbox
        if one.to == [f"{noor.user.name} <{noor.user.email}>"] and "code" in one.subject
    ]
    code = re.search(r"^([A-Z0-9-]{6,12})$", str(sent.body), re.MULTILINE)
    assert code
    page.locator('input[name="code"]').fill(code[1])
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("heading", name="Uw meldingen")).to_be_visible()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_reply_accept_and_reopen(
    agent: User, noor: Contact, made: dict[str, Melding], open_page: SignedIn, viewport: Any
) -> None:
    melding = made["busy"]
    page = open_page(noor.user, viewport=viewport)
    page.goto("/portaal/")
    page.get_by_role("link", name=melding.subject).click()
    page.get_by_label("Uw reactie").fill("Het gebeurt bij alle verslagen van vandaag.")
    page.get_by_role("button", name="Reactie versturen").click()
    expect(page.get_by_text("Uw reactie is verstuurd.")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text("Het gebeurt bij alle verslagen van vandaag.")
    actions.resolve(melding, by=agent, at=timezone.now(), solution="De afzender is opnieuw geregistreerd.")
    page.reload()
    expect(page.locator(".timeline")).to_contain_text("De afzender is opnieuw geregistreerd.")
    page.get_by_text("Nee, nog niet").click()
    page.get_by_label("Wat is er nog niet opgelost?").fill("Het verslag van gisteren ontbreekt nog.")
    page.get_by_role("button", name="Melding heropenen").click()
    expect(page.get_by_text("De melding is heropend.", exact=True)).to_be_visible()
    actions.resolve(melding, by=agent, at=timezone.now(), solution="Ook dat van gisteren staat er nu.")
    page.reload()
    page.get_by_role("button", name="Ja, het is opgelost").click()
    expect(page.get_by_text("Dank u. De melding is gesloten.")).to_be_visible()
    melding.refresh_from_db()
    assert melding.state == State.CLOSED
