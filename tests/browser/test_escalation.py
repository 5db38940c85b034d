"""An escalation through all four echelons, from both sides, each in a browser of their own (SLA 4.4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import Page, expect

from desk.models import User
from desk.notices import deliver
from desk.permissions import Role
from incidents.models import Channel, Escalation, Melding
from tests import factories
from tests.browser.conftest import PHONE, SignedIn, snap, wrong_with

pytestmark = pytest.mark.browser
NOW = datetime(2026, 6, 18, 8, 11, tzinfo=UTC)  # a Thursday, 10:11 in Amsterdam
ECHELONS = [
    (Role.SUPPORT, "Sam de Vries", "Supportafdeling"),
    (Role.PRODUCT_MANAGER, "Fatma Yildiz", "Productmanager"),
    (Role.SERVICE_LEVEL_MANAGER, "Marieke van Dalen", "Servicelevelmanager"),
    (Role.MANAGEMENT, "Ruben Pinas", "Directie"),
]


class Scene:
    """A Melding of Noor's, her hoofdcontactpersoon Lies, and one member of staff for each echelon."""

    def __init__(self) -> None:
        self.staff = [
            factories.staff(role, name=name, email=f"echelon{n}@desk.example")
            for n, (role, name, _label) in enumerate(ECHELONS, 1)
        ]
        self.noor = factories.contact(user__name="Noor Verhagen", user__email="noor@delinde.example")
        own = {"contractant": self.noor.contractant, "role": "main_contact"}
        self.lies = factories.contact(user__name="Lies Hoofd", user__email="lies@delinde.example", **own)
        self.melding = factories.registered(
            contact=self.noor, by=self.noor.user, at=NOW, channel=Channel.PORTAL, subject="Verslag ontbreekt"
        )

    @property
    def portal(self) -> str:
        return f"/portaal/{self.melding.number}/"


def mailed() -> dict[str, str]:
    """Who was sent what since the last look: address -> subject."""
    mail.outbox.clear()
    deliver(datetime(2100, 1, 1, tzinfo=UTC))
    return {message.to[0].rpartition("<")[2].rstrip(">"): str(message.subject) for message in mail.outbox}


def portal_act(page: Page, summary: str, button: str, words: str) -> None:
    page.locator("details.act > summary").filter(has_text=summary).click()
    form = page.locator("details.act[open] form")
    form.locator("textarea").fill(words)
    form.get_by_role("button", name=button, exact=True).click()


def desk_act(page: Page, label: str, words: str) -> None:
    page.locator("details.act > summary").filter(has_text=label).click()
    form = page.locator("details.act[open] form")
    form.locator("textarea").fill(words)
    form.get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#messages")).to_contain_text("vastgelegd")


def to_their_list(page: Page, escalation: Escalation, label: str) -> None:
    """From the list that they see first to the escalation."""
    page.goto("/escalaties/")
    expect(page.get_by_role("heading", name=f"Escalaties bij: {label}")).to_be_visible()
    page.get_by_role("link", name="Verslag ontbreekt").click()
    expect(page.get_by_text(escalation.number).first).to_be_visible()


def test_through_all_four_echelons_from_both_sides(open_page: SignedIn) -> None:
    with time_machine.travel(NOW, tick=False):
        scene = Scene()
        mailed()
        portal = open_page(scene.noor.user)
        portal.goto(scene.portal)
        portal.locator("details.act > summary").filter(has_text="Escaleren").click()
        portal.get_by_label("Het duurt langer dan afgesproken").check()
        portal.get_by_label("Wat moet er volgens u gebeuren?").fill("Vandaag een oplossing, graag.")
        portal.get_by_role("button", name="Escalatie versturen").click()
        expect(portal.get_by_text("Uw escalatie ligt bij echelon 1, Supportafdeling")).to_be_visible()
        escalation = Escalation.objects.get()
        assert mailed() == {
            "echelon1@desk.example": f"[{escalation.number}] Melding {scene.melding.number} is geëscaleerd"
        }

        for level, (_role, name, label) in enumerate(ECHELONS, 1):
            desk = open_page(scene.staff[level - 1])
            to_their_list(desk, escalation, label)
            desk_act(desk, "Beantwoorden", f"Antwoord van echelon {level}.")
            expect(desk.get_by_text(f"Antwoord van echelon {level}.")).to_be_visible()
            told = mailed()
            assert told["noor@delinde.example"].endswith("antwoord op de escalatie")
            assert ("lies@delinde.example" in told) is (level > 1)

            portal.reload()
            expect(portal.locator(".timeline").get_by_text(f"Antwoord van echelon {level}.")).to_be_visible()
            expect(portal.locator(".timeline").get_by_text(name).first).to_be_visible()
            if level == 2:  # passed up by the echelon itself, this time
                desk_act(desk, "Doorzetten naar hoger echelon", "Dit gaat over de afspraken zelf.")
                expect(desk.get_by_text("alleen dit echelon en hoger")).to_be_visible()
                portal.reload()
                expect(portal.get_by_text("Dit gaat over de afspraken zelf.")).to_be_visible()
            elif level < 4:
                portal_act(portal, "Niet tevreden", "Verder escaleren", f"Niet genoeg na echelon {level}.")
                following = f"Uw escalatie ligt bij echelon {level + 1}, {ECHELONS[level][2]}"
                expect(portal.get_by_text(following)).to_be_visible()
            if level < 4:
                told = mailed()
                assert f"echelon{level + 1}@desk.example" in told
                assert "lies@delinde.example" in told
            snap(desk, f"escalation-{level}")

        expect(portal.get_by_role("button", name="Akkoord met dit antwoord")).to_be_visible()
        expect(portal.locator("summary").filter(has_text="Niet tevreden")).to_have_count(
            0
        )  # nobody is higher
        portal.get_by_role("button", name="Akkoord met dit antwoord").click()
        expect(portal.get_by_text("Deze escalatie is afgesloten.")).to_be_visible()
        snap(portal, "escalation-portal")
        assert "akkoord" in mailed()["echelon4@desk.example"]
        desk.reload()
        expect(desk.locator(".timeline")).to_contain_text(
            "is akkoord met het antwoord. De escalatie is afgesloten."
        )
        assert [event.verb for event in escalation.events()] == [
            "start", "answer", "dispute", "answer", "pass_up", "answer", "dispute", "answer", "accept_answer"
        ]  # fmt: skip


def test_the_pages_are_for_everybody(open_page: SignedIn) -> None:
    with time_machine.travel(NOW, tick=False):
        scene = Scene()
        melding: Melding = scene.melding
        from incidents import actions

        actions.escalate(
            melding,
            by=scene.noor.user,
            at=NOW,
            reason="priority",
            expected_priority=1,
            words="Iedereen ligt stil.",
        )
        escalation = melding.escalations.get()
        actions.answer(escalation, by=scene.staff[0], at=NOW, words="Wij kijken ernaar.")
        visits: list[tuple[User, str]] = [
            (scene.staff[0], "/escalaties/"), (scene.staff[0], escalation.get_absolute_url()),
            (scene.staff[0], melding.get_absolute_url()), (scene.staff[0], "/meldingen/"), (scene.noor.user, scene.portal),
        ]  # fmt: skip
        for user in (scene.staff[0], scene.noor.user):
            for size in ({}, {"viewport": PHONE}):
                page = open_page(user, **size)
                for who, address in visits:
                    if who != user:
                        continue
                    page.goto(address)
                    for more in page.locator("details.act:not([open]) > summary").all()[:1]:
                        more.click()
                    assert wrong_with(page, re.sub(r"\W+", "-", address).strip("-")) == []
