"""A manager lands on the dashboard, opens a number and counts its rows; it refreshes by itself (SLA 9.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from domain.months import Month
from incidents import actions
from incidents.models import Melding
from sla.queries import AMSTERDAM
from tests import factories
from tests.browser.conftest import PHONE, SignedIn, snap
from tests.browser_axe import axe_violations

pytestmark = pytest.mark.browser


def build() -> int:
    """Incidents of each priority whose time ends in this month; returns how many P3 are on time."""
    start, end = Month.of(timezone.now(), AMSTERDAM).span(AMSTERDAM)
    agent, service = factories.staff(name="Sam de Vries"), factories.ServiceFactory.create(name="Dienst MDO")
    contact, middle = factories.contact(contractant__name="Ziekenhuis De Linde"), start + (end - start) / 2
    for priority in (1, 2, 2, 2, 3, 3, 3, 4):
        melding = factories.registered(at=timezone.now(), priority=priority, contact=contact, service=service)
        actions.pick_up(melding, by=agent, at=timezone.now(), contacted=True)
        _due(melding, middle)
    factories.registered(at=timezone.now() - timedelta(days=40), priority=1, contact=contact, service=service)
    return 3


def _due(melding: Melding, moment: datetime) -> None:
    """The month is what counts here, whatever the day on which this runs."""
    Melding.objects.filter(pk=melding.pk).update(response_counts_at=moment)


def test_a_manager_opens_a_number_and_counts_its_rows(open_page: SignedIn) -> None:
    on_time = build()
    manager = factories.staff("service_level_manager", name="Marieke van Dalen")
    page: Page = open_page(manager)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    snap(page, "dashboard")
    assert axe_violations(page) == []
    number = page.locator("#response-3-90-met")
    expect(number).to_contain_text(str(on_time))
    number.click()
    expect(page.locator("#total")).to_have_text(f"{on_time} incidenten")
    expect(page.locator("table.list tbody tr")).to_have_count(on_time)
    snap(page, "norm_meldingen")
    page.go_back()
    page.get_by_role("link", name="Open P1").click()
    expect(page.locator("table.list tbody tr")).to_have_count(2)
    page.go_back()
    page.get_by_role("link", name="Per Dienst, contractant of maand").click()
    page.get_by_label("Contractant", exact=True).select_option("Ziekenhuis De Linde")
    page.get_by_role("button", name="Toon").click()
    expect(page.locator("#response-3-90-met")).to_contain_text(str(on_time))
    snap(page, "norm")
    assert axe_violations(page) == []


def test_on_a_phone_in_the_dark_it_refreshes_by_itself(open_page: SignedIn) -> None:
    build()
    page = open_page(factories.staff("management", name="Anne Prins"), viewport=PHONE, color_scheme="dark")
    page.goto("/dashboard/")
    expect(page.locator("#tile-p1 b")).to_have_text("2")
    factories.registered(at=timezone.now(), priority=1)
    expect(page.locator("#tile-p1 b")).to_have_text("3", timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the phone"
    snap(page, "dashboard_phone")
    assert axe_violations(page) == []
    page.goto("/rapportage/norm/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the phone"
    snap(page, "norm_phone")
