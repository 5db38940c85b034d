"""A manager asks what a shorter time would have meant, sees it being counted, and opens the Meldingen behind a number;
on a phone and in the dark as well (SLA 9.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from incidents import actions
from reports.verifying import running as verifying
from reports.whatif import running
from tests import factories
from tests.browser.conftest import PHONE, SignedIn, snap
from tests.browser.scene import NOW
from tests.browser_axe import axe_violations

pytestmark = pytest.mark.browser


@time_machine.travel(NOW, tick=False)
def test_a_shorter_time_and_who_would_be_late(open_page: SignedIn) -> None:
    marieke = factories.staff("service_level_manager", name="Marieke van Dalen")
    agent = factories.staff()
    for n in range(4):
        melding = factories.registered(
            at=NOW - timedelta(hours=24, minutes=20 * n), subject=f"Overleg opent niet {n}"
        )
        actions.pick_up(melding, by=agent, at=NOW - timedelta(hours=21, minutes=41), contacted=True)
        if n % 2:
            actions.resolve(melding, by=agent, at=NOW - timedelta(hours=1), solution="Herstart")
    page = open_page(marieke)
    page.goto("/rapportage/wat-als/")
    page.get_by_text("Andere streeftijden", exact=True).click()
    page.locator("#id_response_2").fill("2.5")
    snap(page, "what-if-question")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Bereken").click()
    expect(page.get_by_role("heading", name="Staat in de wachtrij")).to_be_visible()
    assert axe_violations(page) == []
    snap(page, "what-if-waiting")
    running.work(NOW)
    expect(page.get_by_role("heading", name="De norm, nu en dan")).to_be_visible()
    snap(page, "what-if-answer")
    assert axe_violations(page) == []
    expect(page.locator(".what-if-effects .what-if-late b")).to_have_text("3")
    expect(page.locator(".what-if-lines tbody tr")).to_have_count(3)
    phone = open_page(marieke, viewport=PHONE, color_scheme="dark")
    phone.goto(page.url)
    snap(phone, "what-if-phone")
    assert axe_violations(phone) == []
    verifying.verify(NOW)
    page.goto("/rapportage/controle/")
    expect(page.get_by_text("Alles klopt")).to_be_visible()
    snap(page, "verify")
    assert axe_violations(page) == []
