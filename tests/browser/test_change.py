"""A Change from the portal to the release notes, each person in a browser of their own (SLA 10, 11)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import Page, expect

from changes.models import Change
from desk.permissions import Role
from tests import factories
from tests.browser.conftest import PHONE, SignedIn, snap
from tests.browser.test_escalation import mailed
from tests.browser_axe import axe_violations

pytestmark = pytest.mark.browser
NOW = datetime(2026, 6, 18, 8, 11, tzinfo=UTC)  # a Thursday, 10:11 in Amsterdam


def act(page: Page, label: str, **fields: str) -> None:
    """Take a step; `fields` are what its form asks, by name."""
    page.locator(".acts").first.wait_for()  # a link that was clicked may still be on its way
    summary = page.locator("details.act > summary").filter(has_text=label)
    if summary.count():
        summary.first.click()
        form = page.locator("details.act[open] form").first
        for name, value in fields.items():
            form.locator(f"[name={name}]").fill(value)
        form.get_by_role("button", name=label, exact=True).click()
    else:
        page.get_by_role("button", name=label, exact=True).first.click()
    expect(page.locator("#messages")).to_contain_text("vastgelegd")


def made(manager: Page, number: str, note: str) -> str:
    """Put a Release on the calendar, plan an honoured Change into it and finish that; returns the Release's address."""
    manager.goto("/releases/nieuw/")
    manager.get_by_label("Versie").fill("8.2")
    manager.get_by_label("Gepland op").fill("2026-06-18")
    manager.locator("[name=service]").select_option(label="Dienst MDO")
    manager.get_by_role("button", name="Release inplannen").click()
    expect(manager.locator("#messages")).to_contain_text("staat op de kalender")
    release = manager.url
    manager.goto(f"/wijzigingen/{number}/")
    manager.locator("details.act > summary").filter(has_text="Inplannen").click()
    form = manager.locator("details.act[open] form")
    form.locator("[name=release]").select_option(index=1)
    form.locator("[name=release_note]").fill(note)
    form.get_by_role("button", name="Inplannen in een release", exact=True).click()
    expect(manager.locator("#messages")).to_contain_text("vastgelegd")
    for label in ("Gebouwd", "Getest", "Accepteren"):
        act(manager, label)
    return release


def let_out(manager: Page, release: str) -> None:
    manager.goto(release)
    for label in ("Bevriezen", "Vrijgeven"):
        act(manager, label)


@time_machine.travel(NOW, tick=True)
def test_from_a_wish_in_the_portal_to_the_release_notes(open_page: SignedIn) -> None:
    mdo = factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")
    noor = factories.contact(user__name="Noor Verhagen", user__email="noor@delinde.example")
    factories.ContractFactory.create(contractant=noor.contractant, service=mdo)
    sam = factories.staff(name="Sam de Vries")
    fatma = factories.staff(Role.PRODUCT_MANAGER, name="Fatma Yildiz", email="fatma@desk.example")
    marieke = factories.staff(
        Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen", email="marieke@desk.example"
    )

    portal = open_page(noor.user, viewport=PHONE)
    portal.goto("/portaal/wijzigingen/nieuw/")
    portal.get_by_label("Onderwerp").fill("Agenda in kleur")
    portal.get_by_label("Omschrijving").fill("Geef elk soort overleg een eigen kleur.")
    portal.get_by_label("Beoogd doel").fill("In één oogopslag zien welk overleg het is.")
    snap(portal, "change-portal-new")
    assert axe_violations(portal) == []
    portal.get_by_role("button", name="Aanvraag versturen").click()
    expect(portal.locator("#messages")).to_contain_text("ontvangen")
    number = Change.objects.get().number
    assert mailed().keys() == {"noor@delinde.example", "fatma@desk.example"}

    agent = open_page(sam)
    agent.goto("/wijzigingen/")
    agent.get_by_role("link", name="Agenda in kleur").click()
    agent.locator("details.act > summary").filter(has_text="Beoordelen").click()
    form = agent.locator("details.act[open] form")
    form.locator("[name=cost]").fill("Vier dagen")
    form.locator("[name=risk]").fill("Raakt ieder scherm")
    form.locator("[name=benefit]").fill("Minder vergissingen")
    form.get_by_label("hoog").check()
    snap(agent, "change-assess")
    form.get_by_role("button", name="Beoordelen", exact=True).click()
    expect(agent.locator("main")).to_contain_text("Servicelevelmanager: nog niet")
    assert mailed().keys() == {"fatma@desk.example", "marieke@desk.example"}

    manager, level_manager = open_page(fatma), open_page(marieke)
    for page in (manager, level_manager):
        page.goto("/wijzigingen/?view=approve")
        page.get_by_role("link", name="Agenda in kleur").click()
        act(page, "Goedkeuren")
    manager.reload()
    snap(manager, "change-approved")
    assert axe_violations(manager) == []
    act(manager, "Honoreren", words="Een goed idee.")
    assert "gehonoreerd" in mailed()["noor@delinde.example"]

    release = made(manager, number, "Elk soort overleg heeft een eigen kleur.")
    mailed()

    let_out(manager, release)
    snap(manager, "release-out")
    assert axe_violations(manager) == []
    manager.goto("/releases/")
    snap(manager, "release-calendar")
    assert axe_violations(manager) == []
    assert "noor@delinde.example" in mailed()

    portal.goto("/portaal/releases/")
    portal.get_by_role("link", name="Dienst MDO 8.2").click()
    expect(portal.locator("main")).to_contain_text("Elk soort overleg heeft een eigen kleur.")
    snap(portal, "release-portal")
    assert axe_violations(portal) == []
    portal.goto(f"/portaal/wijzigingen/{number}/")
    expect(portal.locator("main")).to_contain_text("doorgevoerd")
    snap(portal, "change-portal")
    assert axe_violations(portal) == []
