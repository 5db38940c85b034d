"""What an agent sees and does all day, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import expect

from desk.models import User
from incidents import actions
from tests import factories
from tests.browser import scene
from tests.browser.conftest import PHONE, WIDE, SignedIn, snap, wrong_with
from tests.browser_axe import axe_violations

pytestmark = pytest.mark.browser


@pytest.fixture
def agent() -> User:
    return factories.staff(name="Sam de Vries", email="sam@desk.example")


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_are_accessible(agent: User, open_page: SignedIn, viewport: Any) -> None:
    with time_machine.travel(scene.NOW, tick=True):
        made = {**scene.build(agent), "alarms": scene.alarms()}
        page = open_page(agent, viewport=viewport)
        addresses = {
            "worklist": "/meldingen/", "search": "/zoeken/?q=verslag", "empty": "/zoeken/?q=niets",
            "new": "/meldingen/nieuw/", "unconfirmed": "/meldingen/onbevestigd/",
            **{name: made[name].get_absolute_url() for name in made},
        }  # fmt: skip
        wrong = []
        for name, address in addresses.items():
            page.goto(address)
            wrong += wrong_with(page, name)
        assert wrong == []


@pytest.fixture
def _thursday() -> Iterator[None]:
    with time_machine.travel(scene.NOW, tick=True):
        yield


@pytest.mark.usefixtures("_thursday")
class TestAtWork:
    def test_the_keyboard_goes_through_the_list(self, agent: User, open_page: SignedIn) -> None:
        first, second = factories.registered(at=scene.day(18, 7)), factories.registered(at=scene.day(18, 8))
        page = open_page(agent)
        page.goto("/meldingen/")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(page.locator(f"#{first.number} a")).to_be_focused()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{second.get_absolute_url()}")
        page.keyboard.press("/")
        expect(page.locator("#find")).to_be_focused()
        page.keyboard.type(first.number)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{first.get_absolute_url()}")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        page.wait_for_url("**/meldingen/nieuw/")

    def test_what_is_new_arrives_without_moving_what_one_reads(
        self, agent: User, open_page: SignedIn
    ) -> None:
        for n in range(30):
            factories.registered(at=scene.day(18, 7, n))
        page = open_page(agent)
        page.goto("/meldingen/")
        row = page.locator("tr[id]").nth(15)
        number = row.get_attribute("id")
        row.scroll_into_view_if_needed()
        page.mouse.wheel(0, 300)
        row.hover()
        before = page.locator(f"#{number}").bounding_box()
        new = factories.registered(at=scene.day(18, 6))  # comes first in order of work
        expect(page.locator(f"#{new.number}.row-new")).to_be_attached(timeout=40_000)
        after = page.locator(f"#{number}").bounding_box()
        assert before
        assert after
        assert abs(before["y"] - after["y"]) < 2
        assert "31" in page.locator("#views [aria-current]").inner_text()

    def test_a_row_that_has_the_focus_stays(self, agent: User, open_page: SignedIn) -> None:
        factories.registered(at=scene.day(18, 7))
        page = open_page(agent)
        page.goto("/meldingen/")
        page.keyboard.press("j")
        page.evaluate("document.activeElement.dataset.same = 'yes'")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.wait_for_timeout(17_000)  # longer than the list waits before it asks again
        assert page.evaluate("document.activeElement.dataset.same") == "yes"
        assert not [url for url in asked if url.endswith("/meldingen/")]

    def test_a_choice_narrows_at_once(self, agent: User, open_page: SignedIn) -> None:
        wanted = factories.registered(at=scene.day(18, 7), kind="question")
        other = factories.registered(at=scene.day(18, 8))
        page = open_page(agent)
        page.goto("/meldingen/")
        page.get_by_label("Soort").select_option("question")
        expect(page.locator(f"#{other.number}")).to_have_count(0)
        expect(page.locator(f"#{wanted.number}")).to_be_visible()
        assert "kind=question" in page.url

    def test_a_melding_by_phone(self, agent: User, open_page: SignedIn) -> None:
        factories.contact(user__name="Noor Verhagen", contractant__name="Ziekenhuis De Linde")
        factories.ServiceFactory.create(name="Dienst MDO")
        page = open_page(agent)
        page.goto("/meldingen/nieuw/")
        page.keyboard.type("linde")  # the cursor is there already
        page.get_by_label("Noor Verhagen · Ziekenhuis De Linde").check()
        page.get_by_label("Dienst", exact=True).select_option(label="Dienst MDO")
        page.get_by_label("Onderwerp").fill("Scherm blijft leeg")
        page.get_by_label("Omschrijving").fill("Na het inloggen.")
        page.get_by_label("Impact gemiddeld, urgentie hoog").check()
        expect(page.locator("#promise")).to_contain_text("do 18 juni 14:11")
        expect(page.locator("#promise")).to_contain_text("ma 22 juni 10:11")
        expect(page.locator("#promise li")).to_have_count(4)
        page.evaluate("scrollTo(0, 0)")
        snap(page, "phone-filled")
        page.get_by_label("Aantal gebruikers met hinder").fill("3")
        page.get_by_label("Voor het eerst gezien").fill("2026-06-18T09:30")
        page.get_by_label("Te herhalen").select_option("yes")
        page.get_by_label("Verwachte prioriteit").select_option("2")
        expect(page.locator("#promise li")).to_have_count(0)
        page.get_by_label("Ik neem deze zelf in behandeling").check()
        page.get_by_role("button", name="Melding vastleggen").click()
        expect(page.get_by_role("heading", name="Scherm blijft leeg")).to_be_visible()
        expect(page.get_by_text("In 0:00 van 4:00.")).to_be_visible()

    def test_two_agents_at_once(self, agent: User, open_page: SignedIn) -> None:
        """Nobody's text is lost, and the second hears what the first did."""
        jip = factories.staff(name="Jip Boer")
        melding = factories.registered(at=scene.day(18, 7), by=agent)
        actions.pick_up(melding, by=agent, at=scene.day(18, 8), contacted=True)
        page = open_page(agent)
        page.goto(melding.get_absolute_url())
        page.locator("summary").filter(has_text="Oplossen").click()
        page.locator("details.act[open]").get_by_label("Oplossing").fill("Een lange uitleg")
        actions.wait_for_chain(melding, by=jip, at=scene.NOW, party="Netwerk Noord", question="Traag?")
        page.locator("details.act[open]").get_by_role("button", name="Oplossen").click()
        told = page.get_by_role("alert")
        expect(told).to_contain_text("Jip Boer wacht op Netwerk Noord.")
        expect(told.get_by_label("Oplossing")).to_have_value("Een lange uitleg")
        snap(page, "refused")
        assert axe_violations(page) == []

    def test_a_draft_outlives_a_wrong_click(self, agent: User, open_page: SignedIn) -> None:
        melding = factories.registered(at=scene.day(18, 7))
        page = open_page(agent)
        page.goto(melding.get_absolute_url())
        page.get_by_label("Antwoord", exact=False).last.fill("Half af")
        page.goto("/meldingen/")
        page.goto(melding.get_absolute_url())
        expect(page.locator("textarea#reply_body")).to_have_value("Half af")
        page.get_by_role("button", name="Verstuur antwoord").click()
        expect(page.locator(".entry").filter(has_text="Half af")).to_be_visible()
        expect(page.locator("textarea#reply_body")).to_have_value("")

    def test_it_works_without_javascript(self, agent: User, open_page: SignedIn) -> None:
        factories.contact(user__name="Noor Verhagen")
        page = open_page(agent, java_script_enabled=False)
        page.goto("/meldingen/nieuw/")
        page.get_by_label("Wie belt er?").fill("noor")
        page.get_by_label("Onderwerp").fill("Scherm blijft leeg")
        page.get_by_role("button", name="Zoek", exact=True).click()
        page.get_by_label("Noor Verhagen").check()
        page.get_by_label("Omschrijving").fill("Na het inloggen.")
        page.get_by_label("Impact groot, urgentie hoog").check()
        page.get_by_role("button", name="Melding vastleggen").click()
        expect(page.get_by_role("alert")).to_contain_text("Aantal gebruikers met hinder")
        page.get_by_label("Toch aannemen zonder deze gegevens").check()
        page.get_by_role("button", name="Melding vastleggen").click()
        page.locator("summary").filter(has_text="Oppakken").click()
        page.locator("details[open]").get_by_role("button", name="Oppakken").click()
        expect(
            page.get_by_text("heeft opgepakt en de diagnose gestart. Reactietijd gehaald in 0:0")
        ).to_be_visible()
        page.goto("/meldingen/")
        page.get_by_label("Soort").select_option("question")
        page.get_by_role("button", name="Toon").click()
        expect(page.get_by_text("Hier is niets bij deze keuze")).to_be_visible()

    def test_everyone_hears_of_a_p1_and_one_picks_it_up(self, agent: User, open_page: SignedIn) -> None:
        jip = factories.staff(name="Jip Boer")
        pages = [open_page(agent), open_page(jip)]
        for page in pages:
            page.goto("/zoeken/")
        alarm = factories.registered(at=scene.NOW, impact="large", urgency="high", subject="Alles ligt stil")
        for page in pages:
            expect(page.locator("#banner")).to_contain_text("Alles ligt stil", timeout=50_000)
        pages[0].get_by_role("button", name="Oppakken").click()
        pages[0].wait_for_url(f"**{alarm.get_absolute_url()}")
        expect(pages[1].locator("#banner")).not_to_contain_text("Alles ligt stil", timeout=50_000)
