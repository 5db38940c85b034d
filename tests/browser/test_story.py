"""One Melding from report to acceptance, by the two people whom it concerns, each in a browser of their own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import Locator, Page, expect

from contractants.models import Contact
from desk.models import User
from desk.notices import deliver
from incidents.models import Melding
from tests import factories
from tests.browser.conftest import SignedIn, snap

pytestmark = pytest.mark.browser
POLLED = 40_000  # milliseconds: a list refreshes itself every 15 s


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in June 2026 in Amsterdam, which is two hours ahead of UTC; the 18th is a Thursday."""
    return datetime(2026, 6, day, hour - 2, minute, tzinfo=UTC)


@pytest.fixture
def noor() -> Contact:
    factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")
    return factories.contact(
        user__name="Noor Verhagen",
        user__email="noor@delinde.example",
        contractant__name="Ziekenhuis De Linde",
    )


@pytest.fixture
def sam() -> User:
    return factories.staff(name="Sam de Vries", email="sam@desk.example")


def card(page: Page, name: str) -> Locator:
    """The card of one clock."""
    return page.locator("section.due").filter(has=page.get_by_role("heading", name=name, exact=True))


def days(page: Page, name: str) -> list[list[str]]:
    """The explanation of one clock: the days and what each counted."""
    rows = card(page, name).locator("table.strip tbody tr")
    return [
        [row.get_by_role("rowheader").inner_text(), row.locator("td").last.inner_text()] for row in rows.all()
    ]


def act(page: Page, label: str, **words: str) -> None:
    """Open a transition, fill in its fields by label, and press its button."""
    page.locator("details.act > summary").filter(has_text=label).click()
    form = page.locator("details.act[open] form")
    for name, text in words.items():
        form.get_by_label(name).fill(text)
    form.get_by_role("button", name=label, exact=True).click()


def test_from_report_to_acceptance(noor: Contact, sam: User, open_page: SignedIn) -> None:
    with time_machine.travel(on(18, 9, 30), tick=False) as now:
        desk = open_page(sam)
        desk.goto("/meldingen/")
        expect(desk.get_by_text("Hier is nu niets")).to_be_visible()

        _report(open_page(), noor)
        melding = Melding.objects.get()
        assert (melding.priority, melding.contact) == (2, noor)

        now.move_to(on(18, 9, 31))
        arrived = desk.get_by_role("link", name="Verslag komt niet terug in EPD")
        expect(arrived).to_be_visible(timeout=POLLED)  # by itself
        arrived.click()

        now.move_to(on(18, 10, 42))
        desk.reload()
        expect(card(desk, "Reactie")).to_contain_text("do 18 juni 13:30")
        expect(card(desk, "Reactie")).to_contain_text("4 uur, ontvangen do 18 juni 09:30. Nog 2:48 te gaan.")
        expect(card(desk, "Oplossing")).to_contain_text("ma 22 juni 09:30")
        assert days(desk, "Oplossing") == [
            ["do 18 jun", "7:30"], ["vr 19 jun", "6:30"], ["za – zo", "0:00"], ["ma 22 jun", "0:30"]
        ]  # fmt: skip
        act(desk, "Oppakken")
        expect(desk.get_by_text("heeft opgepakt en de diagnose gestart.")).to_be_visible()
        expect(card(desk, "Reactie")).to_contain_text("Nog 2:48 te gaan.")  # nobody spoke to Noor yet

        now.move_to(on(18, 10, 45))
        act(desk, "Wacht op contractant", **{"Vraag aan de melder": "Hoe laat was de vergadering?"})
        expect(desk.get_by_text("De klok loopt door. Reactietijd gehaald in 1:15.")).to_be_visible()
        expect(card(desk, "Reactie")).to_contain_text("In 1:15 van 4:00.")

        now.move_to(on(18, 14))
        portal = open_page(noor.user)
        portal.goto(f"/portaal/{melding.number}/")
        expect(portal.get_by_text("Hoe laat was de vergadering?")).to_be_visible()
        expect(portal.get_by_text("ma 22 juni 09:30").first).to_be_visible()
        portal.locator("#reageren textarea").fill("Om tien uur vanochtend.")
        portal.get_by_role("button", name="Reactie versturen").click()
        expect(portal.get_by_text("Om tien uur vanochtend.")).to_be_visible()

        desk.reload()
        expect(desk.get_by_text("gaat verder: het antwoord van de melder is binnen.")).to_be_visible()
        expect(desk.locator(".entry").filter(has_text="Om tien uur vanochtend.")).to_be_visible()
        expect(card(desk, "Oplossing")).to_contain_text("Geteld tot nu 4:30, nog 10:00")

        now.move_to(on(19, 11))
        desk = open_page(sam)
        desk.goto(melding.get_absolute_url())
        act(desk, "Oplossen", Oplossing="De afzender is opnieuw geregistreerd.")
        expect(desk.get_by_text("heeft opgelost. Oplostijd gehaald in 9:30.")).to_be_visible()
        expect(card(desk, "Oplossing")).to_contain_text("In 9:30 van 14:30.")

        now.move_to(on(19, 15))
        portal = open_page(noor.user)
        portal.goto(f"/portaal/{melding.number}/")
        expect(portal.get_by_text("De afzender is opnieuw geregistreerd.")).to_be_visible()
        portal.locator("summary").filter(has_text="Nee, nog niet").click()
        portal.locator("details[open] textarea").fill("Het gebeurt nog steeds.")
        portal.get_by_role("button", name="Melding heropenen").click()
        expect(portal.get_by_text("Het gebeurt nog steeds.")).to_be_visible()

        desk.reload()
        expect(card(desk, "Oplossing")).to_contain_text(
            "ma 22 juni 13:30"
        )  # the four hours that it stood still
        expect(card(desk, "Oplossing")).to_contain_text("Geteld tot nu 9:30, nog 5:00")
        assert days(desk, "Oplossing")[1] == ["vr 19 jun", "2:30"]
        snap(desk, "story-reopened")

        now.move_to(on(22, 10))
        desk = open_page(sam)
        desk.goto(melding.get_absolute_url())
        act(desk, "Oplossen", Oplossing="Nu ook aan de kant van het EPD.")
        expect(desk.get_by_text("heeft opgelost. Oplostijd gehaald in 11:00.")).to_be_visible()
        assert days(desk, "Oplossing") == [
            ["do 18 jun", "7:30"], ["vr 19 jun", "2:30"], ["za – zo", "0:00"], ["ma 22 jun", "1:00"]
        ]  # fmt: skip

        now.move_to(on(22, 11))
        portal = open_page(noor.user)
        portal.goto(f"/portaal/{melding.number}/")
        portal.get_by_role("button", name="Ja, het is opgelost").click()
        expect(portal.get_by_text("Dank u. De melding is gesloten.")).to_be_visible()

        desk.reload()
        expect(desk.get_by_text("heeft de oplossing geaccepteerd.")).to_be_visible()
        expect(card(desk, "Oplossing")).to_contain_text("gehaald")
        melding.refresh_from_db()
        assert (melding.state, melding.response_met, melding.resolution_met) == ("closed", True, True)
        assert (melding.response_elapsed // 60, melding.resolution_elapsed // 60) == (75, 660)


def _report(page: Page, noor: Contact) -> None:
    """By the public form, and the link that is mailed."""
    page.goto("/melden/")
    page.get_by_label("Uw naam").fill("Noor Verhagen")
    page.get_by_label("E-mailadres").fill(noor.user.email)
    page.get_by_label("Er werkt iets niet of niet goed").check()
    page.get_by_label("Om welke Dienst gaat het?").select_option(label="Dienst MDO")
    page.get_by_label("Onderwerp").fill("Verslag komt niet terug in EPD")
    page.get_by_label("Omschrijving").fill(
        "Sinds de vergadering staat het verslag wel in de dienst, niet in ons EPD."
    )
    page.locator("input[name=impact][value=medium]").check()
    page.locator("input[name=urgency][value=high]").check()
    page.get_by_label("Hoeveel gebruikers hebben er last van?").fill("6")
    page.get_by_label("Wanneer zag u het voor het eerst?").fill("2026-06-18T09:00")
    page.locator("input[name=reproducible][value=yes]").check()
    page.get_by_role("button", name="Melding versturen").click()
    expect(page).to_have_url(re.compile("/melden/verzonden/$"))
    deliver(datetime(2100, 1, 1, tzinfo=UTC))  # the database keeps a clock of its own, which did not travel
    link = re.search(r"https?://\S+/melden/bevestigen/\S+", str(mail.outbox[-1].body))
    assert link
    page.goto(urlsplit(link[0]).path)
    page.get_by_role("button", name="Melding bevestigen").click()
    expect(page.get_by_role("heading", name="Uw melding is ontvangen")).to_be_visible()
