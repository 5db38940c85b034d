"""Onderhoud in a browser: announced, collided with, pushed aside, given a new date, and read in the portal (SLA 7.1)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from changes.actions import maintenance as actions
from changes.models import Freeze, Maintenance, MaintenancePattern, SubcontractorUpdate
from contractants.models import Contact, Service
from desk.models import User
from desk.permissions import Role
from tests import factories
from tests.browser.conftest import PHONE, WIDE, SignedIn, snap, wrong_with
from tests.changes.maintaining import NIGHT, NOW, announced, drafted, local, mdo, planned, served

pytestmark = pytest.mark.browser


@pytest.fixture
def service() -> Service:
    return mdo()


@pytest.fixture
def fatma(service: Service) -> User:
    return factories.staff(Role.PRODUCT_MANAGER, name="Fatma Yıldız")


@pytest.fixture
def hanneke(service: Service) -> Contact:
    return served(service, contractant__name="Merenziekenhuis", role="main_contact")


def fill(page: Page, title: str, kind: str, start: str, end: str) -> None:
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Dienst MDO").check()
    page.get_by_label("Soort").select_option(kind)
    page.get_by_label("Van", exact=False).first.fill(start)
    page.get_by_label("Tot", exact=False).first.fill(end)
    page.get_by_label("Tot", exact=False).first.blur()


def announce(page: Page) -> None:
    page.locator("summary", has_text="Aankondigen").click()
    page.locator("[data-transition=publish] button").click()


def test_an_urgent_change_collides_with_regular_onderhoud(
    fatma: User, hanneke: Contact, open_page: SignedIn
) -> None:
    with time_machine.travel(NOW, tick=True):
        page, portal = open_page(fatma), open_page(hanneke.user)
        page.goto("/onderhoud/")
        page.get_by_role("link", name="Nieuw onderhoud").click()
        fill(page, "Certificaten vervangen", "regular", "2026-07-01T10:00", "2026-07-01T12:00")
        expect(page.locator("#checks")).to_contain_text("binnen kantoortijden")
        fill(page, "Certificaten vervangen", "regular", "2026-07-01T20:00", "2026-07-01T22:00")
        expect(page.locator("#checks")).to_contain_text("Geen conflicten.")
        page.get_by_role("button", name="Plannen").click()
        announce(page)
        expect(page.get_by_text("Wie heeft bericht?")).to_be_visible()
        portal.goto("/portaal/onderhoud/")
        expect(portal.get_by_text("Certificaten vervangen")).to_be_visible()

        page.goto("/onderhoud/nieuw/")
        fill(page, "Lek dichten", "urgent", "2026-07-01T21:00", "2026-07-01T22:30")
        expect(page.locator("#checks")).to_contain_text("opzijgezet")
        snap(page, "maintenance-collision")
        page.get_by_role("button", name="Plannen").click()
        expect(page.get_by_text("Ging voor")).to_be_visible()
        portal.reload()
        expect(portal.get_by_text("Uitgesteld: een urgente wijziging gaat voor.")).to_be_visible()

        page.goto("/onderhoud/")
        page.get_by_role("link", name="Certificaten vervangen").first.click()
        expect(page.get_by_text("Kies een nieuwe datum.")).to_be_visible()
        page.locator("summary", has_text="Nieuwe datum").click()
        step = page.locator("[data-transition=replan]")
        step.get_by_label("Van").fill("2026-07-08T20:00")
        step.get_by_label("Tot").fill("2026-07-08T22:00")
        step.get_by_role("button", name="Nieuwe datum").click()
        announce(page)
        expect(page.get_by_text("aangekondigd", exact=True).first).to_be_visible()
        portal.reload()
        expect(portal.get_by_text("woensdag 8 juli 2026, 20:00").first).to_be_visible()
        snap(portal, "maintenance-portal")
    case = Maintenance.objects.get(title="Certificaten vervangen")
    assert (case.state, case.starts_at) == ("announced", NIGHT + timedelta(days=7))


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_pages_are_accessible(
    fatma: User, hanneke: Contact, service: Service, open_page: SignedIn, viewport: Any
) -> None:
    with time_machine.travel(NOW, tick=True):
        case = announced(fatma, service, description="Wij vervangen de certificaten van de koppelingen.")
        planned(fatma, service, local("2026-07-09 19:00"), kind="urgent", title="Spoedaanpassing")
        drafted(fatma, service, local("2026-07-20 21:00"), title="Platformonderhoud")
        Freeze.objects.create(
            starts_at=local("2026-07-27 00:00"), ends_at=local("2026-07-29 00:00"), why="Migratie"
        )
        MaintenancePattern.objects.create(
            title="Patches", service=service, first_on=date(2026, 6, 3), starts=time(22), ends=time(1)
        )
        SubcontractorUpdate.objects.create(
            party="Databank BV", product="Databank", release="16.2", is_critical=True, released_on=date(2026, 2, 1)
        )  # fmt: skip
        actions.open_feed(hanneke.user, at=NOW)
        page, portal = open_page(fatma, viewport=viewport), open_page(hanneke.user, viewport=viewport)  # fmt: skip
        for shown, name, address in [
            (page, "maand", "/onderhoud/?maand=2026-07"), (page, "lijst", "/onderhoud/?maand=2026-07&als=lijst"),
            (page, "nieuw", "/onderhoud/nieuw/"), (page, "een", case.get_absolute_url()),
            (page, "regels", "/onderhoud/regels/"), (page, "updates", "/onderhoud/updates/"),
            (portal, "portaal", "/portaal/onderhoud/"),
        ]:  # fmt: skip
            shown.goto(address)
            assert wrong_with(shown, f"maintenance-{name}") == []
