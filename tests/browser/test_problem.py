"""An Incident solved with a workaround becomes a Problem, then a known error, which another agent finds beside the
next Melding and applies with one click (SLA 12.1, 12.2); the contractant reads the advice (SLA 12.3). A Change takes the
cause away, and the contractant reads that in the notes of its Release (SLA 10, 11)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from changes.models import Change
from desk.models import User
from incidents import actions
from incidents.models import Channel, Melding
from problems.models import Problem
from tests import factories
from tests.browser import test_change
from tests.browser.conftest import PHONE, SignedIn, snap, wrong_with
from tests.browser.scene import NOW

pytestmark = pytest.mark.browser
WORKAROUND = "Wacht na opslaan op de groene vink voordat u de volgende patiënt opent."


class Scene:
    """An agent who solves, a colleague who meets it again, who answers for it, and a contact of another contractant."""

    def __init__(self) -> None:
        self.sam = factories.staff(name="Sam de Vries", email="sam@desk.example")
        self.jip = factories.staff(name="Jip Boer", email="jip@desk.example")
        self.fatma = factories.staff("product_manager", name="Fatma Yildiz", email="fatma@desk.example")
        mdo = factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")
        self.noor = factories.contact(user__name="Noor Verhagen", user__email="noor@delinde.example")
        factories.ContractFactory.create(contractant=self.noor.contractant, service=mdo)
        told: dict[str, Any] = {
            "service": mdo,
            "channel": Channel.PORTAL,
            "impact": "medium",
            "urgency": "medium",
        }
        self.first: Melding = factories.registered(
            at=NOW, subject="Stemadvies verdwijnt na opslaan", description="Bij de volgende patiënt is het advies leeg.",
            contact=factories.contact(user__name="Wil Oever"), **told,
        )  # fmt: skip
        actions.pick_up(self.first, by=self.sam, at=NOW)
        actions.resolve(self.first, by=self.sam, at=NOW, solution=WORKAROUND, workaround=True)
        self.second: Melding = factories.registered(
            at=NOW, subject="Advies verdwenen na opslaan", description="De volgende patiënt opende en het was leeg.",
            contact=self.noor, by=self.noor.user, **told,
        )  # fmt: skip


def act(page: Page, label: str, **words: str) -> None:
    """Open the form of a step, also where it waits behind "Meer", fill it in and send it."""
    page.locator(".acts").first.wait_for()  # a link that was clicked may still be on its way
    summary = page.locator("details.act > summary").filter(has_text=label)
    if not summary.first.is_visible():
        page.locator("details.more > summary").click()
    summary.first.click()
    form = page.locator("details.act[open] form")
    for name, text in words.items():
        form.locator(f"[name={name}]").fill(text)
    form.get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#messages")).to_contain_text("vastgelegd")


def test_from_a_workaround_by_a_known_error_and_a_change_to_release_notes(open_page: SignedIn) -> None:
    with time_machine.travel(NOW, tick=False):
        scene = Scene()
        desk = open_page(scene.sam)
        desk.goto(scene.first.get_absolute_url())
        desk.get_by_role("link", name="Probleem openen").click()
        expect(desk.locator("#id_workaround")).to_have_value(WORKAROUND)
        expect(desk.locator("#id_meldingen")).to_have_value(scene.first.number)
        desk.get_by_role("radio", name="Impact Gemiddeld, kans Vaak").check(force=True)
        snap(desk, "problem-new")
        desk.get_by_role("button", name="Probleem vastleggen").click()
        expect(desk.get_by_role("heading", name="Stemadvies verdwijnt na opslaan", level=1)).to_be_visible()
        problem = Problem.objects.get()
        assert (problem.origin, problem.risk, problem.owner) == ("incident", 2, scene.sam)

        act(
            desk,
            "Analyse vastleggen",
            cause="Doorklikken breekt het opslaan af.",
            factors="Geen waarschuwing.",
        )
        act(desk, "Known error vaststellen")
        expect(desk.locator(".case-head")).to_contain_text("known error")
        snap(desk, "problem-known-error")

        manager = open_page(scene.fatma)
        manager.goto("/problemen/?view=known")
        manager.get_by_role("link", name="Stemadvies verdwijnt").click()
        act(
            manager,
            "Bekendmaken aan contractanten",
            public_title="Advies leeg na opslaan",
            advice="Wacht op de groene vink.",
        )

        colleague = open_page(scene.jip)
        colleague.goto(scene.second.get_absolute_url())
        panel = colleague.locator("section").filter(
            has=colleague.get_by_role("heading", name="Bekende problemen")
        )
        expect(panel).to_contain_text(problem.number)
        expect(panel).to_contain_text("advies")
        snap(colleague, "problem-beside")
        panel.get_by_role("button", name="Toepassen").click()
        expect(colleague.locator("#messages")).to_contain_text("opgelost met de workaround van")
        expect(colleague.locator(".timeline")).to_contain_text(WORKAROUND)
        expect(colleague.get_by_role("heading", name="Problemen achter deze melding")).to_be_visible()
        desk.reload()
        expect(desk.locator("main")).to_contain_text("1 keer toegepast")
        expect(desk.locator("aside")).to_contain_text(scene.second.number)
        scene.second.refresh_from_db()
        assert (scene.second.state, scene.second.assignee) == ("resolved", scene.jip)

        portal = open_page(scene.noor.user, viewport=PHONE)
        portal.goto("/portaal/nieuw/")
        portal.get_by_label("Onderwerp").press_sequentially("advies leeg na opslaan")
        expect(portal.get_by_text("Is het misschien dit?")).to_be_visible()
        snap(portal, "problem-portal-suggested")
        portal.goto("/portaal/bekende-problemen/")
        portal.get_by_role("link", name="Advies leeg na opslaan").click()
        expect(portal.get_by_text("Wacht op de groene vink.")).to_be_visible()
        expect(portal.locator("body")).not_to_contain_text("breekt het opslaan af")
        snap(portal, "problem-portal")

        number = changed_because_of(desk)
        manager.goto("/wijzigingen/?view=approve")
        manager.get_by_role("link", name="Stemadvies verdwijnt").click()
        test_change.act(manager, "Goedkeuren")
        test_change.act(manager, "Honoreren")
        problem.refresh_from_db()
        assert (problem.state, Change.objects.get().problem) == ("solution_planned", problem)
        note = "Een advies blijft staan, ook wie snel doorklikt."
        test_change.let_out(manager, test_change.made(manager, number, note))
        manager.goto(problem.get_absolute_url())
        act(manager, "Oplossen", solution="Zit in release 8.2.")
        test_change.act(manager, "Sluiten")

        portal.goto("/portaal/releases/")
        portal.get_by_role("link", name="Dienst MDO 8.2").click()
        expect(portal.locator("main")).to_contain_text(note)
        snap(portal, "problem-released")


def changed_because_of(desk: Page) -> str:
    """A Change out of the Problem on this page, assessed; returns its number."""
    desk.get_by_role("link", name="Wijziging hieruit maken").click()
    desk.get_by_label("Beoogd doel").fill("Geen advies gaat meer verloren.")
    desk.get_by_role("button", name="Wijziging vastleggen").click()
    expect(desk.locator("#messages")).to_contain_text("is vastgelegd")
    desk.locator("details.act > summary").filter(has_text="Beoordelen").click()
    form = desk.locator("details.act[open] form")
    for name, words in {
        "cost": "Drie dagen",
        "risk": "Raakt het opslaan",
        "benefit": "Minder werk dubbel",
    }.items():
        form.locator(f"[name={name}]").fill(words)
    form.get_by_label("laag").check()
    form.get_by_role("button", name="Beoordelen", exact=True).click()
    expect(desk.locator("main")).to_contain_text("Productmanager: nog niet")
    return Change.objects.get().number


def test_the_worklist_links_what_was_ticked(open_page: SignedIn) -> None:
    with time_machine.travel(NOW, tick=False):
        scene = Scene()
        desk = open_page(scene.jip)
        desk.goto("/meldingen/")
        desk.get_by_role("checkbox").filter(visible=True).first.check()
        desk.get_by_role("button", name="Koppelen aan een probleem").click()
        expect(desk.get_by_text("Er is geen open probleem om aan te koppelen.")).to_be_visible()
        desk.get_by_role("link", name="Of open een nieuw probleem").click()
        expect(desk.locator("#id_meldingen")).to_have_value(scene.second.number)


def test_the_pages_are_for_everybody(open_page: SignedIn) -> None:
    with time_machine.travel(NOW, tick=False):
        scene = Scene()
        problem = known(scene)
        visits: dict[User, list[str]] = {
            scene.fatma: ["/problemen/", "/problemen/kandidaten/", problem.get_absolute_url(), "/problemen/nieuw/", scene.second.get_absolute_url()],
            scene.noor.user: ["/portaal/bekende-problemen/", f"/portaal/bekende-problemen/{problem.number}/"],
        }  # fmt: skip
        for user, addresses in visits.items():
            for size in ({}, {"viewport": PHONE}):
                page = open_page(user, **size)
                for number, address in enumerate(addresses):
                    page.goto(address)
                    page.wait_for_load_state("networkidle")
                    assert wrong_with(page, f"problem-{user.role}-{number}") == []


def known(scene: Scene) -> Problem:
    """With something in every corner of its page."""
    from problems import actions as problems

    problem = problems.open_problem(
        by=scene.fatma, at=NOW, title="Stemadvies verdwijnt na opslaan", description="Het advies is leeg.",
        likelihood="likely", impact="large", service=scene.first.service, meldingen=[scene.first], workaround=WORKAROUND,
        owner=scene.sam, origin="trend", evidence={"summary": "Drie keer zo veel als verwacht.", "facts": {"regel": "u-kaart"}},
    )  # fmt: skip
    problems.add_moment(problem, by=scene.sam, at=NOW, moment=NOW, what="Eerste melding.")
    problems.add_action(
        problem, by=scene.sam, at=NOW, what="Opslaan afwachten", who=scene.jip, due=NOW.date().replace(day=2)
    )
    problems.analyse(
        problem,
        by=scene.sam,
        at=NOW,
        cause="Doorklikken breekt het opslaan af.",
        factors="Geen waarschuwing.",
    )
    problems.note(problem, by=scene.jip, at=NOW, body="Dit zagen we vorig jaar ook.")
    return problems.publish(
        problem, by=scene.fatma, at=NOW, public_title="Advies leeg", advice="Wacht op de groene vink."
    )
